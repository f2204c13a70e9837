/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each tunnel direction (tunnel_direction.h) of a run has shown, in order of appearance.
 *
 * Memory is bounded: the directions that appear first are listed, up to a limit, and never given up, so that what is listed is
 * whole. Of further ones only their tunnel headers are counted. A direction takes at most 480 octets and 16 more to be found, so
 * IPIP_INVENTORY_DIRECTIONS take 496 MiB, and 8 MiB more for a moment, while the table grows for the last time. One of another kind
 * than IPv4 in IPv4 takes up to 768 octets more: 1264 MiB where all are. Another 3 MiB are for the inner flows of which sizes are learnt (sizes.h).
 */
#ifndef IPIP_INVENTORY_H
#define IPIP_INVENTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/kind_stats.h"
#include "ipip/sizes.h"
#include "ipip/stack.h"
#include "ipip/tunnel_direction.h"
#include "ipip/tunnel_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { IPIP_INVENTORY_DIRECTIONS = 1 << 20 };

/* A tunnel direction. */
struct ipip_direction_stats {
    uint32_t index;       /* its place in the order of appearance, from 0 */
    uint32_t more;        /* for ipip_inventory_kind_stats() */
    struct ipip_addr src; /* of the tunnel header */
    struct ipip_addr dst;
    struct ipip_tunnel_stats stats;
    struct ipip_sizes sizes;
    uint8_t kind;  /* of enum ipip_kind */
    int64_t first; /* time of capture; both 0 until ipip_inventory_add() */
    int64_t last;
    uint32_t moved;           /* packets whose inner source and port had another outer source before */
    uint32_t copies;          /* packets that are in none of the other numbers, as they were counted before */
    uint64_t bytes;           /* of the outer datagrams */
    uint64_t outer_fragments; /* packets that held no more than a fragment, or completed a datagram */
};

struct ipip_inventory;

/*
 * For at most `max` directions. NULL where there is no memory. `seed` makes the table hard to attack; no result depends on it. `kinds` are
 * those with which packets are read; they are copied.
 */
struct ipip_inventory *ipip_inventory_new(const struct ipip_kinds *kinds, uint32_t max, uint64_t seed);
void ipip_inventory_free(struct ipip_inventory *inventory);

/*
 * Adds every tunnel layer of a packet, captured at `time`, but for those `copied`, bit `1 << layer` each (ipip_judge_copied()); one without
 * a tunnel may answer what went through one. The octets of a packet that was not reassembled are read; of one that was, and is of a kind
 * with a discriminator, those of its last layer that was. A layer whose discriminator is not there any more is left out.
 *
 * Returns the direction whose packet the innermost one answers, or NULL.
 */
const struct ipip_direction_stats *ipip_inventory_add(struct ipip_inventory *inventory, const struct ipip_stack *stack,
                                                      uint32_t copied, int64_t time);

/* The direction; a new one if need be. NULL where there is no room for one more, which is counted. */
struct ipip_direction_stats *ipip_inventory_get(struct ipip_inventory *inventory,
                                                const struct ipip_tunnel_direction *direction);

/* The direction, or NULL where it is not listed. */
const struct ipip_direction_stats *ipip_inventory_find(const struct ipip_inventory *inventory,
                                                       const struct ipip_tunnel_direction *direction);

/* That of the tunnel header `layer` of a packet; NULL where it is not listed, or was left out. Octets are read as by ipip_inventory_add(). */
const struct ipip_direction_stats *ipip_inventory_of(const struct ipip_inventory *inventory,
                                                     const struct ipip_stack *stack, unsigned layer);

/* Which direction it is. */
struct ipip_tunnel_direction ipip_inventory_which(const struct ipip_inventory *inventory,
                                                  const struct ipip_direction_stats *seen);

/* The other direction of the same tunnel, as ipip_tunnel_direction_back() has it; NULL where it is not listed. */
const struct ipip_direction_stats *ipip_inventory_back(const struct ipip_inventory *inventory,
                                                       const struct ipip_direction_stats *seen);

/* What a direction's packets show of its kind; NULL of IPv4 in IPv4. */
struct ipip_kind_stats *ipip_inventory_kind_stats(const struct ipip_inventory *inventory,
                                                  const struct ipip_direction_stats *seen);

/*
 * Looks for domains of 6rd (RFC 5969) among all directions of 6in4: at least 4 sites, or two that send to each other, each of which has its IPv4
 * address behind the same 16 to 32 bits; of several prefixes the shortest. Domains whose sites have bits in common are not found. To be called when all packets were added.
 */
void ipip_inventory_find_6rd(struct ipip_inventory *inventory);

/* Packets of a direction, those with nothing to be read inside included. */
uint32_t ipip_inventory_packets(const struct ipip_inventory *inventory, const struct ipip_direction_stats *seen);

/* How many directions are listed, and the `index`-th of them. */
uint32_t ipip_inventory_count(const struct ipip_inventory *inventory);
const struct ipip_direction_stats *ipip_inventory_at(const struct ipip_inventory *inventory, uint32_t index);

/* Tunnel headers of directions that are not listed, because there was no room. */
uint64_t ipip_inventory_left_out(const struct ipip_inventory *inventory);

/* Tunnel headers that are in no direction, as what they hold can't be read: it was not captured, or is malformed. */
uint64_t ipip_inventory_unread(const struct ipip_inventory *inventory);

/* Not because the limit was reached, but for lack of memory. Never false again; nothing is listed anew from then on. */
bool ipip_inventory_is_out_of_memory(const struct ipip_inventory *inventory);

#ifdef __cplusplus
}
#endif

#endif
