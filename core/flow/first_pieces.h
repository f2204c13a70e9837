/* SPDX-License-Identifier: GPL-2.0-or-later */
/* First fragments inside IPv4 in IPv6: those that an encapsulator makes all have the size of the tunnel's MTU (IPIP783). */
#ifndef IPIP_CORE_FLOW_FIRST_PIECES_H
#define IPIP_CORE_FLOW_FIRST_PIECES_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/stack.h"

enum { FIRST_PIECES_DIRECTIONS = 1U << 10 }; /* that are remembered */

/* Of a direction. */
struct first_pieces {
    uint32_t bytes; /* Total Length of each so far; 0: of several sizes */
};

struct flow;

/*
 * A packet in the direction with this fingerprint. Whether it is one that an encapsulator may have made, with others before it, and all
 * have the same size.
 */
bool first_pieces_take(struct flow *flow, uint64_t direction, const struct ipip_layer *outer);

#endif
