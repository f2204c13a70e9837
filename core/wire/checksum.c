/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/checksum.h"
#include "ipip/ipv4.h"

uint16_t ipip_checksum(const uint8_t *data, size_t bytes)
{
    return (uint16_t)~sum_in_order(sum_of(data, bytes));
}

uint16_t ipip_checksum_update(uint16_t checksum, uint16_t before, uint16_t after)
{
    uint32_t total = (uint32_t)(uint16_t)~checksum + (uint16_t)~before + after;

    total = (total & 0xffff) + (total >> 16);
    total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~total;
}

bool ipip_ipv4_checksum_ok(const uint8_t *data, size_t header_bytes)
{
    return sum_is_right(header_bytes == IPIP_IPV4_HEADER_MIN ? sum_of_20(data) : sum_of(data, header_bytes));
}
