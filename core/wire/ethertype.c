/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/ethertype.h"

#include "wire/octets.h"

enum {
    LENGTH_MAX = 1500, /* a "type" up to here is the length of an 802.3 frame */
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_VLAN = 0x8100,
    TYPE_SERVICE_VLAN = 0x88a8,
    TYPE_QINQ_1 = 0x9100, /* before 802.1ad there was no standard */
    TYPE_QINQ_2 = 0x9200,
    TYPE_QINQ_3 = 0x9300,
    TYPE_MPLS = 0x8847,
    TYPE_MPLS_MULTICAST = 0x8848,
    TYPE_PPPOE_SESSION = 0x8864,
    PPP_IPV4 = 0x0021,
    PPP_IPV6 = 0x0057,
    PPP_MPLS = 0x0281,
};

/* The length that an 802.3 or PPPoE header states at `field`. */
static void note_length(struct ipip_link *link, const uint8_t *field, uint16_t max)
{
    link->length_offset = (uint32_t)(field - link->frame.data);
    link->length_max = max;
}

/* A label stack (RFC 3032 section 2.1). What follows the bottom has no type; an IP header shows by its version. */
static enum ipip_link_result behind_labels(struct ipip_link *link, struct ipip_bytes *at)
{
    bool is_bottom;

    do {
        if (!ipip_bytes_step(at, 4))
            return IPIP_LINK_TRUNCATED;
        is_bottom = (at->data[-2] & 1) != 0;
    } while (!is_bottom);
    if (at->captured == 0)
        return IPIP_LINK_TRUNCATED;
    if (at->data[0] >> 4 != 4 && at->data[0] >> 4 != 6)
        return IPIP_LINK_OTHER;
    link->announced = IPIP_ANNOUNCED_ANY;
    return IPIP_LINK_IP;
}

enum ipip_link_result ethertype_find_ip_behind_ppp(struct ipip_link *link, struct ipip_bytes *at)
{
    uint16_t protocol;

    /* The low bit ends the field (RFC 1661 section 2); the first of two octets always has it clear. */
    if (at->captured < 1 || (at->captured < 2 && (at->data[0] & 1) == 0))
        return IPIP_LINK_TRUNCATED;
    protocol = (at->data[0] & 1) != 0 ? at->data[0] : wire_get16(at->data);
    ipip_bytes_step(at, (at->data[0] & 1) != 0 ? 1 : 2);
    switch (protocol) {
    case PPP_IPV4:
        link->announced = IPIP_ANNOUNCED_IPV4;
        return IPIP_LINK_IP;
    case PPP_IPV6:
        link->announced = IPIP_ANNOUNCED_IPV6;
        return IPIP_LINK_IP;
    case PPP_MPLS:
        return behind_labels(link, at);
    default:
        return IPIP_LINK_OTHER;
    }
}

enum ipip_link_result ethertype_find_ip_behind_pppoe(struct ipip_link *link, struct ipip_bytes *at)
{
    if (!ipip_bytes_step(at, 6))
        return IPIP_LINK_TRUNCATED;
    note_length(link, at->data - 2, UINT16_MAX);
    return ethertype_find_ip_behind_ppp(link, at);
}

/* The EtherType behind LLC and SNAP (RFC 1042); IPIP_LINK_OTHER where there is none. */
static enum ipip_link_result read_llc(struct ipip_bytes *at, uint16_t *type)
{
    const uint8_t *data = at->data;

    if (!ipip_bytes_step(at, 8))
        return IPIP_LINK_TRUNCATED;
    *type = wire_get16(data + 6);
    /* AA AA 03, then the organisation code of EtherTypes. */
    if (wire_get32(data) != 0xaaaa0300 || wire_get16(data + 4) != 0 || *type <= LENGTH_MAX)
        return IPIP_LINK_OTHER;
    return IPIP_LINK_IP;
}

enum ipip_link_result ethertype_find_ip_behind_llc(struct ipip_link *link, struct ipip_bytes *at)
{
    uint16_t type;
    enum ipip_link_result result = read_llc(at, &type);

    return result == IPIP_LINK_IP ? ethertype_find_ip(link, at, type) : result;
}

enum ipip_link_result ethertype_find_ip(struct ipip_link *link, struct ipip_bytes *at, uint16_t type)
{
    for (;;) {
        enum ipip_link_result result;

        switch (type) {
        case TYPE_IPV4:
            link->announced = IPIP_ANNOUNCED_IPV4;
            return IPIP_LINK_IP;
        case TYPE_IPV6:
            link->announced = IPIP_ANNOUNCED_IPV6;
            return IPIP_LINK_IP;
        case TYPE_VLAN:
        case TYPE_SERVICE_VLAN:
        case TYPE_QINQ_1:
        case TYPE_QINQ_2:
        case TYPE_QINQ_3:
            if (!ipip_bytes_step(at, 4))
                return IPIP_LINK_TRUNCATED;
            type = wire_get16(at->data - 2);
            break;
        case TYPE_MPLS:
        case TYPE_MPLS_MULTICAST:
            return behind_labels(link, at);
        case TYPE_PPPOE_SESSION:
            return ethertype_find_ip_behind_pppoe(link, at);
        default:
            if (type > LENGTH_MAX)
                return IPIP_LINK_OTHER;
            note_length(link, at->data - 2, LENGTH_MAX);
            result = read_llc(at, &type);
            if (result != IPIP_LINK_IP)
                return result;
        }
    }
}
