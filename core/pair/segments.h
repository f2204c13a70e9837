/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP data that the two sides have in other segments: a network card or the host merged them before one capture and not before the other
 * (receive offload), or divides them behind it (segmentation offload).
 */
#ifndef IPIP_CORE_PAIR_SEGMENTS_H
#define IPIP_CORE_PAIR_SEGMENTS_H

#include "ipip/stack.h"
#include "pair/window.h"
#include "table/lru.h"

enum { SEGMENT_FLOWS_MAX = 1 << 10 };

struct segments {
    struct hash_keys keys;
    struct lru flows; /* by addresses and ports */
};

bool segments_init(struct segments *segments, uint64_t seed);
void segments_free(struct segments *segments);

/*
 * A datagram of a side that was just added and has no other side yet: counts the octets that it and those of the other side have in common,
 * in `in_segments` of each. Of a TCP connection the last 64 of each side are remembered. What is no TCP segment with data changes nothing.
 */
void segments_take(struct segments *segments, struct pair_window windows[IPIP_PAIR_SIDES], enum ipip_pair_side side,
                   struct pair_item *item, const struct ipip_layer *datagram, uint64_t window_time);

#endif
