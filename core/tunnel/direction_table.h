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

/* Whether it is the row of this direction. */
static inline bool direction_matches(const struct direction_table *table, const struct ipip_direction_stats *row,
                                     const struct ipip_tunnel_direction *d)
{
    return ipip_address_equal(row->src, d->src) && ipip_address_equal(row->dst, d->dst) && row->kind == d->kind &&
           (d->kind == IPIP_KIND_IPIP || direction_more(table, row)->discriminator == d->discriminator);
}

static inline unsigned direction_recent_place(const struct ipip_tunnel_direction *d)
{
    return (uint32_t)(d->src.low + 3 * d->dst.low + d->discriminator + d->kind - IPIP_KIND_IPIP) * 0x9e3779b1U >> (32 - DIRECTIONS_RECENT_BITS);
}

/* Packets come in trains: most are of a direction of late. */
static inline struct ipip_direction_stats *direction_recent(const struct direction_table *table,
                                                            const struct ipip_tunnel_direction *d)
{
    struct ipip_direction_stats *row = table->recent[direction_recent_place(d)];

    return row != NULL && direction_matches(table, row, d) ? row : NULL;
}

/* Of one that is not recent: NULL where it has no row, or can't get one, which is counted. */
struct ipip_direction_stats *direction_find_old(const struct direction_table *table, const struct ipip_tunnel_direction *d);
struct ipip_direction_stats *direction_get_old(struct direction_table *table, const struct ipip_tunnel_direction *d);

static inline struct ipip_direction_stats *direction_find(const struct direction_table *table,
                                                          const struct ipip_tunnel_direction *d)
{
    struct ipip_direction_stats *row = direction_recent(table, d);

    return row != NULL ? row : direction_find_old(table, d);
}

static inline struct ipip_direction_stats *direction_get(struct direction_table *table, const struct ipip_tunnel_direction *d)
{
    struct ipip_direction_stats *row = direction_recent(table, d);

    return row != NULL ? row : direction_get_old(table, d);
}

#endif
