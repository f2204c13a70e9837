/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tunnel datagrams seen last: a ring, in which they are found by what is inside, by outer Identification and by inner one.
 *
 * Each packet looks for its content, and mostly in vain: that chain lies apart from the ring and shows nearly always that
 * there is none. It has each content once, the last entry, from which those before with the same content follow: however many are
 * alike, they hide no other. The outer Identification is asked for by few packets, so datagrams are put into that chain, each once, when
 * one asks.
 */
#ifndef IPIP_CORE_FLOW_HISTORY_H
#define IPIP_CORE_FLOW_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/age.h"

#define HISTORY_MDL (120 * IPIP_AGE_SECOND) /* maximum datagram lifetime (RFC 6864 section 1) */

enum history_flag {
    HISTORY_THERE = 1 << 0, /* always: else the place is empty */
    HISTORY_ATOMIC = 1 << 1,
    HISTORY_FRAGMENT = 1 << 2, /* came in fragments */
    HISTORY_CONTENT = 1 << 3,  /* else the datagram inside is not known: a first outer fragment */
    HISTORY_INNER_ID = 1 << 4, /* the innermost header's Identification must be unique */
};

/* Half a cache line. */
struct history_entry {
    uint64_t addresses; /* fingerprint_of_addresses() of the tunnel header */
    int64_t time;
    uint32_t content_low; /* history_content() has all of it */
    uint16_t id, total_bytes, inner_id;
    uint8_t protocol, ttl, inner_ttl;
    uint8_t ttl_drops; /* how often in a row this content came in this direction with a lower inner TTL */
    uint8_t flags;     /* of enum history_flag */
};

/* The Identification of the innermost header, in the chain of its like. */
struct history_inner {
    uint64_t addresses;
    uint32_t older;
    uint16_t id;
    uint8_t protocol;
    bool has_mf;
};

static inline bool history_is(const struct history_entry *entry, enum history_flag flag)
{
    return (entry->flags & flag) != 0;
}

/* In a chain: the one before, and half of what the chain is about. */
struct history_link {
    uint32_t tag;
    uint32_t older;
};

struct history {
    struct history_entry *entries; /* the ring; NULL before the first datagram. What is behind has the same places */
    uint64_t *frames;
    struct history_link *contents;
    uint32_t *same; /* the number of the one before with the same content; 0: none */
    struct history_link *ids;
    struct history_inner *inner_ids;
    /* The number of the entry that a chain begins with. */
    uint32_t *content_heads;
    uint32_t *id_heads;
    uint32_t *inner_id_heads;
    void *block; /* that holds all of them */
    uint32_t mask;
    uint32_t head_mask;
    uint32_t added;        /* in all, modulo 2^32: the number of the entry added last */
    uint32_t added_before; /* the packet at hand */
    uint32_t indexed;      /* the number of the last one in the chain of its Identification */
    uint64_t forgotten_early;
    bool is_starved; /* there was no memory for a ring; nothing is remembered */
};

enum { HISTORY_HEADS = 2 }; /* of each kind, for an entry */

/* What the ring takes for each of its entries. */
enum {
    HISTORY_ENTRY_BYTES = sizeof(struct history_entry) + sizeof(uint64_t) + 2 * sizeof(struct history_link) +
                          sizeof(struct history_inner) + sizeof(uint32_t) * (3 * HISTORY_HEADS + 1),
};

/* `count` is a power of two. */
void history_init(struct history *r, uint32_t count);
void history_free(struct history *r);

/* Where a chain begins. Identifications of a pair of addresses lie side by side: counters find what they need where they were before. */
static inline uint32_t *history_id_head(const struct history *r, uint32_t *heads, uint64_t addresses, uint16_t id)
{
    uint32_t pair = (uint32_t)(addresses >> 32) + ((uint32_t)addresses << 16);

    return &heads[(pair + id) & r->head_mask];
}

/* How the next one is made: `number` is where the chain begins. */
const struct history_entry *history_first_content(const struct history *r, uint64_t content, uint32_t number);

/* Whether the entry of this number is still there. Numbers start at 1. */
static inline unsigned history_has(const struct history *r, uint32_t number)
{
    return (unsigned)(number != 0) & (unsigned)(r->added - number <= r->mask);
}

/* The last one with this content. */
static inline const struct history_entry *history_find_content(const struct history *r, uint64_t content)
{
    const struct history_link *link;
    uint32_t number;

    if (r->entries == NULL)
        return NULL;
    number = r->content_heads[(uint32_t)content & r->head_mask];
    link = &r->contents[number & r->mask];
    /* Half of the chains have an entry, and mostly of another content: what decides is asked for at once. */
    if ((history_has(r, number) & ((link->tag == (uint32_t)(content >> 32)) | history_has(r, link->older))) == 0)
        return NULL;
    return history_first_content(r, content, number);
}

/* The one before it with the same content. */
const struct history_entry *history_before_content(const struct history *r, const struct history_entry *entry);

/* The last one with these addresses, protocol and Identification; the one before it. */
const struct history_entry *history_find_id(struct history *r, uint64_t addresses, uint16_t id, uint8_t protocol);
const struct history_entry *history_before_id(const struct history *r, const struct history_entry *entry);

/* The last one that is like this in the Identification, addresses, protocol and More Fragments of the header inside. */
const struct history_entry *history_find_inner_id(const struct history *r, const struct history_inner *like);

static inline uint64_t history_content(const struct history *r, const struct history_entry *entry)
{
    return (uint64_t)r->contents[entry - r->entries].tag << 32 | entry->content_low;
}

static inline bool history_has_content(const struct history *r, const struct history_entry *entry, uint64_t content)
{
    return history_is(entry, HISTORY_CONTENT) && history_content(r, entry) == content;
}

static inline uint64_t history_frame(const struct history *r, const struct history_entry *entry)
{
    return r->frames[entry - r->entries];
}

/* How history_add() is made. False where there is no memory. */
bool history_allocate(struct history *r);

/* Likewise: in the chain that begins with the entry of this place, the one of the same content gives way to it. */
void history_join_content(struct history *r, uint32_t place);

/*
 * The entry of a datagram more, with its time and content (0: not known, and without HISTORY_CONTENT); all else is the caller's to
 * write. `has_twin`: history_find_content() finds one with this content. NULL where there is no memory.
 */
static inline struct history_entry *history_add(struct history *r, uint64_t content, uint64_t frame, int64_t time,
                                                bool has_twin)
{
    struct history_entry *entry;
    uint32_t place;

    if (r->entries == NULL && !history_allocate(r))
        return NULL;
    r->added += r->added == UINT32_MAX ? 2 : 1; /* 0 is no number */
    place = r->added & r->mask;
    entry = &r->entries[place];
    if ((entry->flags & (HISTORY_THERE | HISTORY_ATOMIC)) == HISTORY_THERE &&
        !ipip_age_exceeds(time, entry->time, HISTORY_MDL))
        r->forgotten_early++;
    entry->time = time;
    entry->content_low = (uint32_t)content;
    r->frames[place] = frame;
    if (content != 0) {
        uint32_t *head = &r->content_heads[(uint32_t)content & r->head_mask];

        r->contents[place] = (struct history_link){(uint32_t)(content >> 32), *head};
        r->same[place] = 0;
        *head = r->added;
        if (has_twin)
            history_join_content(r, place);
    }
    return entry;
}

/* And of that one the Identification inside, with HISTORY_INNER_ID. */
void history_link_inner_id(struct history *r, struct history_inner inner, bool is_fragment);

/* A packet begins; and whether an entry was added since. */
void history_begin(struct history *r);
bool history_is_of_packet(const struct history *r, const struct history_entry *entry);

/* How many datagrams have been added since this entry. */
uint32_t history_since(const struct history *r, const struct history_entry *entry);

/* The time of the oldest entry; false where there is none, or none has been forgotten yet. */
bool history_oldest(const struct history *r, int64_t *time);

/* For a content that will be looked for: fetches what leads to it, and then, called again later, where it may be. */
static inline void history_prefetch_head(const struct history *r, uint64_t content)
{
    __builtin_prefetch(&r->content_heads[(uint32_t)content & r->head_mask]);
}

static inline void history_prefetch_content(const struct history *r, uint64_t content)
{
    __builtin_prefetch(&r->contents[r->content_heads[(uint32_t)content & r->head_mask] & r->mask]);
}

/* The same for the Identification of a header inside. */
static inline void history_prefetch_inner_id_head(const struct history *r, uint64_t addresses, uint16_t id)
{
    __builtin_prefetch(history_id_head(r, r->inner_id_heads, addresses, id));
}

static inline void history_prefetch_inner_id(const struct history *r, uint64_t addresses, uint16_t id)
{
    __builtin_prefetch(&r->inner_ids[*history_id_head(r, r->inner_id_heads, addresses, id) & r->mask]);
}

#endif
