/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnels.h"

#include <stdlib.h>

#include "hash.h"
#include "ipip/judge.h"

enum { SLOTS_AT_FIRST = 256 };

_Static_assert(sizeof(struct tunnel) + 4 * sizeof(uint32_t) <= 256, "the header promises 256 octets a tunnel");

bool tunnels_init(struct tunnels *t, uint64_t seed)
{
    *t = (struct tunnels){.slot_mask = SLOTS_AT_FIRST - 1, .seed = seed};
    t->slots = calloc(SLOTS_AT_FIRST, sizeof *t->slots);
    t->records = calloc(SLOTS_AT_FIRST / 2 + 1, sizeof *t->records);
    return t->slots != NULL && t->records != NULL;
}

void tunnels_free(struct tunnels *t)
{
    free(t->slots);
    free(t->records);
}

/* The slot that holds the direction, or the empty one where it belongs. */
static uint32_t *slot_of(const struct tunnels *t, uint32_t src, uint32_t dst)
{
    uint32_t i = (uint32_t)hash_words(t->seed, src, dst) & t->slot_mask;

    while (t->slots[i] != 0) {
        const struct tunnel *record = &t->records[t->slots[i]];

        if (record->src == src && record->dst == dst)
            break;
        i = (i + 1) & t->slot_mask;
    }
    return &t->slots[i];
}

/* Twice the slots, and room for half as many records. The old ones stay in use where there is no memory. */
static bool grow(struct tunnels *t)
{
    uint32_t slots = (t->slot_mask + 1) * 2;
    struct tunnel *records = realloc(t->records, (slots / 2 + 1) * sizeof *records);
    uint32_t *bigger;

    if (records == NULL)
        return false;
    t->records = records;
    bigger = calloc(slots, sizeof *bigger);
    if (bigger == NULL)
        return false;
    free(t->slots);
    t->slots = bigger;
    t->slot_mask = slots - 1;
    for (uint32_t i = 1; i <= t->count; i++)
        *slot_of(t, t->records[i].src, t->records[i].dst) = i;
    return true;
}

uint32_t tunnels_find(struct tunnels *t, uint32_t src, uint32_t dst)
{
    const struct tunnel *last = &t->records[t->last];
    uint32_t *slot;

    if (t->last != 0 && last->src == src && last->dst == dst)
        return t->last;
    slot = slot_of(t, src, dst);
    if (*slot == 0) {
        if (t->count == IPIP_TUNNELS_MAX)
            return 0;
        if (t->count == (t->slot_mask + 1) / 2) {
            if (!grow(t))
                return 0;
            slot = slot_of(t, src, dst);
        }
        *slot = ++t->count;
        t->records[t->count] = (struct tunnel){.src = src, .dst = dst};
    }
    t->last = *slot;
    return t->last;
}
