/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/history.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/age.h"

enum {
    /* Entries of a chain that are looked at: more are alike, or the capture was made to collide. */
    CHAIN_MAX = 32,
    HEADS_PER_ENTRY = 2,
};

_Static_assert(sizeof(struct history_entry) == 64, "one cache line");

void history_init(struct history *r, uint32_t count)
{
    *r = (struct history){.mask = count - 1, .head_mask = HEADS_PER_ENTRY * count - 1};
}

void history_free(struct history *r)
{
    free(r->block);
    for (int i = 0; i < HISTORY_INDICES; i++)
        free(r->heads[i]);
}

static bool allocate(struct history *r)
{
    size_t count = r->mask + (size_t)1;
    size_t misplaced;
    bool is_whole;

    /* Zeros that take no memory before they are needed, as aligned_alloc() would. */
    r->block = calloc(count + 1, sizeof *r->entries);
    is_whole = r->block != NULL;
    for (int i = 0; i < HISTORY_INDICES; i++) {
        r->heads[i] = calloc(HEADS_PER_ENTRY * count, sizeof *r->heads[i]);
        is_whole &= r->heads[i] != NULL;
    }
    if (!is_whole) {
        history_free(r);
        history_init(r, (uint32_t)count);
        return false;
    }
    misplaced = (uintptr_t)r->block % sizeof *r->entries;
    r->entries = (struct history_entry *)((uint8_t *)r->block + (misplaced > 0 ? sizeof *r->entries - misplaced : 0));
    return true;
}

static bool is_alike(const struct history_entry *a, const struct history_entry *b, enum history_index index)
{
    switch (index) {
    case HISTORY_BY_ID:
        return a->id == b->id && a->addresses == b->addresses && a->protocol == b->protocol;
    case HISTORY_BY_INNER_ID:
        return a->inner_id == b->inner_id && a->has_inner_id && a->inner_addresses == b->inner_addresses &&
               a->inner_protocol == b->inner_protocol && a->inner_mf == b->inner_mf;
    default:
        return a->content == b->content;
    }
}

/* Whether the entry of this number is still there. Numbers start at 1. */
static bool is_there(const struct history *r, uint32_t number)
{
    return number != 0 && r->added - number <= r->mask;
}

static const struct history_entry *first_like(const struct history *r, enum history_index index,
                                              const struct history_entry *like, uint32_t number)
{
    for (int steps = 0; is_there(r, number) && steps < CHAIN_MAX; steps++) {
        const struct history_entry *entry = &r->entries[number & r->mask];

        if (is_alike(entry, like, index))
            return entry;
        number = entry->older[index];
    }
    return NULL;
}

const struct history_entry *history_find(const struct history *r, enum history_index index, uint32_t slot,
                                         const struct history_entry *like)
{
    return r->entries == NULL ? NULL : first_like(r, index, like, r->heads[index][slot & r->head_mask]);
}

const struct history_entry *history_before(const struct history *r, enum history_index index,
                                           const struct history_entry *entry)
{
    return first_like(r, index, entry, entry->older[index]);
}

const struct history_entry *history_find_content(const struct history *r, uint64_t content)
{
    struct history_entry like = {.content = content};

    return history_find(r, HISTORY_BY_CONTENT, history_content_slot(content), &like);
}

/*
 * Entries with the same Identification would make chains of any length: but for what is still needed, the fragment before the
 * whole, the new one takes the place of the last in its chain.
 */
static uint32_t chain_behind(const struct history *r, enum history_index index, const struct history_entry *entry,
                             uint32_t head)
{
    if (index != HISTORY_BY_CONTENT && !entry->is_fragment && is_there(r, head)) {
        const struct history_entry *last = &r->entries[head & r->mask];

        if (is_alike(last, entry, index))
            return last->older[index];
    }
    return head;
}

static void link_entry(struct history *r, enum history_index index, struct history_entry *entry, uint32_t slot)
{
    uint32_t *head = &r->heads[index][slot & r->head_mask];

    entry->older[index] = chain_behind(r, index, entry, *head);
    *head = r->added;
}

void history_add(struct history *r, struct history_entry *entry, const struct history_slots *slots)
{
    struct history_entry *place;

    r->is_starved |= r->entries == NULL && !allocate(r);
    if (r->entries == NULL)
        return;
    r->added += r->added == UINT32_MAX ? 2 : 1; /* 0 is no number */
    place = &r->entries[r->added & r->mask];
    if (place->is_there && !place->is_atomic && !ipip_age_exceeds(entry->time, place->time, HISTORY_MDL))
        r->forgotten_early++;
    link_entry(r, HISTORY_BY_ID, entry, slots->of[HISTORY_BY_ID]);
    if (entry->has_inner_id)
        link_entry(r, HISTORY_BY_INNER_ID, entry, slots->of[HISTORY_BY_INNER_ID]);
    if (entry->content != 0)
        link_entry(r, HISTORY_BY_CONTENT, entry, slots->of[HISTORY_BY_CONTENT]);
    *place = *entry;
    place->is_there = true;
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
    if (!place->is_there)
        return false;
    *time = place->time;
    return true;
}

void history_prefetch_head(const struct history *r, enum history_index index, uint32_t slot)
{
    if (r->entries != NULL)
        __builtin_prefetch(&r->heads[index][slot & r->head_mask]);
}

void history_prefetch_entry(const struct history *r, enum history_index index, uint32_t slot)
{
    if (r->entries != NULL)
        __builtin_prefetch(&r->entries[r->heads[index][slot & r->head_mask] & r->mask]);
}
