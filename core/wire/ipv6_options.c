/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/ipv6_options.h"

enum { FIXED = 2 /* octets of an extension header before its options, and of an option before its data */ };

struct ipv6_option_walk ipv6_options(struct ipip_bytes header)
{
    return (struct ipv6_option_walk){.rest = ipip_bytes_after(header, FIXED)};
}

bool ipv6_option_next(struct ipv6_option_walk *walk, struct ipv6_option *option)
{
    const uint8_t *data = walk->rest.data;
    uint32_t bytes = 1;

    if (walk->rest.wire == 0)
        return false;
    walk->is_cut = walk->rest.captured == 0;
    if (walk->is_cut)
        return false;
    if (data[0] != IPV6_OPTION_PAD1) {
        walk->is_broken = walk->rest.wire < FIXED;
        walk->is_cut = !walk->is_broken && walk->rest.captured < FIXED;
        if (walk->is_broken || walk->is_cut)
            return false;
        bytes = (uint32_t)FIXED + data[1];
    }
    walk->is_broken = bytes > walk->rest.wire;
    if (walk->is_broken)
        return false;
    *option = (struct ipv6_option){data[0], (uint8_t)(bytes == 1 ? 0 : data[1])};
    walk->rest = ipip_bytes_after(walk->rest, bytes);
    return true;
}
