/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/direction_table.h"

#include <stdlib.h>

enum {
    CHUNK_ROWS = 4096, /* rows never move: what is needed for more is more of them, not another copy */
    MORE_ROWS = 256,
    PLACES_AT_FIRST = 1024,
};

_Static_assert(sizeof(struct ipip_direction_stats) <= 480, "as inventory.h promises");
_Static_assert(sizeof(struct ipip_kind_stats) <= 768, "as inventory.h promises");

bool direction_table_init(struct direction_table *table, uint32_t max, uint64_t seed)
{
    hash_init(&table->keys, seed);
    table->max = max;
    table->chunks = calloc(max / CHUNK_ROWS + 1, sizeof(struct ipip_direction_stats *));
    table->more = calloc(max / MORE_ROWS + 1, sizeof(struct ipip_kind_stats *));
    table->places = calloc(PLACES_AT_FIRST, sizeof *table->places);
    table->place_mask = PLACES_AT_FIRST - 1;
    return table->chunks != NULL && table->more != NULL && table->places != NULL;
}

void direction_table_free(struct direction_table *table)
{
    for (uint32_t i = 0; table->chunks != NULL && i <= table->max / CHUNK_ROWS; i++)
        free(table->chunks[i]);
    for (uint32_t i = 0; table->more != NULL && i <= table->max / MORE_ROWS; i++)
        free(table->more[i]);
    free((void *)table->chunks);
    free((void *)table->more);
    free(table->places);
}

static inline struct ipip_direction_stats *row_at(const struct direction_table *table, uint32_t index)
{
    return &table->chunks[index / CHUNK_ROWS][index % CHUNK_ROWS];
}

struct ipip_direction_stats *direction_row(const struct direction_table *table, uint32_t index)
{
    return row_at(table, index);
}

struct ipip_kind_stats *direction_more(const struct direction_table *table, const struct ipip_direction_stats *row)
{
    return &table->more[row->more / MORE_ROWS][row->more % MORE_ROWS];
}

/* Most are IPv4 in IPv4, without a discriminator. */
static inline uint32_t hash_of_direction(const struct direction_table *table, struct ipip_addr src,
                                         struct ipip_addr dst, uint64_t sort)
{
    uint64_t words[] = {src.high, src.low, dst.high, dst.low, sort, 0};

    return (uint32_t)(sort == DIRECTION_IPIP ? hash_of(&table->keys, words, 2) : hash_of(&table->keys, words, 3));
}

static inline struct ipip_direction_stats *find(const struct direction_table *table, struct ipip_addr src,
                                                struct ipip_addr dst, uint64_t sort, uint32_t hash)
{
    uint32_t mask = table->place_mask;
    uint64_t place;

    for (uint32_t i = hash & mask; (place = table->places[i]) != 0; i = (i + 1) & mask) {
        struct ipip_direction_stats *row = row_at(table, (uint32_t)place - 1);

        if (place >> 32 == hash && direction_matches(table, row, src, dst, sort))
            return row;
    }
    return NULL;
}

static void put(uint64_t *places, uint32_t mask, uint64_t place)
{
    uint32_t i = (uint32_t)(place >> 32) & mask;

    while (places[i] != 0)
        i = (i + 1) & mask;
    places[i] = place;
}

static bool grow_places(struct direction_table *table)
{
    uint32_t mask = 2 * table->place_mask + 1;
    uint64_t *places = calloc((size_t)mask + 1, sizeof *places);

    if (places == NULL)
        return false;
    for (uint32_t i = 0; i <= table->place_mask; i++) {
        if (table->places[i] != 0)
            put(places, mask, table->places[i]);
    }
    free(table->places);
    table->places = places;
    table->place_mask = mask;
    return true;
}

/* There is a row, and a place for it. */
static bool make_room(struct direction_table *table, bool has_more)
{
    struct ipip_direction_stats **chunk = &table->chunks[table->count / CHUNK_ROWS];
    struct ipip_kind_stats **more = &table->more[table->more_count / MORE_ROWS];

    if (*chunk == NULL)
        *chunk = calloc(CHUNK_ROWS, sizeof **chunk);
    if (has_more && *more == NULL)
        *more = calloc(MORE_ROWS, sizeof **more);
    return *chunk != NULL && (!has_more || *more != NULL) &&
           (table->count < table->place_mask / 2 || grow_places(table));
}

static __attribute__((noinline)) struct ipip_direction_stats *add(struct direction_table *table, struct ipip_addr src,
                                                                  struct ipip_addr dst, uint64_t sort, uint32_t hash)
{
    struct ipip_direction_stats *row;

    if (table->count < table->max && !table->is_starved)
        table->is_starved = !make_room(table, sort != DIRECTION_IPIP);
    if (table->count == table->max || table->is_starved) {
        table->left_out++;
        return NULL;
    }
    row = row_at(table, table->count);
    row->index = table->count++;
    row->src = src;
    row->dst = dst;
    row->kind = (uint8_t)(sort >> DIRECTION_KIND);
    if (sort != DIRECTION_IPIP) {
        row->more = table->more_count++;
        direction_more(table, row)->discriminator = sort & ((UINT64_C(1) << DIRECTION_KIND) - 1);
    }
    put(table->places, table->place_mask, (uint64_t)hash << 32 | table->count);
    return row;
}

struct ipip_direction_stats *direction_find_old(const struct direction_table *table, struct ipip_addr src,
                                                struct ipip_addr dst, uint64_t sort)
{
    return find(table, src, dst, sort, hash_of_direction(table, src, dst, sort));
}

struct ipip_direction_stats *direction_get_old(struct direction_table *table, struct ipip_addr src,
                                               struct ipip_addr dst, uint64_t sort)
{
    uint32_t hash = hash_of_direction(table, src, dst, sort);
    struct ipip_direction_stats *row = find(table, src, dst, sort, hash);

    if (row == NULL)
        row = add(table, src, dst, sort, hash);
    table->recent[direction_recent_place(src, dst, sort)] = row;
    return row;
}
