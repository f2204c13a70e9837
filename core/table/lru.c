/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table/lru.h"

#include <stdlib.h>
#include <string.h>

enum {
    CACHE_LINE = 64,
    AHEAD = 16,                                     /* rows */
    DISTANCE_MANY = (1 << (32 - LRU_ROW_BITS)) - 1, /* and more */
};

/* Where the place of a row would be if it were the only one. */
static uint32_t home_of(const struct lru *lru, uint32_t row)
{
    return lru_node(lru, row)->hash & lru->place_mask;
}

static uint64_t place_of(uint64_t upper_hash, uint32_t distance, uint32_t row)
{
    uint32_t shown = distance < (uint32_t)DISTANCE_MANY ? distance : (uint32_t)DISTANCE_MANY;

    return upper_hash << 32 | shown << LRU_ROW_BITS | row;
}

/* How far the place at `i` is from home. The row itself, which is not in the cache, need not be asked. */
static uint32_t distance_at(const struct lru *lru, uint32_t i)
{
    uint32_t distance = (uint32_t)lru->places[i] >> LRU_ROW_BITS;

    if (distance < (uint32_t)DISTANCE_MANY)
        return distance;
    return (i - home_of(lru, lru_row_at(lru->places[i]))) & lru->place_mask;
}

static void put(struct lru *lru, uint64_t upper_hash, uint32_t row)
{
    uint32_t home = home_of(lru, row);
    uint32_t i = home;

    while (lru->places[i] != 0)
        i = (i + 1) & lru->place_mask;
    lru->places[i] = place_of(upper_hash, (i - home) & lru->place_mask, row);
}

static bool resize(struct lru *lru, uint32_t capacity)
{
    size_t count = 1;
    size_t before = lru->places != NULL ? lru->place_mask + (size_t)1 : 0;
    uint8_t *rows = realloc(lru->rows, (capacity + (size_t)1) * lru->row_bytes);
    uint64_t *places;
    uint64_t *old = lru->places;

    if (rows == NULL)
        return false;
    lru->rows = rows;
    while (count < 2 * (size_t)capacity)
        count *= 2;
    places = calloc(count, sizeof *places);
    if (places == NULL)
        return false;
    lru->places = places;
    lru->place_mask = (uint32_t)(count - 1);
    lru->capacity = capacity;
    for (size_t i = 0; i < before; i++) {
        if (old[i] != 0)
            put(lru, old[i] >> 32, lru_row_at(old[i]));
    }
    free(old);
    return true;
}

static bool init(struct lru *lru, size_t row_bytes, uint32_t max, uint32_t at_first, uint64_t seed)
{
    size_t words = (row_bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t);

    *lru = (struct lru){.row_bytes = sizeof(struct lru_node) + words * sizeof(uint64_t), .max = max > 0 ? max : 1};
    hash_init(&lru->keys, seed);
    return resize(lru, lru->max < at_first ? lru->max : at_first);
}

bool lru_init(struct lru *lru, size_t row_bytes, uint32_t max, uint64_t seed)
{
    return init(lru, row_bytes, max, LRU_ROWS_AT_FIRST, seed);
}

bool lru_init_whole(struct lru *lru, size_t row_bytes, uint32_t max, uint64_t seed)
{
    return init(lru, row_bytes, max, UINT32_MAX, seed);
}

void lru_free(struct lru *lru)
{
    free(lru->rows);
    free(lru->places);
}

/* Those behind it that are not at their own place move up. */
static void take_out(struct lru *lru, uint32_t row)
{
    uint32_t mask = lru->place_mask;
    uint32_t gap = home_of(lru, row);

    while (lru_row_at(lru->places[gap]) != row)
        gap = (gap + 1) & mask;
    for (uint32_t i = (gap + 1) & mask; lru->places[i] != 0; i = (i + 1) & mask) {
        uint32_t distance = distance_at(lru, i);
        uint32_t step = (i - gap) & mask;

        if (distance < step)
            continue;
        lru->places[gap] = place_of(lru->places[i] >> 32, distance - step, lru_row_at(lru->places[i]));
        gap = i;
    }
    lru->places[gap] = 0;
}

static void unlink_use(struct lru *lru, uint32_t row)
{
    const struct lru_node *node = lru_node(lru, row);

    if (row == lru->ahead)
        lru->ahead = lru->ahead_by = 0;
    *(node->older != 0 ? &lru_node(lru, node->older)->newer : &lru->oldest) = node->newer;
    *(node->newer != 0 ? &lru_node(lru, node->newer)->older : &lru->newest) = node->older;
}

static void link_newest(struct lru *lru, uint32_t row)
{
    struct lru_node *node = lru_node(lru, row);

    node->older = lru->newest;
    node->newer = 0;
    node->used = lru->uses;
    *(lru->newest != 0 ? &lru_node(lru, lru->newest)->newer : &lru->oldest) = row;
    lru->newest = row;
}

void lru_renew(struct lru *lru, uint32_t row)
{
    unlink_use(lru, row);
    link_newest(lru, row);
}

void lru_prefetch_row(const struct lru *lru, uint64_t hash)
{
    uint32_t i = (uint32_t)hash & lru->place_mask;
    const struct lru_node *node;

    /* Without a branch, which would wait for what is not there yet: nearly all rows are at home or at one of the next two places. */
    for (int step = 0; step < 2; step++)
        i = (i + (lru->places[i] >> 32 != hash >> 32)) & lru->place_mask;
    node = lru_node(lru, lru_row_at(lru->places[i]));
    __builtin_prefetch(node);
    __builtin_prefetch((const uint8_t *)node + CACHE_LINE);
}

void lru_remove(struct lru *lru, uint32_t row)
{
    take_out(lru, row);
    unlink_use(lru, row);
    lru_node(lru, row)->newer = lru->free;
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
    }
}

/* Rows follow each other anywhere in memory: each is fetched long before it is given up, and shows where the next one is. */
static void look_ahead(struct lru *lru)
{
    if (lru->ahead_by > 0)
        lru->ahead_by--;
    for (int steps = 0; steps < 2 && lru->ahead_by < AHEAD; steps++) {
        uint32_t row = lru->ahead;
        uint32_t next = row != 0 ? lru_newer(lru, row) : lru->oldest;

        if (row != 0)
            __builtin_prefetch(&lru->places[home_of(lru, row)], 1);
        __builtin_prefetch(lru_node(lru, next), 1);
        __builtin_prefetch((const uint8_t *)lru_node(lru, next) + CACHE_LINE, 1);
        lru->ahead = next;
        lru->ahead_by++;
    }
}

uint32_t lru_add(struct lru *lru, uint64_t hash)
{
    uint32_t row;

    if (lru->free == 0 && lru->used == lru->capacity && lru->capacity < lru->max)
        grow(lru);
    if (lru->free == 0 && lru->used == lru->capacity) {
        lru_remove(lru, lru->oldest);
        lru->evicted++;
        look_ahead(lru);
    }
    row = lru->free;
    if (row != 0)
        lru->free = lru_newer(lru, row);
    else
        row = ++lru->used;
    lru->count++;
    memset(lru_node(lru, row), 0, lru->row_bytes);
    lru_node(lru, row)->hash = (uint32_t)hash;
    put(lru, hash >> 32, row);
    link_newest(lru, row);
    return row;
}
