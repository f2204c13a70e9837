/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnel datagrams seen last, found by outer Identification, by inner one, and by what is inside. */
#ifndef IPIP_CORE_FLOW_RECENT_H
#define IPIP_CORE_FLOW_RECENT_H

#include <stdbool.h>
#include <stdint.h>

#include "../hash.h"
#include "ipip/age.h"
#include "ipip/stack.h"

#define RECENT_MDL (120 * IPIP_AGE_SECOND) /* maximum datagram lifetime (RFC 6864 section 1) */

enum recent_index { RECENT_BY_ID, RECENT_BY_INNER_ID, RECENT_BY_CONTENT, RECENT_INDICES };

/* One cache line. */
struct recent {
    /* Of the datagram inside, without what changes on its way: TTL, TOS, checksums. 0: not known, a first outer fragment. */
    uint64_t content;
    int64_t time;
    uint64_t frame;
    uint32_t src, dst; /* of the tunnel header */
    uint32_t inner_src, inner_dst;
    uint32_t older[RECENT_INDICES]; /* in the chain of each index */
    uint16_t id, total_bytes, inner_id;
    uint8_t protocol, inner_protocol;
    uint8_t ttl, inner_ttl;
    uint8_t falls; /* how often in a row this content came in this direction with a lower inner TTL */
    bool is_atomic : 1;
    bool is_fragment : 1;  /* came in fragments */
    bool has_inner_id : 1; /* the innermost header's Identification must be unique */
    bool inner_mf : 1;
    bool is_there : 1; /* else the place is empty */
};

struct recents {
    struct recent *entries; /* a ring; NULL before the first datagram */
    void *block;            /* that holds it */
    uint32_t *heads[RECENT_INDICES];
    uint32_t mask;
    uint32_t head_mask;
    uint32_t added;        /* in all, modulo 2^32: the number of the entry added last */
    uint32_t added_before; /* the packet at hand */
    uint64_t forgotten_early;
    bool is_starved; /* there was no memory for a ring; nothing is remembered */
};

/* Where the chain of an entry starts, in each index. */
struct recent_slots {
    uint32_t of[RECENT_INDICES];
};

/* `count` is a power of two. */
void recents_init(struct recents *recents, uint32_t count);
void recents_free(struct recents *recents);

/* Equal for equal datagrams; never 0. */
uint64_t recent_content(const struct hash_keys *keys, const struct ipip_layer *datagram);

/* By Identification, those of a pair of addresses lie side by side: counters find what they need where they were before. */
static inline uint32_t recent_id_slot(uint64_t addresses, const struct ipip_ipv4 *ip)
{
    return (uint32_t)(addresses >> 32) + (ip->src < ip->dst ? 0 : UINT16_MAX / 2) + ip->id;
}

static inline uint32_t recent_content_slot(uint64_t content)
{
    return (uint32_t)content;
}

/*
 * The entry added last that is like this one in what the index is about: addresses, protocol and Identification, with
 * RECENT_BY_INNER_ID also More Fragments; or the content. NULL where there is none.
 */
const struct recent *recents_find(const struct recents *recents, enum recent_index index, uint32_t slot,
                                  const struct recent *like);

/* The one before it, as far as its chain has one. */
const struct recent *recents_before(const struct recents *recents, enum recent_index index, const struct recent *entry);

/* The last one with this content. */
const struct recent *recents_find_content(const struct recents *recents, uint64_t content);

/*
 * A datagram more; `entry->older` is filled in. Entries of one kind are not lost before their time.
 */
void recents_add(struct recents *recents, struct recent *entry, const struct recent_slots *slots);

/* A packet begins; and whether an entry was added since. */
void recents_begin(struct recents *recents);
bool recents_is_of_packet(const struct recents *recents, const struct recent *entry);

/* How many datagrams have been added since this entry. */
uint32_t recents_since(const struct recents *recents, const struct recent *entry);

/* The time of the oldest entry; false where there is none, or none has been forgotten yet. */
bool recents_oldest(const struct recents *recents, int64_t *time);

/* For an entry that will be looked for: fetches what leads to it, and then, called again later, where it may be. */
void recents_prefetch_head(const struct recents *recents, enum recent_index index, uint32_t slot);
void recents_prefetch_entry(const struct recents *recents, enum recent_index index, uint32_t slot);

#endif
