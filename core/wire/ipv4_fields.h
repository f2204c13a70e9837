/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of an IPv4 header that is known to be there (RFC 791 section 3.1). */
#ifndef IPIP_CORE_IPV4_FIELDS_H
#define IPIP_CORE_IPV4_FIELDS_H

#include "ipip/ipv4.h"
#include "wire/checksum.h"
#include "wire/octets.h"

enum { IPV4_RESERVED = 0x8000, IPV4_DF = 0x4000, IPV4_MF = 0x2000, IPV4_OFFSET = 0x1fff };

static inline void ipv4_fields(struct ipip_ipv4 *header, const uint8_t data[static IPIP_IPV4_HEADER_MIN])
{
    uint16_t flags = wire_get16(data + 6);

    header->version = data[0] >> 4;
    header->header_bytes = (uint8_t)((data[0] & 15) * 4);
    header->tos = data[1];
    header->ttl = data[8];
    header->total_bytes = wire_get16(data + 2);
    header->id = wire_get16(data + 4);
    header->fragment_offset = flags & IPV4_OFFSET;
    header->reserved = (flags & IPV4_RESERVED) != 0;
    header->df = (flags & IPV4_DF) != 0;
    header->mf = (flags & IPV4_MF) != 0;
    header->protocol = data[9];
    header->checksum = wire_get16(data + 10);
    header->src = wire_get32(data + 12);
    header->dst = wire_get32(data + 16);
}

static inline uint16_t ipv4_flags(const struct ipip_ipv4 *header)
{
    return (uint16_t)((header->reserved ? IPV4_RESERVED : 0) | (header->df ? IPV4_DF : 0) | (header->mf ? IPV4_MF : 0) |
                      (header->fragment_offset & IPV4_OFFSET));
}

/*
 * Puts the fixed 20 octets. The checksum, that of options which sum up to `options` (network order) included, comes from the
 * values: octets just written one by one are slow to be read as words.
 */
static inline void ipv4_put(uint8_t out[static IPIP_IPV4_HEADER_MIN], const struct ipip_ipv4 *header, uint16_t options)
{
    uint16_t first = (uint16_t)((header->version << 4 | header->header_bytes / 4) << 8 | header->tos);
    uint16_t hops = (uint16_t)(header->ttl << 8 | header->protocol);
    uint16_t flags = ipv4_flags(header);
    uint64_t sum =
        (uint64_t)first + header->total_bytes + header->id + flags + hops + header->src + header->dst + options;

    wire_put16(out, first);
    wire_put16(out + 2, header->total_bytes);
    wire_put16(out + 4, header->id);
    wire_put16(out + 6, flags);
    wire_put16(out + 8, hops);
    wire_put16(out + 10, (uint16_t)~sum_fold(sum));
    wire_put32(out + 12, header->src);
    wire_put32(out + 16, header->dst);
}

#endif
