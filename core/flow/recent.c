/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "recent.h"

#include <stdlib.h>
#include <string.h>

#include "../sum.h"
#include "ipip/age.h"

enum {
    /* Octets behind the inner header that count: transport header with its checksum over the rest, and some more. */
    PAYLOAD_COUNTED = 44,
    PAYLOAD_COUNTED_OF_CUT = 8,
    /* Entries of a chain that are looked at: more are alike, or somebody has found a way to make collisions. */
    CHAIN_MAX = 32,
    HEADS_PER_ENTRY = 2,
};

_Static_assert(sizeof(struct recent) == 64, "one cache line");

void recents_init(struct recents *r, uint32_t count)
{
    *r = (struct recents){.mask = count - 1, .head_mask = HEADS_PER_ENTRY * count - 1};
}

void recents_free(struct recents *r)
{
    free(r->block);
    for (int i = 0; i < RECENT_INDICES; i++)
        free(r->heads[i]);
}

static bool allocate(struct recents *r)
{
    size_t count = r->mask + (size_t)1;
    size_t misplaced;
    bool is_whole;

    /* Zeros that take no memory before they are needed, as aligned_alloc() would. */
    r->block = calloc(count + 1, sizeof *r->entries);
    is_whole = r->block != NULL;
    for (int i = 0; i < RECENT_INDICES; i++) {
        r->heads[i] = calloc(HEADS_PER_ENTRY * count, sizeof *r->heads[i]);
        is_whole &= r->heads[i] != NULL;
    }
    if (!is_whole) {
        recents_free(r);
        recents_init(r, (uint32_t)count);
        return false;
    }
    misplaced = (uintptr_t)r->block % sizeof *r->entries;
    r->entries = (struct recent *)((uint8_t *)r->block + (misplaced > 0 ? sizeof *r->entries - misplaced : 0));
    return true;
}

uint64_t recent_content(const struct hash_keys *keys, const struct ipip_layer *datagram)
{
    enum { HEAD = 3, WORDS = (HEAD + (PAYLOAD_COUNTED + 7) / 8 + 1) & ~1 };
    /* Total Length, Identification, flags but the reserved one, offset, protocol. */
    static const uint8_t constant[8] = {255, 255, 255, 255, 127, 255, 0, 255};
    const uint8_t *header = datagram->bytes.data;
    uint8_t protocol = datagram->ip.protocol;
    struct ipip_bytes payload = ipip_layer_payload(datagram);
    /* What the snapshot length leaves is more of a packet by itself than of the same one in a tunnel. */
    uint32_t most = payload.captured < payload.wire ? PAYLOAD_COUNTED_OF_CUT : PAYLOAD_COUNTED;
    uint32_t counted = payload.captured < most ? payload.captured : most;
    uint32_t checksum = protocol == IPIP_PROTOCOL_TCP ? 16 : 6;
    uint64_t words[WORDS] = {sum_load(header + 12), sum_load(header + 2) & sum_load(constant), counted};
    uint64_t hash;

    _Static_assert((int)WORDS <= (int)HASH_WORDS_MAX, "a key for each word");
    memcpy(words + HEAD, payload.data, counted);
    /* Where a network card finishes the checksum, it is another one behind the card. */
    if ((protocol == IPIP_PROTOCOL_TCP || protocol == IPIP_PROTOCOL_UDP) && datagram->ip.fragment_offset == 0 &&
        counted >= checksum + 2)
        memset((uint8_t *)(words + HEAD) + checksum, 0, 2);
    hash = hash_of(keys, words, (HEAD + (counted + 7) / 8 + 1) / 2);
    return hash != 0 ? hash : 1;
}

static bool is_alike(const struct recent *a, const struct recent *b, enum recent_index index)
{
    switch (index) {
    case RECENT_BY_ID:
        return a->id == b->id && a->src == b->src && a->dst == b->dst && a->protocol == b->protocol;
    case RECENT_BY_INNER_ID:
        return a->inner_id == b->inner_id && a->has_inner_id && a->inner_src == b->inner_src &&
               a->inner_dst == b->inner_dst && a->inner_protocol == b->inner_protocol && a->inner_mf == b->inner_mf;
    default:
        return a->content == b->content;
    }
}

/* Whether the entry of this number is still there. Numbers start at 1. */
static bool is_there(const struct recents *r, uint32_t number)
{
    return number != 0 && r->added - number <= r->mask;
}

static const struct recent *first_like(const struct recents *r, enum recent_index index, const struct recent *like,
                                       uint32_t number)
{
    for (int steps = 0; is_there(r, number) && steps < CHAIN_MAX; steps++) {
        const struct recent *entry = &r->entries[number & r->mask];

        if (is_alike(entry, like, index))
            return entry;
        number = entry->older[index];
    }
    return NULL;
}

const struct recent *recents_find(const struct recents *r, enum recent_index index, uint32_t slot,
                                  const struct recent *like)
{
    return r->entries == NULL ? NULL : first_like(r, index, like, r->heads[index][slot & r->head_mask]);
}

const struct recent *recents_before(const struct recents *r, enum recent_index index, const struct recent *entry)
{
    return first_like(r, index, entry, entry->older[index]);
}

const struct recent *recents_find_content(const struct recents *r, uint64_t content)
{
    struct recent like = {.content = content};

    return recents_find(r, RECENT_BY_CONTENT, recent_content_slot(content), &like);
}

/*
 * Entries with the same Identification would make chains of any length: but for what is still needed, the fragment before the
 * whole, the new one takes the place of the last in its chain.
 */
static uint32_t chain_behind(const struct recents *r, enum recent_index index, const struct recent *entry,
                             uint32_t head)
{
    if (index != RECENT_BY_CONTENT && !entry->is_fragment && is_there(r, head)) {
        const struct recent *last = &r->entries[head & r->mask];

        if (is_alike(last, entry, index))
            return last->older[index];
    }
    return head;
}

static void link_entry(struct recents *r, enum recent_index index, struct recent *entry, uint32_t slot)
{
    uint32_t *head = &r->heads[index][slot & r->head_mask];

    entry->older[index] = chain_behind(r, index, entry, *head);
    *head = r->added;
}

void recents_add(struct recents *r, struct recent *entry, const struct recent_slots *slots)
{
    struct recent *place;

    r->is_starved |= r->entries == NULL && !allocate(r);
    if (r->entries == NULL)
        return;
    r->added += r->added == UINT32_MAX ? 2 : 1; /* 0 is no number */
    place = &r->entries[r->added & r->mask];
    if (place->is_there && !place->is_atomic && !ipip_age_exceeds(entry->time, place->time, RECENT_MDL))
        r->forgotten_early++;
    link_entry(r, RECENT_BY_ID, entry, slots->of[RECENT_BY_ID]);
    if (entry->has_inner_id)
        link_entry(r, RECENT_BY_INNER_ID, entry, slots->of[RECENT_BY_INNER_ID]);
    if (entry->content != 0)
        link_entry(r, RECENT_BY_CONTENT, entry, slots->of[RECENT_BY_CONTENT]);
    *place = *entry;
    place->is_there = true;
}

void recents_begin(struct recents *r)
{
    r->added_before = r->added;
}

bool recents_is_of_packet(const struct recents *r, const struct recent *entry)
{
    return recents_since(r, entry) < r->added - r->added_before;
}

uint32_t recents_since(const struct recents *r, const struct recent *entry)
{
    return (r->added - (uint32_t)(entry - r->entries)) & r->mask;
}

bool recents_oldest(const struct recents *r, int64_t *time)
{
    const struct recent *place;

    if (r->entries == NULL)
        return false;
    place = &r->entries[(r->added + 1) & r->mask];
    if (!place->is_there)
        return false;
    *time = place->time;
    return true;
}

void recents_prefetch_head(const struct recents *r, enum recent_index index, uint32_t slot)
{
    if (r->entries != NULL)
        __builtin_prefetch(&r->heads[index][slot & r->head_mask]);
}

void recents_prefetch_entry(const struct recents *r, enum recent_index index, uint32_t slot)
{
    if (r->entries != NULL)
        __builtin_prefetch(&r->entries[r->heads[index][slot & r->head_mask] & r->mask]);
}
