/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/link.h"

#include <stddef.h>

#include "wire/ethertype.h"
#include "wire/octets.h"

enum { ARPHRD_LOOPBACK = 772, SLL_OUTGOING = 4, NFLOG_PAYLOAD = 9 };

/* How far into a frame the search has come. */
typedef enum ipip_link_result (*locate)(struct ipip_link *link, struct ipip_bytes *at);

static enum ipip_link_result announce(struct ipip_link *link, enum ipip_announced announced)
{
    link->announced = announced;
    return IPIP_LINK_IP;
}

static enum ipip_link_result raw(struct ipip_link *link, struct ipip_bytes *at)
{
    (void)at;
    return announce(link, IPIP_ANNOUNCED_ANY);
}

static enum ipip_link_result raw_ipv4(struct ipip_link *link, struct ipip_bytes *at)
{
    (void)at;
    return announce(link, IPIP_ANNOUNCED_IPV4);
}

static enum ipip_link_result raw_ipv6(struct ipip_link *link, struct ipip_bytes *at)
{
    (void)at;
    return announce(link, IPIP_ANNOUNCED_IPV6);
}

/* An address family: 2 is IPv4 everywhere, IPv6 has a number per system. */
static enum ipip_link_result family(struct ipip_link *link, uint32_t value)
{
    switch (value) {
    case 2:
        return announce(link, IPIP_ANNOUNCED_IPV4);
    case 10: /* Linux */
    case 23: /* Windows */
    case 24: /* NetBSD, OpenBSD */
    case 28: /* FreeBSD */
    case 30: /* macOS */
        return announce(link, IPIP_ANNOUNCED_IPV6);
    default:
        return IPIP_LINK_OTHER;
    }
}

/*
 * The family in the byte order of the capturing machine, which is not recorded: small in one order, so take that one.
 */
static enum ipip_link_result null_family(struct ipip_link *link, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;
    uint32_t value;

    if (!ipip_bytes_step(at, 4))
        return IPIP_LINK_TRUNCATED;
    value = wire_get32(data);
    if (value > 0xffff)
        value = value >> 24 | (value >> 8 & 0xff00);
    link->is_loopback = true;
    return family(link, value);
}

static enum ipip_link_result ethernet(struct ipip_link *link, struct ipip_bytes *at)
{
    return ipip_bytes_step(at, 14) ? ethertype_find_ip(link, at, wire_get16(at->data - 2)) : IPIP_LINK_TRUNCATED;
}

static enum ipip_link_result fddi(struct ipip_link *link, struct ipip_bytes *at)
{
    return ipip_bytes_step(at, 13) ? ethertype_find_ip_behind_llc(link, at) : IPIP_LINK_TRUNCATED;
}

static enum ipip_link_result cisco_hdlc(struct ipip_link *link, struct ipip_bytes *at)
{
    return ipip_bytes_step(at, 4) ? ethertype_find_ip(link, at, wire_get16(at->data - 2)) : IPIP_LINK_TRUNCATED;
}

/*
 * RFC 1661 section 2 and RFC 1662 section 3: address and control, and the first octet of the protocol, may be left out. The
 * addresses 0f and 8f are Cisco's, inside PPP framing: an EtherType follows.
 */
static enum ipip_link_result ppp(struct ipip_link *link, struct ipip_bytes *at)
{
    uint8_t address = at->captured > 0 ? at->data[0] : 0;

    if (address == 0x0f || address == 0x8f)
        return cisco_hdlc(link, at);
    if (address == 0xff && !ipip_bytes_step(at, 2))
        return IPIP_LINK_TRUNCATED;
    return ethertype_find_ip_behind_ppp(link, at);
}

static enum ipip_link_result loop(struct ipip_link *link, struct ipip_bytes *at)
{
    link->is_loopback = true;
    return ipip_bytes_step(at, 4) ? family(link, wire_get32(at->data - 4)) : IPIP_LINK_TRUNCATED;
}

/* OpenBSD enc: address family in the capturing machine's order, SPI, flags. */
static enum ipip_link_result enc(struct ipip_link *link, struct ipip_bytes *at)
{
    enum ipip_link_result result = null_family(link, at);

    link->is_loopback = false;
    return ipip_bytes_step(at, 8) ? result : IPIP_LINK_TRUNCATED;
}

static void cooked(struct ipip_link *link, unsigned packet_type, unsigned arphrd)
{
    link->direction = packet_type == SLL_OUTGOING ? IPIP_DIRECTION_SENT : IPIP_DIRECTION_RECEIVED;
    link->is_loopback = arphrd == ARPHRD_LOOPBACK;
}

/* Packet type, ARPHRD, and address of the sender: what comes in at one interface has others than what goes out at another. */
static uint32_t device_of(const uint8_t *data)
{
    enum { OCTETS = 14 };
    uint32_t hash = 2166136261;

    for (int i = 0; i < OCTETS; i++)
        hash = (hash ^ data[i]) * 16777619;
    return hash;
}

static enum ipip_link_result cooked_v1(struct ipip_link *link, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;

    if (!ipip_bytes_step(at, 16))
        return IPIP_LINK_TRUNCATED;
    cooked(link, wire_get16(data), wire_get16(data + 2));
    link->device = device_of(data);
    return ethertype_find_ip(link, at, wire_get16(data + 14));
}

static enum ipip_link_result cooked_v2(struct ipip_link *link, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;

    if (!ipip_bytes_step(at, 20))
        return IPIP_LINK_TRUNCATED;
    cooked(link, data[10], wire_get16(data + 8));
    link->device = wire_get32(data + 4);
    return ethertype_find_ip(link, at, wire_get16(data));
}

/* Netfilter log: family, version, resource id, then attributes of (length, type) in the capturing machine's order. */
static enum ipip_link_result nflog(struct ipip_link *link, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;
    uint8_t value;

    if (!ipip_bytes_step(at, 4))
        return IPIP_LINK_TRUNCATED;
    value = data[0];
    while (at->captured >= 4) {
        unsigned length = wire_get16_little(at->data);
        unsigned type = wire_get16_little(at->data + 2) & 0x7fff;

        if (length < 4)
            return IPIP_LINK_OTHER;
        if (type == NFLOG_PAYLOAD) {
            link->length_offset = (uint32_t)(at->data - link->frame.data);
            link->length_max = UINT16_MAX;
            link->is_length_little_endian = true;
            *at = ipip_bytes_after(ipip_bytes_first(*at, length), 4);
            return family(link, value);
        }
        if (!ipip_bytes_step(at, (length + 3) & ~3U))
            break;
    }
    return IPIP_LINK_TRUNCATED;
}

static const struct {
    uint16_t type;
    locate find;
    const char *name;
} links[] = {
    {1, ethernet, "Ethernet"},
    {101, raw, "raw IP"},
    {113, cooked_v1, "Linux cooked v1"},
    {276, cooked_v2, "Linux cooked v2"},
    {0, null_family, "null"},
    {9, ppp, "PPP"},
    {10, fddi, "FDDI"},
    {12, raw, "raw IP"},
    {14, raw, "raw IP"},
    {50, ppp, "PPP in HDLC framing"},
    {51, ethertype_find_ip_behind_pppoe, "PPPoE session"},
    {100, ethertype_find_ip_behind_llc, "RFC 1483"},
    {104, cisco_hdlc, "Cisco HDLC"},
    {108, loop, "loop"},
    {109, enc, "OpenBSD enc"},
    {228, raw_ipv4, "raw IPv4"},
    {229, raw_ipv6, "raw IPv6"},
    {239, nflog, "NFLOG"},
};

enum ipip_link_result ipip_link_find_ip(struct ipip_link *link, uint16_t link_type, struct ipip_bytes frame)
{
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        enum ipip_link_result result;

        if (links[i].type != link_type)
            continue;
        *link = (struct ipip_link){.frame = frame, .ip = frame};
        result = links[i].find(link, &link->ip);
        if (result == IPIP_LINK_IP && link->ip.captured == 0)
            return IPIP_LINK_TRUNCATED;
        link->link_bytes = (uint32_t)(link->ip.data - frame.data);
        return result;
    }
    return IPIP_LINK_UNSUPPORTED;
}

const char *ipip_link_type_name(uint16_t link_type)
{
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i].type == link_type)
            return links[i].name;
    }
    return NULL;
}

bool ipip_link_resize(uint8_t *header, const struct ipip_link *link, int32_t change)
{
    uint8_t *field = header + link->length_offset;
    int32_t length;

    if (link->length_offset == 0)
        return true;
    length = (link->is_length_little_endian ? wire_get16_little(field) : wire_get16(field)) + change;
    if (length < 0 || length > link->length_max)
        return false;
    if (link->is_length_little_endian)
        wire_put16(field, (uint16_t)((length & 0xff) << 8 | length >> 8));
    else
        wire_put16(field, (uint16_t)length);
    return true;
}
