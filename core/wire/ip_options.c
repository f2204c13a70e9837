/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/ipv4.h"

struct ipip_option_walk ipip_options(const uint8_t *data, size_t header_bytes)
{
    if (header_bytes <= IPIP_IPV4_HEADER_MIN)
        return (struct ipip_option_walk){data, 0, 0};
    if (header_bytes > IPIP_IPV4_HEADER_MAX)
        header_bytes = IPIP_IPV4_HEADER_MAX;
    return (struct ipip_option_walk){data + IPIP_IPV4_HEADER_MIN, (uint8_t)(header_bytes - IPIP_IPV4_HEADER_MIN), 0};
}

bool ipip_option_next(struct ipip_option_walk *walk, struct ipip_option *option)
{
    uint8_t left = (uint8_t)(walk->bytes - walk->next);
    const uint8_t *data = walk->options + walk->next;

    if (left == 0)
        return false;

    *option = (struct ipip_option){.type = data[0], .bytes = 1, .claimed = 1, .offset = walk->next, .data = data};
    if (data[0] == IPIP_OPTION_EOOL) {
        walk->next = walk->bytes;
        return true;
    }
    if (data[0] != IPIP_OPTION_NOP) {
        option->claimed = left > 1 ? data[1] : 0;
        option->bytes = option->claimed < left ? option->claimed : left;
        if (option->claimed < 2 || option->claimed > left) {
            /* Where the next option starts can't be known. */
            option->bytes = option->bytes < 1 ? 1 : option->bytes;
            walk->next = walk->bytes;
            return true;
        }
    }
    walk->next = (uint8_t)(walk->next + option->bytes);
    return true;
}
