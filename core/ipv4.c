/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/ipv4.h"

#include <string.h>

#include "ipv4_fields.h"

enum ipip_status ipip_ipv4_read(struct ipip_ipv4 *header, const uint8_t *data, size_t bytes)
{
    if (bytes < IPIP_IPV4_HEADER_MIN)
        return IPIP_TRUNCATED;
    ipv4_fields(header, data);
    return IPIP_OK;
}

enum ipip_status ipip_ipv4_write(uint8_t *out, size_t capacity, const struct ipip_ipv4 *header, const uint8_t *options,
                                 size_t option_bytes)
{
    uint16_t flags = (uint16_t)((header->reserved ? IPV4_RESERVED : 0) | (header->df ? IPV4_DF : 0) |
                                (header->mf ? IPV4_MF : 0) | (header->fragment_offset & IPV4_OFFSET));

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
