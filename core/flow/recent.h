/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnel datagrams seen last, found by outer Identification, by inner one, and by what is inside. */
#ifndef IPIP_CORE_FLOW_RECENT_H
#define IPIP_CORE_FLOW_RECENT_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/stack.h"

struct recent {
    /* Of the datagram inside, without what changes on its way: TTL, TOS, checksums. 0: not known, a first outer fragment. */
    uint64_t content;
    int64_t time;
    uint64_t frame;
    uint64_t id_key; /* of the outer datagram */
    uint64_t inner_id_key;
    uint32_t src, dst; /* of the tunnel header */
    uint32_t older[3]; /* in the chain of each index */
    uint16_t id, total_bytes, inner_id;
    uint8_t ttl, inner_ttl;
    uint8_t falls; /* how often in a row this content came in this direction with a lower inner TTL */
    bool is_atomic;
    bool is_fragment; /* came in fragments */
};

enum recent_index { RECENT_BY_ID, RECENT_BY_INNER_ID, RECENT_BY_CONTENT, RECENT_INDICES };

struct recents {
    struct recent *entries; /* a ring; NULL before the first datagram */
    uint32_t *heads[RECENT_INDICES];
    uint32_t mask;
    uint32_t added; /* in all, modulo 2^32: the number of the entry added last */
    uint64_t seed;
    uint64_t forgotten_early;
};

/* `count` is a power of two. */
void recents_init(struct recents *recents, uint32_t count, uint64_t seed);
void recents_free(struct recents *recents);

/* The keys of a datagram: equal for equal ones. */
uint64_t recent_content(const struct recents *recents, const struct ipip_layer *datagram);
uint64_t recent_id(const struct recents *recents, const struct ipip_ipv4 *ip);

/* The entry with this key that was added last, or NULL. */
const struct recent *recents_find(const struct recents *recents, enum recent_index index, uint64_t key);

/* The one before it with the same key, as far as its chain has one. */
const struct recent *recents_before(const struct recents *recents, enum recent_index index, const struct recent *entry);

/* A datagram more. False where there is no memory. Entries with the same keys are not lost before their time. */
bool recents_add(struct recents *recents, const struct recent *entry);

/* How many datagrams have been added since this entry. */
uint32_t recents_since(const struct recents *recents, const struct recent *entry);

/* The time of the oldest entry; false where there is none, or none has been forgotten yet. */
bool recents_oldest(const struct recents *recents, int64_t *time);

#endif
