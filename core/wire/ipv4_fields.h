/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of an IPv4 header that is known to be there (RFC 791 section 3.1). */
#ifndef IPIP_CORE_IPV4_FIELDS_H
#define IPIP_CORE_IPV4_FIELDS_H

#include "ipip/ipv4.h"
#include "wire/checksum.h"
#include "wire/octets.h"

/* The first octet of most headers: version 4, and an IHL without options. */
enum { IPV4_PLAIN = 4 << 4 | IPIP_IPV4_HEADER_MIN / 4 };

enum { IPV4_FLAGS = 13, IPV4_OFFSET = 0x1fff, IPV4_FRAGMENT = IPIP_IP_MF << IPV4_FLAGS | IPV4_OFFSET };

/* Those that differ from packet to packet, of what has no options and is no fragment. */
static inline void ipv4_varying_fields(struct ipip_ip *header, const uint8_t data[static IPIP_IPV4_HEADER_MIN])
{
    header->src = ipip_address_ipv4(wire_get32(data + 12));
    header->dst = ipip_address_ipv4(wire_get32(data + 16));
    header->total_bytes = wire_get16(data + 2);
    header->id = wire_get16(data + 4);
    header->checksum = wire_get16(data + 10);
    header->tclass = data[1];
    header->ttl = data[8];
    header->protocol = data[9];
}

static inline void ipv4_fields(struct ipip_ip *header, const uint8_t data[static IPIP_IPV4_HEADER_MIN])
{
    uint16_t flags = wire_get16(data + 6);

    ipv4_varying_fields(header, data);
    header->fragment_offset = (flags & IPV4_OFFSET) * 8U;
    header->header_bytes = (uint16_t)((data[0] & 15) * 4);
    header->version = data[0] >> 4;
    header->flags = (uint8_t)(flags >> IPV4_FLAGS);
    if (__builtin_expect((flags & IPV4_FRAGMENT) != 0, 0))
        header->flags |= IPIP_IP_FRAGMENT;
    if (__builtin_expect((data[0] & 15) > IPIP_IPV4_HEADER_MIN / 4, 0))
        header->flags |= IPIP_IP_OPTIONS;
}

static inline uint16_t ipv4_flags(const struct ipip_ip *header)
{
    return (uint16_t)((header->flags & (IPIP_IP_RESERVED | IPIP_IP_DF | IPIP_IP_MF)) << IPV4_FLAGS |
                      (header->fragment_offset / 8 & IPV4_OFFSET));
}

/*
 * Puts the fixed 20 octets. The checksum, that of options which sum up to `options` (network order) included, comes from the
 * values: octets just written one by one are slow to be read as words.
 */
static inline void ipv4_put(uint8_t out[static IPIP_IPV4_HEADER_MIN], const struct ipip_ip *header, uint16_t options)
{
    uint16_t first = (uint16_t)((header->version << 4 | header->header_bytes / 4) << 8 | header->tclass);
    uint16_t total = (uint16_t)header->total_bytes;
    uint16_t id = (uint16_t)header->id;
    uint16_t hops = (uint16_t)(header->ttl << 8 | header->protocol);
    uint16_t flags = ipv4_flags(header);
    uint32_t src = (uint32_t)header->src.low;
    uint32_t dst = (uint32_t)header->dst.low;
    uint64_t sum = (uint64_t)first + total + id + flags + hops + src + dst + options;

    wire_put16(out, first);
    wire_put16(out + 2, total);
    wire_put16(out + 4, id);
    wire_put16(out + 6, flags);
    wire_put16(out + 8, hops);
    wire_put16(out + 10, (uint16_t)~sum_fold(sum));
    wire_put32(out + 12, src);
    wire_put32(out + 16, dst);
}

#endif
