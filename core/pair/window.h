/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The datagrams of one side that were seen last, found by their key and by their group. */
#ifndef IPIP_CORE_PAIR_WINDOW_H
#define IPIP_CORE_PAIR_WINDOW_H

#include "ipip/pair.h"
#include "pair/datagram.h"

enum { PAIR_CHAIN_MAX = 64 }; /* of candidates that are looked at, when many are alike */

struct pair_item {
    struct pair_datagram datagram;
    int64_t time;
    uint64_t frame;
    struct ipip_addr src, dst;
    uint64_t number;  /* of the item; 0: there is none */
    uint64_t partner; /* number on the other side; 0: none yet */
    uint64_t partner_frame;
    int64_t partner_time;
    uint64_t older_key, older_group; /* in the chains; 0: the last one */
    uint64_t matched_twin; /* frame of one on this side that is the same, was matched, and has left; 0: none */
    uint32_t direction;    /* of the tunnel packet that it was in; 0: none */
    uint32_t id, bytes, outer_bytes, fragment_offset;
    uint32_t payload_bytes;
    uint32_t covered;     /* octets of payload that fragments on the other side have */
    uint32_t data_bytes;  /* of a TCP segment without a partner */
    uint32_t in_segments; /* of these, those that other segments on the other side have (segments.h) */
    uint16_t pieces;      /* these */
    uint8_t protocol, ttl, tclass, outer_ecn, drop;
    uint8_t depth; /* IP headers of the packet that it was in */
    uint8_t way;   /* with a partner */
    bool is_df : 1, is_fragment : 1;
    bool has_twin : 1;  /* another one on this side is the same */
    bool is_told : 1;   /* the sink knows of it */
    bool is_behind : 1; /* it overtook, or was overtaken by, others */
};

_Static_assert(sizeof(struct pair_item) <= 176, "two windows of 12 MiB each, as pair.h promises");

struct pair_window {
    struct pair_item *ring;
    uint64_t *keys, *groups; /* the newest number in each place; 0: none */
    uint64_t first;          /* the oldest that is there */
    uint64_t next;           /* the number of the next one */
};

bool pair_window_init(struct pair_window *window);
void pair_window_free(struct pair_window *window);

static inline bool pair_window_is_full(const struct pair_window *window)
{
    return window->next - window->first == IPIP_PAIR_WINDOW_PACKETS;
}

/* NULL where it has left the window. */
static inline struct pair_item *pair_window_at(const struct pair_window *window, uint64_t number)
{
    return number >= window->first && number < window->next ? &window->ring[number % IPIP_PAIR_WINDOW_PACKETS] : NULL;
}

/* Adds it; the window is not full. */
struct pair_item *pair_window_add(struct pair_window *window, const struct pair_item *item);

/* The newest one with this key, or of this group, and the one before one. NULL where there is none. */
struct pair_item *pair_window_find(const struct pair_window *window, uint64_t key);
struct pair_item *pair_window_before(const struct pair_window *window, const struct pair_item *item);
struct pair_item *pair_window_find_group(const struct pair_window *window, uint64_t group);
struct pair_item *pair_window_before_group(const struct pair_window *window, const struct pair_item *item);

#endif
