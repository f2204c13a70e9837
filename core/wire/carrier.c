/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/carrier.h"

#include <stddef.h>
#include <string.h>

#include "ipip/ipv4.h"
#include "ipip/ipv6.h"
#include "ipip/udp.h"
#include "wire/ethertype.h"
#include "wire/icmp_type.h"
#include "wire/octets.h"

enum { LINKTYPE_ETHERNET = 1 };

static const struct {
    uint16_t port;
    carrier_read *read;
} ports[] = {{4789, vxlan_read}, {8472, vxlan_read}, {4790, vxlan_gpe_read}, {6081, geneve_read}};

bool carrier_has_port(uint16_t port)
{
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        if (ports[i].port == port)
            return true;
    }
    return false;
}

/* Steps over an IPv4 header. Its protocol; IPIP_PROTOCOL_IPIP, which no carrier has, where the payload is not to be looked into. */
static uint8_t step_ipv4(struct ipip_carrier *carrier, struct ipip_bytes *at)
{
    struct ipip_ip ip;
    const uint8_t *data = at->data;

    if (ipip_ipv4_read(&ip, data, at->captured) != IPIP_OK || ipip_ip_is_fragment(&ip))
        return IPIP_PROTOCOL_IPIP;
    if (ip.total_bytes != 0) /* segmentation offload leaves 0 */
        *at = ipip_bytes_first(*at, ip.total_bytes);
    if (ip.header_bytes < IPIP_IPV4_HEADER_MIN || !ipip_bytes_step(at, ip.header_bytes))
        return IPIP_PROTOCOL_IPIP;
    carrier->src = ip.src;
    carrier->dst = ip.dst;
    return ip.protocol;
}

/* The same for an IPv6 header and its extension headers; a fragment header may stand before a whole packet. */
static uint8_t step_ipv6(struct ipip_carrier *carrier, struct ipip_bytes *at)
{
    struct ipip_ip ip;

    if (ipip_ipv6_read(&ip, *at) != IPIP_OK || ip.version != 6 || ipip_ip_is_fragment(&ip))
        return IPIP_PROTOCOL_IPIP;
    if (ip.total_bytes != 0)
        *at = ipip_bytes_first(*at, ip.total_bytes);
    if (!ipip_bytes_step(at, ip.header_bytes))
        return IPIP_PROTOCOL_IPIP;
    carrier->src = ip.src;
    carrier->dst = ip.dst;
    return ip.protocol;
}

static bool udp_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    struct ipip_udp udp;

    if (ipip_udp_read(&udp, *at) != IPIP_OK)
        return false;
    if (udp.length != 0)
        *at = ipip_bytes_first(*at, udp.length);
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        if (ports[i].port == udp.destination)
            return ipip_bytes_step(at, IPIP_UDP_HEADER) && ports[i].read(carrier, type, at);
    }
    return false;
}

/* A tunnel of its own that is to be read. */
static bool is_tunnel(const struct ipip_kinds *kinds, const struct ipip_carrier *carrier, uint16_t type)
{
    bool is_over_ipv4 = ipip_address_is_ipv4(carrier->src);
    enum ipip_kind kind;

    if (carrier->kind == IPIP_CARRIER_ERSPAN)
        kind = is_over_ipv4 ? IPIP_KIND_ERSPAN : IPIP_KIND_ERSPAN6;
    else if (carrier->kind != IPIP_CARRIER_GRE)
        return false;
    else if (type == CARRIED_FRAME)
        kind = is_over_ipv4 ? IPIP_KIND_GRETAP : IPIP_KIND_GRETAP6;
    else
        kind = is_over_ipv4 ? IPIP_KIND_GRE : IPIP_KIND_GRE6;
    return (kinds->set & IPIP_KIND_BIT(kind)) != 0;
}

/* What a carrier holds. */
struct content {
    struct ipip_bytes ip;
    struct ipip_link link;
    bool is_frame;
};

/* Reads the carrier at the IP header `at`. False where it is none, or holds no IP packet. */
static bool step_in(struct ipip_carrier *carrier, struct content *content, const struct ipip_kinds *kinds,
                    struct ipip_bytes at)
{
    uint16_t type = 0;
    uint8_t protocol;

    if (at.captured == 0)
        return false;
    memset(carrier, 0, sizeof *carrier); /* padding, too: carriers are compared as octets */
    protocol = (at.data[0] >> 4 == 4 ? step_ipv4 : step_ipv6)(carrier, &at);
    if ((protocol != IPIP_PROTOCOL_GRE || !gre_read(carrier, &type, &at)) &&
        (protocol != IPIP_PROTOCOL_UDP || !udp_read(carrier, &type, &at)))
        return false;
    if (is_tunnel(kinds, carrier, type))
        return false;
    content->is_frame = type == CARRIED_FRAME;
    if (content->is_frame) {
        if (ipip_link_find_ip(&content->link, LINKTYPE_ETHERNET, at) != IPIP_LINK_IP)
            return false;
        content->ip = content->link.ip;
        return true;
    }
    content->link = (struct ipip_link){.frame = at};
    content->ip = at;
    return ethertype_find_ip(&content->link, &content->ip, type) == IPIP_LINK_IP;
}

/* A tunnel packet, or an ICMP error about one. */
static bool is_of_tunnel(const struct ipip_kinds *kinds, struct ipip_bytes ip)
{
    enum { ICMP_HEADER = 8, PROTOCOL = 9 };
    struct ipip_bytes payload = ipip_bytes_after(ip, 4U * (ip.data[0] & 15));

    switch (ip.data[PROTOCOL]) {
    case IPIP_PROTOCOL_IPIP:
    case IPIP_PROTOCOL_IPV6: /* what is announced may not be there */
    case IPIP_PROTOCOL_AH:
        return true;
    case IPIP_PROTOCOL_ICMP:
        return payload.captured > ICMP_HEADER + PROTOCOL && icmp_is_error(payload.data[0]) &&
               (payload.data[ICMP_HEADER + PROTOCOL] == IPIP_PROTOCOL_IPIP ||
                payload.data[ICMP_HEADER + PROTOCOL] == IPIP_PROTOCOL_AH);
    default:
        return (kinds->set & IPIP_KIND_BIT(ipip_kind_of_protocol(IPIP_PAYLOAD_IPV4, ip.data[PROTOCOL]))) != 0;
    }
}

static bool is_ipv6_of_interest(const struct content *content, const struct ipip_kinds *kinds)
{
    struct ipip_ip ip;
    enum ipip_kind kind;

    if ((kinds->set & IPIP_KINDS_OVER_IPV6) == 0 || ipip_ipv6_read(&ip, content->ip) != IPIP_OK || ip.version != 6)
        return false;
    kind = ipip_kind_of_protocol(IPIP_PAYLOAD_IPV6, ip.protocol);
    return content->is_frame || (kind != IPIP_KIND_NONE && (kinds->set & IPIP_KIND_BIT(kind)) != 0);
}

/* Whether what is inside is to be looked at in the place of its carrier. */
static bool is_of_interest(const struct content *content, const struct ipip_kinds *kinds)
{
    struct ipip_bytes ip = content->ip;

    if (is_ipv6_of_interest(content, kinds))
        return true;
    if (ip.captured < IPIP_IPV4_HEADER_MIN || ip.data[0] >> 4 != 4 || (ip.data[0] & 15) < 5)
        return false;
    return content->is_frame || is_of_tunnel(kinds, ip);
}

/* The octets that an IP header says there are. */
static uint32_t promised(const uint8_t *header)
{
    return header[0] >> 4 == 4 ? wire_get16(header + 2) : wire_get16(header + 4) + (uint32_t)IPIP_IPV6_HEADER;
}

bool ipip_carried_find(struct ipip_carried *carried, const struct ipip_kinds *kinds, struct ipip_bytes packet)
{
    struct content contents[IPIP_CARRIERS_MAX];
    const struct content *last;
    unsigned count = 0;

    while (count < IPIP_CARRIERS_MAX &&
           step_in(&carried->carriers.all[count], &contents[count], kinds, count > 0 ? contents[count - 1].ip : packet))
        count++;
    while (count > 0 && !is_of_interest(&contents[count - 1], kinds))
        count--;
    if (count == 0)
        return false;
    last = &contents[count - 1];
    carried->carriers.count = count;
    carried->ip = last->ip;
    if (carried->ip.wire < promised(last->ip.data))
        carried->ip.wire = promised(last->ip.data);
    carried->link = last->link;
    carried->is_frame = last->is_frame;
    return true;
}
