/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lru.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_AT_FIRST = 128 };

static bool resize(struct lru *lru, uint32_t capacity)
{
    uint32_t buckets = 1;
    uint8_t *rows = realloc(lru->rows, (capacity + (size_t)1) * lru->row_bytes);
    struct lru_node *nodes;
    uint32_t *heads;

    if (rows == NULL)
        return false;
    lru->rows = rows;
    nodes = realloc(lru->nodes, (capacity + (size_t)1) * sizeof *nodes);
    if (nodes == NULL)
        return false;
    lru->nodes = nodes;
    while (buckets < capacity)
        buckets *= 2;
    heads = calloc(buckets, sizeof *heads);
    if (heads == NULL)
        return false;
    free(lru->buckets);
    lru->buckets = heads;
    lru->bucket_mask = buckets - 1;
    lru->capacity = capacity;
    return true;
}

static uint32_t *bucket_of(const struct lru *lru, uint64_t hash)
{
    return &lru->buckets[(uint32_t)hash & lru->bucket_mask];
}

static void link_bucket(struct lru *lru, uint32_t row)
{
    struct lru_node *node = &lru->nodes[row];
    uint32_t *bucket = bucket_of(lru, node->hash);

    node->next = *bucket;
    *bucket = row;
}

bool lru_init(struct lru *lru, size_t row_bytes, uint32_t max, uint64_t seed)
{
    *lru = (struct lru){.row_bytes = row_bytes, .max = max > 0 ? max : 1};
    hash_init(&lru->keys, seed);
    return resize(lru, lru->max < CAPACITY_AT_FIRST ? lru->max : CAPACITY_AT_FIRST);
}

void lru_free(struct lru *lru)
{
    free(lru->rows);
    free(lru->nodes);
    free(lru->buckets);
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

uint32_t lru_peek(const struct lru *lru, uint64_t a, uint64_t b, uint64_t hash)
{
    uint32_t row = *bucket_of(lru, hash);

    while (row != 0 && (lru->nodes[row].a != a || lru->nodes[row].b != b))
        row = lru->nodes[row].next;
    return row;
}

uint32_t lru_find(struct lru *lru, uint64_t a, uint64_t b, uint64_t hash)
{
    uint32_t row = lru_peek(lru, a, b, hash);

    lru->uses++;
    /* Since it was the newest, at most half of the others can have become newer. */
    if (row != 0 && lru->uses - lru->nodes[row].used > lru->count / 2) {
        unlink_use(lru, row);
        link_newest(lru, row);
    }
    return row;
}

void lru_prefetch_row(const struct lru *lru, uint64_t hash)
{
    uint32_t row = *bucket_of(lru, hash);

    __builtin_prefetch(&lru->nodes[row]);
    __builtin_prefetch(lru_row(lru, row));
    __builtin_prefetch((const uint8_t *)lru_row(lru, row) + 64);
}

void lru_remove(struct lru *lru, uint32_t row)
{
    uint32_t *link = bucket_of(lru, lru->nodes[row].hash);

    while (*link != row)
        link = &lru->nodes[*link].next;
    *link = lru->nodes[row].next;
    unlink_use(lru, row);
    lru->nodes[row].next = lru->free;
    lru->free = row;
    lru->count--;
}

/* Twice the room; where there is no memory for it, the table stays as large as it is. */
static void grow(struct lru *lru)
{
    uint32_t capacity = lru->capacity > lru->max / 2 ? lru->max : lru->capacity * 2;

    if (!resize(lru, capacity)) {
        lru->max = lru->capacity;
        return;
    }
    for (uint32_t row = lru->oldest; row != 0; row = lru->nodes[row].newer)
        link_bucket(lru, row);
}

uint32_t lru_get(struct lru *lru, uint64_t a, uint64_t b, uint64_t hash, bool *is_new)
{
    uint32_t row = lru_find(lru, a, b, hash);

    *is_new = row == 0;
    if (row != 0)
        return row;
    if (lru->free == 0 && lru->used == lru->capacity && lru->capacity < lru->max)
        grow(lru);
    if (lru->free == 0 && lru->used == lru->capacity) {
        lru_remove(lru, lru->oldest);
        lru->evicted++;
    }
    row = lru->free;
    if (row != 0)
        lru->free = lru->nodes[row].next;
    else
        row = ++lru->used;
    lru->count++;
    lru->nodes[row].a = a;
    lru->nodes[row].b = b;
    lru->nodes[row].hash = (uint32_t)hash;
    link_bucket(lru, row);
    link_newest(lru, row);
    memset(lru_row(lru, row), 0, lru->row_bytes);
    return row;
}
