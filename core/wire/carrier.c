/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/carrier.h"

#include <stddef.h>
#include <string.h>

#include "ipip/ipv4.h"
#include "wire/ethertype.h"
#include "wire/icmp_type.h"
#include "wire/octets.h"

enum {
    IPV6_HEADER = 40,
    IPV6_HOP_BY_HOP = 0,
    IPV6_ROUTING = 43,
    IPV6_FRAGMENT = 44,
    IPV6_DESTINATION = 60,
    IPV6_HEADERS_MAX = 8, /* more than any sender has a use for */
    UDP_HEADER = 8,
    LINKTYPE_ETHERNET = 1,
};

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

static struct ipip_addr ipv6_address(const uint8_t *octets)
{
    struct ipip_addr address = {(uint64_t)wire_get32(octets) << 32 | wire_get32(octets + 4),
                                (uint64_t)wire_get32(octets + 8) << 32 | wire_get32(octets + 12)};

    return address;
}

/* The same for an IPv6 header and its extension headers (RFC 8200 section 4); a fragment header may stand before a whole packet. */
static uint8_t step_ipv6(struct ipip_carrier *carrier, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;
    uint8_t next;

    if (at->captured < IPV6_HEADER || data[0] >> 4 != 6)
        return IPIP_PROTOCOL_IPIP;
    if (wire_get16(data + 4) != 0)
        *at = ipip_bytes_first(*at, IPV6_HEADER + (uint32_t)wire_get16(data + 4));
    *at = ipip_bytes_after(*at, IPV6_HEADER);
    next = data[6];
    for (int i = 0;
         next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_DESTINATION || next == IPV6_FRAGMENT; i++) {
        const uint8_t *header = at->data;

        if (i == IPV6_HEADERS_MAX || at->captured < 8 ||
            (next == IPV6_FRAGMENT && (wire_get16(header + 2) & 0xfff9) != 0) ||
            !ipip_bytes_step(at, next == IPV6_FRAGMENT ? 8 : 8 + 8U * header[1]))
            return IPIP_PROTOCOL_IPIP;
        next = header[0];
    }
    carrier->src = ipv6_address(data + 8);
    carrier->dst = ipv6_address(data + 24);
    return next;
}

static bool udp_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;
    uint16_t length;

    if (at->captured < UDP_HEADER)
        return false;
    length = wire_get16(data + 4);
    if (length != 0)
        *at = ipip_bytes_first(*at, length);
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        if (ports[i].port == wire_get16(data + 2))
            return ipip_bytes_step(at, UDP_HEADER) && ports[i].read(carrier, type, at);
    }
    return false;
}

/* What a carrier holds. */
struct content {
    struct ipip_bytes ip;
    struct ipip_link link;
    bool is_frame;
};

/* Reads the carrier at the IP header `at`. False where it is none, or holds no IP packet. */
static bool step_in(struct ipip_carrier *carrier, struct content *content, struct ipip_bytes at)
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
static bool is_of_tunnel(struct ipip_bytes ip)
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
        return false;
    }
}

/* Whether what is inside is to be looked at in the place of its carrier. */
static bool is_of_interest(const struct content *content)
{
    struct ipip_bytes ip = content->ip;

    if (ip.captured < IPIP_IPV4_HEADER_MIN || ip.data[0] >> 4 != 4 || (ip.data[0] & 15) < 5)
        return false;
    return content->is_frame || is_of_tunnel(ip);
}

bool ipip_carried_find(struct ipip_carried *carried, struct ipip_bytes packet)
{
    struct content contents[IPIP_CARRIERS_MAX];
    const struct content *last;
    unsigned count = 0;

    while (count < IPIP_CARRIERS_MAX &&
           step_in(&carried->carriers.all[count], &contents[count], count > 0 ? contents[count - 1].ip : packet))
        count++;
    while (count > 0 && !is_of_interest(&contents[count - 1]))
        count--;
    if (count == 0)
        return false;
    last = &contents[count - 1];
    carried->carriers.count = count;
    carried->ip = last->ip;
    if (carried->ip.wire < wire_get16(last->ip.data + 2))
        carried->ip.wire = wire_get16(last->ip.data + 2);
    carried->link = last->link;
    carried->is_frame = last->is_frame;
    return true;
}
