/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/field.h"

/* In the order of their bits. */
static const struct ipip_octets places[IPIP_FIELDS] = {
    {0, 1}, {1, 1}, {2, 2}, {4, 2}, {6, 1}, {6, 2}, {8, 1}, {9, 1}, {10, 2}, {12, 4}, {16, 4}, {20, 40}, /* IPv4 */
    {0, 1}, {1, 1}, {4, 1}, {6, 2},                                                                      /* ICMP */
};

struct ipip_octets ipip_field_octets(unsigned fields)
{
    unsigned begin = UINT8_MAX;
    unsigned end = 0;

    for (unsigned i = 0; i < IPIP_FIELDS; i++) {
        if ((fields >> i & 1) == 0)
            continue;
        begin = places[i].offset < begin ? places[i].offset : begin;
        end = places[i].offset + places[i].count > end ? places[i].offset + places[i].count : end;
    }
    return end > 0 ? (struct ipip_octets){(uint8_t)begin, (uint8_t)(end - begin)} : (struct ipip_octets){0, 0};
}
