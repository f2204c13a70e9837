/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnel datagrams seen last, found by outer Identification, by inner one, and by what is inside. */
#ifndef IPIP_CORE_FLOW_HISTORY_H
#define IPIP_CORE_FLOW_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/age.h"
#include "ipip/stack.h"
#include "packet/fingerprint.h"

#define HISTORY_MDL (120 * IPIP_AGE_SECOND) /* maximum datagram lifetime (RFC 6864 section 1) */

enum history_index { HISTORY_BY_ID, HISTORY_BY_INNER_ID, HISTORY_BY_CONTENT, HISTORY_INDICES };

/* One cache line. */
struct history_entry {
    /*
     * Of the datagram inside, without what changes on the path: TTL, TOS, checksums. 0: not known, a first outer
     * fragment.
     */
    uint64_t content;
    int64_t time;
    uint64_t frame;
    uint64_t addresses; /* fingerprint_of_addresses() of the tunnel header */
    uint64_t inner_addresses;
    uint32_t older[HISTORY_INDICES]; /* in the chain of each index */
    uint16_t id, total_bytes, inner_id;
    uint8_t protocol, inner_protocol;
    uint8_t ttl, inner_ttl;
    uint8_t ttl_drops; /* how often in a row this content came in this direction with a lower inner TTL */
    bool is_atomic : 1;
    bool is_fragment : 1;  /* came in fragments */
    bool has_inner_id : 1; /* the innermost header's Identification must be unique */
    bool inner_mf : 1;
    bool is_there : 1; /* else the place is empty */
};

struct history {
    struct history_entry *entries; /* a ring; NULL before the first datagram */
    void *block;                   /* that holds it */
    uint32_t *heads[HISTORY_INDICES];
    uint32_t mask;
    uint32_t head_mask;
    uint32_t added;        /* in all, modulo 2^32: the number of the entry added last */
    uint32_t added_before; /* the packet at hand */
    uint64_t forgotten_early;
    bool is_starved; /* there was no memory for a ring; nothing is remembered */
};

/* Where the chain of an entry starts, in each index. */
struct history_slots {
    uint32_t of[HISTORY_INDICES];
};

/* `count` is a power of two. */
void history_init(struct history *r, uint32_t count);
void history_free(struct history *r);

/* By Identification, those of a pair of addresses lie side by side: counters find what they need where they were before. */
static inline uint32_t history_id_slot(uint64_t addresses, const struct ipip_ip *ip)
{
    return (uint32_t)(addresses >> 32) + ip->id;
}

static inline uint32_t history_content_slot(uint64_t content)
{
    return (uint32_t)content;
}

/*
 * The entry added last that is like this one in what the index is about: addresses, protocol and Identification, with
 * HISTORY_BY_INNER_ID also More Fragments; or the content. NULL where there is none.
 */
const struct history_entry *history_find(const struct history *r, enum history_index index, uint32_t slot,
                                         const struct history_entry *like);

/* The one before it, as far as its chain has one. */
const struct history_entry *history_before(const struct history *r, enum history_index index,
                                           const struct history_entry *entry);

/* The last one with this content. */
const struct history_entry *history_find_content(const struct history *r, uint64_t content);

/*
 * A datagram more; `entry->older` is filled in. Entries of one kind are not lost before their time.
 */
void history_add(struct history *r, struct history_entry *entry, const struct history_slots *slots);

/* A packet begins; and whether an entry was added since. */
void history_begin(struct history *r);
bool history_is_of_packet(const struct history *r, const struct history_entry *entry);

/* How many datagrams have been added since this entry. */
uint32_t history_since(const struct history *r, const struct history_entry *entry);

/* The time of the oldest entry; false where there is none, or none has been forgotten yet. */
bool history_oldest(const struct history *r, int64_t *time);

/* For an entry that will be looked for: fetches what leads to it, and then, called again later, where it may be. */
void history_prefetch_head(const struct history *r, enum history_index index, uint32_t slot);
void history_prefetch_entry(const struct history *r, enum history_index index, uint32_t slot);

#endif
