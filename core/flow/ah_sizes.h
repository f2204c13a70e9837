/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many octets authentication headers take in a tunnel direction: on all packets as many, or not (RFC 4302 section 2.6). */
#ifndef IPIP_CORE_FLOW_AH_SIZES_H
#define IPIP_CORE_FLOW_AH_SIZES_H

#include <stdbool.h>
#include <stdint.h>

struct flow;

enum { AH_SIZES_DIRECTIONS = 1U << 10 /* that are remembered */ };

struct ah_sizes {
    uint16_t first; /* octets of those of the first packet */
    bool is_told;   /* that others differ */
};

/*
 * A packet with authentication headers of so many octets in the direction with this fingerprint. Returns what the first one had, if that is
 * something else, but once; otherwise 0.
 */
uint16_t ah_sizes_take(struct flow *flow, uint64_t direction, uint16_t bytes);

#endif
