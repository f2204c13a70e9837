/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of rows, each found by a hash of its key. Two keys with the same 64 bits of hash would be one: of a million keys, and without
 * the seed, once in 30 million runs. The table grows up to a limit; from
 * there on the row that was used least recently is given up for a new one: about so, for a row that was among the newer
 * half of them stays where it is in their order when it is used. Rows are numbered from 1; a number stays the row's
 * until the row is given up or removed.
 *
 * Where there is no memory to grow, rows are given up before the limit is reached, and the table is marked as short of
 * memory.
 */
#ifndef IPIP_CORE_LRU_H
#define IPIP_CORE_LRU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/hash.h"

enum {
    LRU_ROWS_AT_FIRST = 16,
    LRU_ROW_BITS = 25, /* of a place: the row's number */
};

/* In front of a row. */
struct lru_node {
    uint32_t hash; /* of the key, the lower half */
    uint32_t used; /* at which use of the table it became the newest */
    uint32_t older;
    uint32_t newer; /* also the next among the free ones */
};

struct lru {
    struct hash_keys keys;
    uint64_t evicted; /* rows given up */
    size_t row_bytes; /* with its node */
    uint8_t *rows;    /* [0] is unused */
    /*
     * Of each row, at the place of the lower half of its hash or the next free one: the upper half, how far it is from where it
     * should be, and the number. At most half of them are taken.
     */
    uint64_t *places;
    uint32_t place_mask;
    uint32_t capacity; /* rows that there is room for now */
    uint32_t max;
    uint32_t used; /* rows that have ever been in use; those removed are in `free` */
    uint32_t free;
    uint32_t count;
    uint32_t oldest, newest;
    uint32_t ahead;    /* a row that will be given up soon, fetched beforehand; 0: none */
    uint32_t ahead_by; /* so many are given up before it, at most */
    uint32_t uses;
    bool is_starved;
};

/* An empty table for at most `max` rows. False where there is no memory. */
bool lru_init(struct lru *lru, size_t row_bytes, uint32_t max, uint64_t seed);
/* The same with the memory for all of them, so that it never grows. */
bool lru_init_whole(struct lru *lru, size_t row_bytes, uint32_t max, uint64_t seed);
void lru_free(struct lru *lru);

/*
 * The number of the row whose key has this hash, now the one used most recently; 0 where there is none. The hash depends on nothing
 * else but key and seed.
 */
static inline uint32_t lru_find(struct lru *lru, uint64_t hash);

/* The same without using it. */
static inline uint32_t lru_peek(const struct lru *lru, uint64_t hash);

/* The same as lru_find(), but where there is none, a new one, all zero. */
static inline uint32_t lru_get(struct lru *lru, uint64_t hash, bool *is_new);

void lru_remove(struct lru *lru, uint32_t row);

static inline uint32_t lru_row_at(uint64_t place)
{
    return (uint32_t)place & ((UINT32_C(1) << LRU_ROW_BITS) - 1);
}

/* For a key that will be asked for: fetches what leads to its row, and then, called again later, the row. */
static inline void lru_prefetch_place(const struct lru *lru, uint64_t hash)
{
    __builtin_prefetch(&lru->places[(uint32_t)hash & lru->place_mask]);
}

void lru_prefetch_row(const struct lru *lru, uint64_t hash);

/* How the above are made: a row with a key that has none, and the newest place in the order for a row. */
uint32_t lru_add(struct lru *lru, uint64_t hash);
void lru_renew(struct lru *lru, uint32_t row);

static inline struct lru_node *lru_node(const struct lru *lru, uint32_t row)
{
    return (struct lru_node *)(void *)(lru->rows + row * lru->row_bytes);
}

/* Valid until the next lru_get(). */
static inline void *lru_row(const struct lru *lru, uint32_t row)
{
    return lru_node(lru, row) + 1;
}

/* A new row takes the place of the oldest. */
static inline bool lru_is_full(const struct lru *lru)
{
    return lru->free == 0 && lru->used == lru->max;
}

/* The row that was used next after this one; 0: none. The first one is lru->oldest. */
static inline uint32_t lru_newer(const struct lru *lru, uint32_t row)
{
    return lru_node(lru, row)->newer;
}

static inline uint32_t lru_peek(const struct lru *lru, uint64_t hash)
{
    uint64_t place;

    for (uint32_t i = (uint32_t)hash & lru->place_mask; (place = lru->places[i]) != 0; i = (i + 1) & lru->place_mask) {
        if (place >> 32 == hash >> 32 && lru_node(lru, lru_row_at(place))->hash == (uint32_t)hash)
            return lru_row_at(place);
    }
    return 0;
}

static inline uint32_t lru_find(struct lru *lru, uint64_t hash)
{
    uint32_t row = lru_peek(lru, hash);
    uint32_t uses = ++lru->uses;

    /* Since it was the newest, at most half of the rows of a full table can have become newer. */
    if (row != 0 && uses - lru_node(lru, row)->used > lru->max / 2)
        lru_renew(lru, row);
    return row;
}

static inline uint32_t lru_get(struct lru *lru, uint64_t hash, bool *is_new)
{
    uint32_t row = lru_find(lru, hash);

    *is_new = row == 0;
    return row != 0 ? row : lru_add(lru, hash);
}

#endif
