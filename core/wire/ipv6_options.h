/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a hop-by-hop or destination options header of IPv6, one after the other (RFC 8200 section 4.2). */
#ifndef IPIP_CORE_WIRE_IPV6_OPTIONS_H
#define IPIP_CORE_WIRE_IPV6_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"

enum { IPV6_OPTION_PAD1 = 0, IPV6_OPTION_PADN = 1 };

struct ipv6_option {
    uint8_t type;
    uint8_t bytes; /* of its data, as its length octet has it; Pad1: 0 */
};

struct ipv6_option_walk {
    struct ipip_bytes rest;
    bool is_broken; /* the last option is longer than the header */
    bool is_cut;    /* the capture ends before the header does */
};

/* A walk over the options of the extension header at `header`, whose `wire` is its length. */
struct ipv6_option_walk ipv6_options(struct ipip_bytes header);

/* The next one. False at the end, where one is broken, and where it is not captured. */
bool ipv6_option_next(struct ipv6_option_walk *walk, struct ipv6_option *option);

#endif
