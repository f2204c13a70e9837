/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/field.h"

/* In the order of their bits; count 0: there is no such field. */
static const struct ipip_octets places[IPIP_FIELDS] = {
    {0, 1}, {1, 1}, {2, 2}, {4, 2}, {6, 1}, {6, 2}, {8, 1}, {9, 1}, {10, 2}, {12, 4}, {16, 4}, {20, 40}, /* IPv4 */
    {0, 1}, {1, 1}, {4, 1}, {6, 2},                                                                      /* ICMP */
    {0, 0},
};

static const struct ipip_octets places_ipv6[IPIP_FIELDS] = {
    {0, 1}, {0, 2}, {4, 2}, {0, 0}, {0, 0}, {0, 0}, {7, 1}, {6, 1}, {0, 0}, {8, 16}, {24, 16}, {40, UINT8_MAX - 40},
    {0, 1}, {1, 1}, {4, 4}, {4, 4}, /* ICMPv6 */
    {1, 3},
};

static struct ipip_octets octets_of(const struct ipip_octets table[IPIP_FIELDS], unsigned fields)
{
    unsigned begin = UINT8_MAX;
    unsigned end = 0;

    for (unsigned i = 0; i < IPIP_FIELDS; i++) {
        if ((fields >> i & 1) == 0 || table[i].count == 0)
            continue;
        begin = table[i].offset < begin ? table[i].offset : begin;
        end = table[i].offset + table[i].count > end ? table[i].offset + table[i].count : end;
    }
    return end > 0 ? (struct ipip_octets){(uint8_t)begin, (uint8_t)(end - begin)} : (struct ipip_octets){0, 0};
}

struct ipip_octets ipip_field_octets(unsigned fields)
{
    return octets_of(places, fields);
}

struct ipip_octets ipip_field_octets_ipv6(unsigned fields)
{
    return octets_of(places_ipv6, fields);
}
