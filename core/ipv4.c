/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/ipv4.h"

#include <string.h>

#include "wire.h"

enum { FLAG_RESERVED = 0x8000, FLAG_DF = 0x4000, FLAG_MF = 0x2000, OFFSET_MASK = 0x1fff };

enum ipip_status ipip_ipv4_read(struct ipip_ipv4 *header, const uint8_t *data, size_t bytes)
{
    uint16_t flags;

    if (bytes < IPIP_IPV4_HEADER_MIN)
        return IPIP_TRUNCATED;

    flags = wire_get16(data + 6);
    *header = (struct ipip_ipv4){
        .version = data[0] >> 4,
        .header_bytes = (uint8_t)((data[0] & 15) * 4),
        .tos = data[1],
        .total_bytes = wire_get16(data + 2),
        .id = wire_get16(data + 4),
        .reserved = (flags & FLAG_RESERVED) != 0,
        .df = (flags & FLAG_DF) != 0,
        .mf = (flags & FLAG_MF) != 0,
        .fragment_offset = flags & OFFSET_MASK,
        .ttl = data[8],
        .protocol = data[9],
        .checksum = wire_get16(data + 10),
        .src = wire_get32(data + 12),
        .dst = wire_get32(data + 16),
    };
    return IPIP_OK;
}

enum ipip_status ipip_ipv4_write(uint8_t *out, size_t capacity, const struct ipip_ipv4 *header, const uint8_t *options,
                                 size_t option_bytes)
{
    uint16_t flags = (uint16_t)((header->reserved ? FLAG_RESERVED : 0) | (header->df ? FLAG_DF : 0) |
                                (header->mf ? FLAG_MF : 0) | (header->fragment_offset & OFFSET_MASK));

    if (option_bytes > IPIP_IPV4_HEADER_MAX - IPIP_IPV4_HEADER_MIN)
        return IPIP_MALFORMED;
    if (capacity < IPIP_IPV4_HEADER_MIN + option_bytes)
        return IPIP_NO_SPACE;

    out[0] = (uint8_t)(header->version << 4 | header->header_bytes / 4);
    out[1] = header->tos;
    wire_put16(out + 2, header->total_bytes);
    wire_put16(out + 4, header->id);
    wire_put16(out + 6, flags);
    out[8] = header->ttl;
    out[9] = header->protocol;
    wire_put16(out + 10, 0);
    wire_put32(out + 12, header->src);
    wire_put32(out + 16, header->dst);
    if (option_bytes > 0)
        memcpy(out + IPIP_IPV4_HEADER_MIN, options, option_bytes);
    wire_put16(out + 10, ipip_checksum(out, IPIP_IPV4_HEADER_MIN + option_bytes));
    return IPIP_OK;
}
