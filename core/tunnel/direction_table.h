/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of an inventory: tunnel directions in order of appearance, found by what tells them apart. Rows never move. */
#ifndef IPIP_CORE_DIRECTION_TABLE_H
#define IPIP_CORE_DIRECTION_TABLE_H

#include "ipip/inventory.h"
#include "table/hash.h"

enum { DIRECTIONS_RECENT_BITS = 6 };

struct direction_table {
    struct hash_keys keys;
    uint32_t max;
    uint32_t count;
    uint32_t more_count; /* of those of another kind than IPv4 in IPv4 */
    struct ipip_direction_stats **chunks;
    struct ipip_kind_stats **more;
    /* Hash and index + 1 of each row, at the place of the hash or the next free one; at most half of the places are taken. */
    uint64_t *places;
    uint32_t place_mask;
    struct ipip_direction_stats *recent[1 << DIRECTIONS_RECENT_BITS]; /* rows of late; NULL: none */
    uint64_t left_out;
    bool is_starved;
};

/* False where there is no memory; direction_table_free() in any case. */
bool direction_table_init(struct direction_table *table, uint32_t max, uint64_t seed);
void direction_table_free(struct direction_table *table);

struct ipip_direction_stats *direction_row(const struct direction_table *table, uint32_t index);

/* The row's part that IPv4 in IPv4 has not. */
struct ipip_kind_stats *direction_more(const struct direction_table *table, const struct ipip_direction_stats *row);

/* Kind and discriminator in one word, so that a direction is passed in registers. */
enum { DIRECTION_KIND = 56 };

#define DIRECTION_IPIP ((uint64_t)IPIP_KIND_IPIP << DIRECTION_KIND)

static inline uint64_t direction_sort(const struct ipip_tunnel_direction *d)
{
    return (uint64_t)d->kind << DIRECTION_KIND | d->discriminator;
}

/* Whether it is the row of this direction. */
static inline bool direction_matches(const struct direction_table *table, const struct ipip_direction_stats *row,
                                     struct ipip_addr src, struct ipip_addr dst, uint64_t sort)
{
    if (!ipip_address_equal(row->src, src) || !ipip_address_equal(row->dst, dst) || row->kind != sort >> DIRECTION_KIND)
        return false;
    return sort == DIRECTION_IPIP ||
           direction_more(table, row)->discriminator == (sort & ((UINT64_C(1) << DIRECTION_KIND) - 1));
}

static inline unsigned direction_recent_place(struct ipip_addr src, struct ipip_addr dst, uint64_t sort)
{
    return (uint32_t)(src.low + 3 * dst.low + (sort - DIRECTION_IPIP) % 0xffffff) * 0x9e3779b1U >>
           (32 - DIRECTIONS_RECENT_BITS);
}

/* Packets come in trains: most are of a direction of late. */
static inline struct ipip_direction_stats *direction_recent(const struct direction_table *table, struct ipip_addr src,
                                                            struct ipip_addr dst, uint64_t sort)
{
    struct ipip_direction_stats *row = table->recent[direction_recent_place(src, dst, sort)];

    return row != NULL && direction_matches(table, row, src, dst, sort) ? row : NULL;
}

/* Of one that is not recent: NULL where it has no row, or can't get one, which is counted. */
struct ipip_direction_stats *direction_find_old(const struct direction_table *table, struct ipip_addr src,
                                                struct ipip_addr dst, uint64_t sort);
struct ipip_direction_stats *direction_get_old(struct direction_table *table, struct ipip_addr src,
                                               struct ipip_addr dst, uint64_t sort);

static inline struct ipip_direction_stats *direction_find(const struct direction_table *table, struct ipip_addr src,
                                                          struct ipip_addr dst, uint64_t sort)
{
    struct ipip_direction_stats *row = direction_recent(table, src, dst, sort);

    return row != NULL ? row : direction_find_old(table, src, dst, sort);
}

static inline struct ipip_direction_stats *direction_get(struct direction_table *table, struct ipip_addr src,
                                                         struct ipip_addr dst, uint64_t sort)
{
    struct ipip_direction_stats *row = direction_recent(table, src, dst, sort);

    return row != NULL ? row : direction_get_old(table, src, dst, sort);
}

#endif
