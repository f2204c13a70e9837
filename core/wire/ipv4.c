/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/ipv4.h"

#include <string.h>

#include "wire/ipv4_fields.h"

enum ipip_status ipip_ipv4_read(struct ipip_ip *header, const uint8_t *data, size_t bytes)
{
    if (bytes < IPIP_IPV4_HEADER_MIN)
        return IPIP_TRUNCATED;
    ipv4_fields(header, data);
    return IPIP_OK;
}

enum ipip_status ipip_ipv4_write(uint8_t *out, size_t capacity, const struct ipip_ip *header, const uint8_t *options,
                                 size_t option_bytes)
{
    if (option_bytes > IPIP_IPV4_HEADER_MAX - IPIP_IPV4_HEADER_MIN)
        return IPIP_MALFORMED;
    if (capacity < IPIP_IPV4_HEADER_MIN + option_bytes)
        return IPIP_NO_SPACE;

    ipv4_put(out, header, sum_in_order(sum_of(options, option_bytes)));
    if (option_bytes > 0)
        memcpy(out + IPIP_IPV4_HEADER_MIN, options, option_bytes);
    return IPIP_OK;
}

struct ipip_bytes ipip_ipv4_unpadded(struct ipip_bytes packet)
{
    uint16_t total_bytes = packet.captured < IPIP_IPV4_HEADER_MIN ? 0 : wire_get16(packet.data + 2);

    return total_bytes == 0 ? packet : ipip_bytes_first(packet, total_bytes);
}
