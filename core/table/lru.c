/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table/lru.h"

#include <stdlib.h>
#include <string.h>

static uint32_t row_at(uint64_t place)
{
    return (uint32_t)place;
}

static uint32_t hash_at(uint64_t place)
{
    return (uint32_t)(place >> 32);
}

static bool resize(struct lru *lru, uint32_t capacity)
{
    size_t count = 1;
    uint8_t *rows = realloc(lru->rows, (capacity + (size_t)1) * lru->row_bytes);
    struct lru_node *nodes;
    uint64_t *places;

    if (rows == NULL)
        return false;
    lru->rows = rows;
    nodes = realloc(lru->nodes, (capacity + (size_t)1) * sizeof *nodes);
    if (nodes == NULL)
        return false;
    lru->nodes = nodes;
    while (count < 2 * (size_t)capacity)
        count *= 2;
    places = calloc(count, sizeof *places);
    if (places == NULL)
        return false;
    free(lru->places);
    lru->places = places;
    lru->place_mask = (uint32_t)(count - 1);
    lru->capacity = capacity;
    return true;
}

bool lru_init(struct lru *lru, size_t row_bytes, size_t key_words, uint32_t max, uint64_t seed)
{
    *lru = (struct lru){.row_bytes = row_bytes, .key_words = key_words, .max = max > 0 ? max : 1};
    hash_init(&lru->keys, seed);
    return resize(lru, lru->max < (uint32_t)LRU_ROWS_AT_FIRST ? lru->max : (uint32_t)LRU_ROWS_AT_FIRST);
}

void lru_free(struct lru *lru)
{
    free(lru->rows);
    free(lru->nodes);
    free(lru->places);
}

static void put(struct lru *lru, uint32_t row)
{
    uint32_t hash = lru->nodes[row].hash;
    uint32_t i = hash & lru->place_mask;

    while (lru->places[i] != 0)
        i = (i + 1) & lru->place_mask;
    lru->places[i] = (uint64_t)hash << 32 | row;
}

/* Those behind it that are not at their own place move up. */
static void take_out(struct lru *lru, uint32_t row)
{
    uint32_t mask = lru->place_mask;
    uint32_t gap = lru->nodes[row].hash & mask;

    while (row_at(lru->places[gap]) != row)
        gap = (gap + 1) & mask;
    for (uint32_t i = (gap + 1) & mask; lru->places[i] != 0; i = (i + 1) & mask) {
        if (((i - hash_at(lru->places[i])) & mask) < ((i - gap) & mask))
            continue;
        lru->places[gap] = lru->places[i];
        gap = i;
    }
    lru->places[gap] = 0;
}

static void unlink_use(struct lru *lru, uint32_t row)
{
    const struct lru_node *node = &lru->nodes[row];

    *(node->older != 0 ? &lru->nodes[node->older].newer : &lru->oldest) = node->newer;
    *(node->newer != 0 ? &lru->nodes[node->newer].older : &lru->newest) = node->older;
}

static void link_newest(struct lru *lru, uint32_t row)
{
    lru->nodes[row].older = lru->newest;
    lru->nodes[row].newer = 0;
    lru->nodes[row].used = lru->uses;
    *(lru->newest != 0 ? &lru->nodes[lru->newest].newer : &lru->oldest) = row;
    lru->newest = row;
}

void lru_renew(struct lru *lru, uint32_t row)
{
    unlink_use(lru, row);
    link_newest(lru, row);
}

void lru_prefetch_row(const struct lru *lru, uint64_t hash)
{
    uint32_t row = row_at(lru->places[(uint32_t)hash & lru->place_mask]);

    __builtin_prefetch(&lru->nodes[row]);
    __builtin_prefetch(lru_row(lru, row));
    __builtin_prefetch((const uint8_t *)lru_row(lru, row) + 64);
}

void lru_remove(struct lru *lru, uint32_t row)
{
    take_out(lru, row);
    unlink_use(lru, row);
    lru->nodes[row].newer = lru->free;
    lru->free = row;
    lru->count--;
}

/* Twice the room; where there is no memory for it, the table stays as large as it is. */
static void grow(struct lru *lru)
{
    uint32_t capacity = lru->capacity > lru->max / 2 ? lru->max : lru->capacity * 2;

    if (!resize(lru, capacity)) {
        lru->max = lru->capacity;
        lru->is_starved = true;
        return;
    }
    for (uint32_t row = lru->oldest; row != 0; row = lru->nodes[row].newer)
        put(lru, row);
}

uint32_t lru_add(struct lru *lru, const uint64_t *key, uint64_t hash)
{
    uint32_t row;

    if (lru->free == 0 && lru->used == lru->capacity && lru->capacity < lru->max)
        grow(lru);
    if (lru->free == 0 && lru->used == lru->capacity) {
        lru_remove(lru, lru->oldest);
        lru->evicted++;
    }
    row = lru->free;
    if (row != 0)
        lru->free = lru->nodes[row].newer;
    else
        row = ++lru->used;
    lru->count++;
    lru->nodes[row].hash = (uint32_t)hash;
    put(lru, row);
    link_newest(lru, row);
    memset(lru_row(lru, row), 0, lru->row_bytes);
    memcpy(lru_row(lru, row), key, lru->key_words * sizeof *key);
    return row;
}
