/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/history.h"

#include <stdlib.h>

enum {
    /* Entries of a chain that are looked at: where there are more, the capture was made to collide. */
    CHAIN_MAX = 32,
    CACHE_LINE = 64,
};

_Static_assert(sizeof(struct history_entry) == CACHE_LINE / 2, "two in a cache line");
_Static_assert(sizeof(struct history_inner) == 16, "without holes");

void history_init(struct history *r, uint32_t count)
{
    *r = (struct history){.mask = count - 1, .head_mask = HISTORY_HEADS * count - 1};
}

void history_free(struct history *r)
{
    free(r->block);
}

/* So many octets of the block. */
static void *take(uint8_t **left, size_t bytes)
{
    uint8_t *taken = *left;

    *left += bytes;
    return taken;
}

bool history_allocate(struct history *r)
{
    size_t count = r->mask + (size_t)1;
    size_t head_bytes = HISTORY_HEADS * count * sizeof(uint32_t);
    uint8_t *left;

    /* Zeros that take no memory before they are needed, as aligned_alloc() would. */
    r->block = calloc(count * HISTORY_ENTRY_BYTES + CACHE_LINE, 1);
    if (r->block == NULL) {
        r->is_starved = true;
        return false;
    }
    left = (uint8_t *)r->block + (CACHE_LINE - (uintptr_t)r->block % CACHE_LINE) % CACHE_LINE;
    r->entries = take(&left, count * sizeof *r->entries);
    r->inner_ids = take(&left, count * sizeof *r->inner_ids);
    r->frames = take(&left, count * sizeof *r->frames);
    r->contents = take(&left, count * sizeof *r->contents);
    r->ids = take(&left, count * sizeof *r->ids);
    r->same = take(&left, count * sizeof *r->same);
    r->content_heads = take(&left, head_bytes);
    r->id_heads = take(&left, head_bytes);
    r->inner_id_heads = take(&left, head_bytes);
    return true;
}

const struct history_entry *history_first_content(const struct history *r, uint64_t content, uint32_t number)
{
    for (int steps = 0; history_has(r, number) && steps < CHAIN_MAX; steps++) {
        uint32_t place = number & r->mask;

        if (r->contents[place].tag == (uint32_t)(content >> 32) && r->entries[place].content_low == (uint32_t)content)
            return &r->entries[place];
        number = r->contents[place].older;
    }
    return NULL;
}

void history_join_content(struct history *r, uint32_t place)
{
    const struct history_link *fresh = &r->contents[place];
    uint32_t *number = &r->contents[place].older;

    for (int steps = 0; history_has(r, *number) && steps < CHAIN_MAX; steps++) {
        struct history_link *link = &r->contents[*number & r->mask];

        if (link->tag == fresh->tag && r->entries[*number & r->mask].content_low == r->entries[place].content_low) {
            r->same[place] = *number;
            *number = link->older;
            return;
        }
        number = &link->older;
    }
}

const struct history_entry *history_before_content(const struct history *r, const struct history_entry *entry)
{
    uint32_t number = r->same[entry - r->entries];

    return history_has(r, number) ? &r->entries[number & r->mask] : NULL;
}

/* With the Identification and the addresses it shows the protocol. */
static uint32_t id_tag(uint64_t addresses, uint16_t id, uint8_t protocol)
{
    return (uint32_t)addresses ^ (uint32_t)id << 16 ^ protocol;
}

static const struct history_entry *first_id(const struct history *r, uint64_t addresses, uint16_t id, uint8_t protocol,
                                            uint32_t number)
{
    uint32_t tag = id_tag(addresses, id, protocol);

    for (int steps = 0; history_has(r, number) && steps < CHAIN_MAX; steps++) {
        const struct history_entry *entry = &r->entries[number & r->mask];
        const struct history_link *link = &r->ids[number & r->mask];

        if (link->tag == tag && entry->id == id && entry->addresses == addresses)
            return entry;
        number = link->older;
    }
    return NULL;
}

/*
 * Entries with the same Identification would make chains of any length: but for what is still needed, the fragment before the
 * whole, the new one takes the place of the last in its chain.
 */
static void link_id(struct history *r, uint32_t number)
{
    uint32_t place = number & r->mask;
    const struct history_entry *entry = &r->entries[place];
    uint32_t *head = history_id_head(r, r->id_heads, entry->addresses, entry->id);
    uint32_t tag = id_tag(entry->addresses, entry->id, entry->protocol);
    uint32_t older = *head;

    if (!history_is(entry, HISTORY_FRAGMENT) && history_has(r, older) && r->ids[older & r->mask].tag == tag) {
        const struct history_entry *last = &r->entries[older & r->mask];

        if (last->id == entry->id && last->addresses == entry->addresses)
            older = r->ids[older & r->mask].older;
    }
    r->ids[place] = (struct history_link){tag, older};
    *head = number;
}

/* Each entry once, those that have been forgotten meanwhile not at all. */
static __attribute__((noinline)) void index_ids(struct history *r)
{
    if (r->added - r->indexed > r->mask)
        r->indexed = r->added - r->mask - 1;
    while (r->indexed != r->added) {
        if (++r->indexed != 0)
            link_id(r, r->indexed);
    }
}

const struct history_entry *history_find_id(struct history *r, uint64_t addresses, uint16_t id, uint8_t protocol)
{
    if (r->entries == NULL)
        return NULL;
    if (r->indexed != r->added)
        index_ids(r);
    return first_id(r, addresses, id, protocol, *history_id_head(r, r->id_heads, addresses, id));
}

const struct history_entry *history_before_id(const struct history *r, const struct history_entry *entry)
{
    return first_id(r, entry->addresses, entry->id, entry->protocol, r->ids[entry - r->entries].older);
}

static bool is_alike(const struct history_inner *a, const struct history_inner *b)
{
    return a->id == b->id && a->addresses == b->addresses && a->protocol == b->protocol && a->has_mf == b->has_mf;
}

const struct history_entry *history_find_inner_id(const struct history *r, const struct history_inner *like)
{
    uint32_t number = 0;

    if (r->entries != NULL)
        number = *history_id_head(r, r->inner_id_heads, like->addresses, like->id);
    for (int steps = 0; history_has(r, number) && steps < CHAIN_MAX; steps++) {
        const struct history_inner *inner = &r->inner_ids[number & r->mask];

        if (is_alike(inner, like))
            return &r->entries[number & r->mask];
        number = inner->older;
    }
    return NULL;
}

/* As link_id(). */
void history_link_inner_id(struct history *r, struct history_inner inner, bool is_fragment)
{
    uint32_t *head = history_id_head(r, r->inner_id_heads, inner.addresses, inner.id);

    inner.older = *head;
    if (!is_fragment && history_has(r, *head) && is_alike(&r->inner_ids[*head & r->mask], &inner))
        inner.older = r->inner_ids[*head & r->mask].older;
    r->inner_ids[r->added & r->mask] = inner;
    *head = r->added;
}

void history_begin(struct history *r)
{
    r->added_before = r->added;
}

bool history_is_of_packet(const struct history *r, const struct history_entry *entry)
{
    return history_since(r, entry) < r->added - r->added_before;
}

uint32_t history_since(const struct history *r, const struct history_entry *entry)
{
    return (r->added - (uint32_t)(entry - r->entries)) & r->mask;
}

bool history_oldest(const struct history *r, int64_t *time)
{
    const struct history_entry *place;

    if (r->entries == NULL)
        return false;
    place = &r->entries[(r->added + 1) & r->mask];
    if (!history_is(place, HISTORY_THERE))
        return false;
    *time = place->time;
    return true;
}
