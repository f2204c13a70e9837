/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was seen of each tunnel direction, and which inner flows go through which. */
#ifndef IPIP_CORE_PAIR_DIRECTIONS_H
#define IPIP_CORE_PAIR_DIRECTIONS_H

#include "ipip/pair.h"
#include "table/lru.h"

enum { DIRECTIONS_MAX = 1024, PAIR_FLOWS_MAX = 1 << 14 };

/* Of inner addresses, or of one of them. */
struct pair_flow {
    uint32_t direction;
    uint8_t way; /* of enum ipip_pair_way */
};

struct directions {
    struct hash_keys keys;
    struct ipip_pair_direction *rows[DIRECTIONS_MAX]; /* the first one is for all that have none */
    uint32_t count;
    struct lru known; /* of indices */
    struct lru flows;
};

bool directions_init(struct directions *directions, uint64_t seed);
void directions_free(struct directions *directions);

/* Its index; 0 where there is no room, or no memory. */
uint32_t directions_get(struct directions *directions, const struct ipip_tunnel_direction *direction);

/* That of the other direction of the same tunnel; NULL where it was not seen. */
const struct ipip_pair_direction *directions_back(const struct directions *directions, uint32_t index);

static inline bool directions_has_matches(const struct ipip_pair_direction *row)
{
    return row->matched[IPIP_PAIR_THERE] + row->matched[IPIP_PAIR_BACK] + row->at_once > 0;
}

/*
 * Which way datagrams go, by those of this direction, and else by those of the other one, which go the other way. False: nothing shows
 * it, and `*way` is IPIP_PAIR_THERE.
 */
bool directions_way(const struct directions *directions, uint32_t index, enum ipip_pair_way *way);

/* Nothing will be added: those that were on both sides at the same time go the way of the others. */
void directions_end(struct directions *directions);

/* A datagram from here to there went through. */
void directions_take_flow(struct directions *directions, uint64_t flow, struct ipip_addr src, struct ipip_addr dst,
                          uint32_t direction, enum ipip_pair_way way);

/* That of these addresses; else of others that go to the same destination, or come from the same source; NULL: none goes through. */
const struct pair_flow *directions_flow(struct directions *directions, uint64_t flow, struct ipip_addr src,
                                        struct ipip_addr dst);

#endif
