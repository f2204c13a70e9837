/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pairing remembers. */
#ifndef IPIP_CORE_PAIR_PAIRING_H
#define IPIP_CORE_PAIR_PAIRING_H

#include "pair/directions.h"
#include "pair/icmp_reports.h"
#include "pair/locals.h"
#include "pair/reader.h"
#include "pair/segments.h"
#include "pair/window.h"

struct ipip_pair {
    struct hash_keys keys;
    struct pair_reader readers[IPIP_PAIR_SIDES]; /* of the files */
    struct ipip_pair_layout layout;
    bool is_device;
    uint64_t window_time;
    ipip_pair_sink *sink;
    void *context;
    struct pair_window windows[IPIP_PAIR_SIDES];
    struct directions directions;
    uint64_t highest[DIRECTIONS_MAX][IPIP_PAIR_WAYS]; /* number of the latest datagram to go that was matched */
    struct lru icmp_reports;                          /* of struct icmp_report */
    struct locals locals;
    struct segments segments;
    struct ipip_pair_totals totals;
    int64_t now;
    bool is_begun[IPIP_PAIR_SIDES];
    bool has_fragments[IPIP_PAIR_SIDES];
    int64_t begin[IPIP_PAIR_SIDES], end[IPIP_PAIR_SIDES]; /* times of the first and of the last packet */
    struct ipip_stack stack;
};

/* Why the item of that tunnel direction was seen on that side only; fills that in. */
void pair_explain(struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item, uint32_t direction,
                  struct ipip_pair_event *event);

/* Finds the other side of an item that was just added, if that is there. */
void pair_match(struct ipip_pair *pair, enum ipip_pair_side side, struct pair_item *item);

#endif
