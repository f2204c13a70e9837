/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each tunnel direction of a run has shown, by its addresses, in order of appearance. */
#ifndef IPIP_INVENTORY_H
#define IPIP_INVENTORY_H

#include <stdint.h>

#include "ipip/observe.h"
#include "ipip/stack.h"

/* A tunnel direction. */
struct ipip_seen {
    uint32_t index; /* its place in the order of appearance, from 0 */
    uint32_t src;   /* of the tunnel header, host byte order */
    uint32_t dst;
    struct ipip_observation observation;
    int64_t first; /* time of capture; both 0 until ipip_inventory_add() */
    int64_t last;
    uint64_t bytes;           /* of the outer datagrams */
    uint64_t outer_fragments; /* packets that held no more than a fragment, or completed a datagram */
};

struct ipip_inventory;

/* NULL where there is no memory. `seed` makes the table hard to attack; no result depends on it. */
struct ipip_inventory *ipip_inventory_new(uint64_t seed);
void ipip_inventory_free(struct ipip_inventory *inventory);

/* Adds every tunnel layer of a packet, captured at `time`. */
void ipip_inventory_add(struct ipip_inventory *inventory, const struct ipip_stack *stack, int64_t time);

/* The direction from `src` to `dst`; a new one if need be. Valid until the next new one. */
struct ipip_seen *ipip_inventory_get(struct ipip_inventory *inventory, uint32_t src, uint32_t dst);

/* The direction, or NULL where it has not been seen. */
const struct ipip_seen *ipip_inventory_find(const struct ipip_inventory *inventory, uint32_t src, uint32_t dst);

/* How many directions there are, and the `index`-th of them. */
uint32_t ipip_inventory_count(const struct ipip_inventory *inventory);
const struct ipip_seen *ipip_inventory_at(const struct ipip_inventory *inventory, uint32_t index);

#endif
