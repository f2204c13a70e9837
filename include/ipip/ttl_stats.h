/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The outer TTLs of a tunnel direction, against the inner ones: fixed, or inherited? Rules and inventory count and
 * judge by this alone, so that they agree. Allocates nothing.
 */
#ifndef IPIP_TTL_STATS_H
#define IPIP_TTL_STATS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    IPIP_TTL_HOPS_MAX = 64,   /* no path is longer: an outer TTL that lacks more was not inherited */
    IPIP_TTL_INNER_COUNT = 3, /* different inner TTLs from which on what follows them is no accident */
    /* A habit is what holds for 19 packets in 20: strays and retransmissions by others share the addresses. */
    IPIP_HABIT_AGREE = 19,
    IPIP_HABIT_OF = 20,
    IPIP_HABIT_PACKETS = 20, /* from which on it is one */
};

/* All zero before the first packet. */
struct ipip_ttl_stats {
    uint32_t packets;
    /*
     * The two most frequent values, the more frequent one first; count 0: there is none. Exact while there are no more than two;
     * then a new one takes the place and the count of the rarer one ("space saving"), so that a habit stays.
     */
    uint32_t outer_count[2];
    uint32_t hops_count[2];
    uint8_t outer[2];                    /* TTLs */
    uint8_t hops[2];                     /* inner TTL less outer TTL, modulo 256 */
    uint8_t inner[IPIP_TTL_INNER_COUNT]; /* different inner TTLs */
    uint8_t inner_count;
};

/* One of such two values, or a new one, so many times more. */
static inline void ipip_ttl_count(uint32_t count[2], uint8_t values[2], uint8_t value, uint32_t more)
{
    bool is_first = values[0] == value;
    uint32_t first = count[0] + (is_first ? more : 0);
    uint32_t second = count[1] + (is_first ? 0 : more);
    uint8_t other = is_first ? values[1] : value;
    uint8_t one = values[0];
    bool is_swapped = second > first;

    /* Values that take turns change places all the time: no branch could be predicted. */
    count[0] = is_swapped ? second : first;
    count[1] = is_swapped ? first : second;
    values[0] = is_swapped ? other : one;
    values[1] = is_swapped ? one : other;
}

/* An inner TTL that may be a new one. */
void ipip_ttl_stats_add_inner(struct ipip_ttl_stats *stats, uint8_t inner);

static inline void ipip_ttl_stats_add(struct ipip_ttl_stats *stats, uint8_t outer, uint8_t inner)
{
    if (__builtin_expect(stats->outer[0] == outer, 1))
        stats->outer_count[0]++;
    else
        ipip_ttl_count(stats->outer_count, stats->outer, outer, 1);
    ipip_ttl_count(stats->hops_count, stats->hops, (uint8_t)(inner - outer), 1);
    if (stats->inner_count < IPIP_TTL_INNER_COUNT && (stats->packets == 0 || stats->inner[0] != inner))
        ipip_ttl_stats_add_inner(stats, inner);
    stats->packets++;
}

/* As if the packets of `more` had come, too. */
void ipip_ttl_stats_sum(struct ipip_ttl_stats *stats, const struct ipip_ttl_stats *more);

/* Enough packets, 19 in 20, do what `agree` of them did. */
static inline bool ipip_is_habit(uint32_t agree, uint32_t packets)
{
    return (uint64_t)agree * IPIP_HABIT_OF >= (uint64_t)packets * IPIP_HABIT_AGREE;
}

/* Packets that an outer TTL copied from the inner one explains, hops[0] routers ago. */
static inline uint32_t ipip_ttl_inherited_count(const struct ipip_ttl_stats *stats)
{
    return stats->hops[0] <= IPIP_TTL_HOPS_MAX ? stats->hops_count[0] : 0;
}

/* The outer TTL follows the inner one, and a fixed one explains less. */
static inline bool ipip_ttl_is_inherited(const struct ipip_ttl_stats *stats)
{
    uint32_t inherited = ipip_ttl_inherited_count(stats);

    return inherited > stats->outer_count[0] && ipip_is_habit(inherited, stats->packets);
}

/* There are packets and inner TTLs enough to report it (IPIP107), or to be certain. */
static inline bool ipip_ttl_is_established(const struct ipip_ttl_stats *stats)
{
    return stats->inner_count == IPIP_TTL_INNER_COUNT && stats->packets >= IPIP_HABIT_PACKETS;
}

#ifdef __cplusplus
}
#endif

#endif
