/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the packets of a tunnel direction show of their encapsulator: the counts and the thresholds by which rules report a habit,
 * and the inventory infers it. Both are fed by ipip_habit_stats_add() alone, so that they agree. Allocates nothing.
 */
#ifndef IPIP_HABIT_STATS_H
#define IPIP_HABIT_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/stack.h"
#include "ipip/ttl_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    IPIP_HIDDEN_ECT_PACKETS = 1000, /* whose ECN field the outer header hides, from which on it is never propagated */
};

/* All zero before the first packet. */
struct ipip_habit_stats {
    uint64_t dscps;            /* 1 << outer DSCP */
    struct ipip_ttl_stats ttl; /* which counts the packets, too */
    uint32_t ect_packets;      /* whose inner ECN field is not Not-ECT */
    uint32_t id_copied;        /* whose outer Identification is the inner one */
    uint16_t id_first;         /* outer */
    bool id_varies;            /* from `id_first` */
    bool has_outer_ecn;        /* other than Not-ECT, on any packet */
};

/* Adds a packet: `outer` is a tunnel header of the direction, `inner` the layer that it carries. */
static inline void ipip_habit_stats_add(struct ipip_habit_stats *stats, const struct ipip_layer *outer,
                                        const struct ipip_layer *inner)
{
    if (stats->ttl.packets == 0)
        stats->id_first = (uint16_t)outer->ip.id;
    stats->id_varies |= outer->ip.id != stats->id_first;
    stats->id_copied += outer->ip.id == inner->ip.id;
    stats->dscps |= UINT64_C(1) << ipip_ip_dscp(&outer->ip);
    if ((ipip_ip_ecn(&inner->ip) | ipip_ip_ecn(&outer->ip)) != IPIP_NOT_ECT) {
        stats->ect_packets += ipip_ip_ecn(&inner->ip) != IPIP_NOT_ECT;
        stats->has_outer_ecn |= ipip_ip_ecn(&outer->ip) != IPIP_NOT_ECT;
    }
    ipip_ttl_stats_add(&stats->ttl, outer->ip.ttl, inner->ip.ttl);
}

/* As if the packets of `more` had come, too. */
void ipip_habit_stats_merge(struct ipip_habit_stats *stats, const struct ipip_habit_stats *more);

/* The outer TTL follows the inner one (IPIP107). */
static inline bool ipip_tunnel_inherits_ttl(const struct ipip_habit_stats *stats)
{
    return ipip_ttl_is_established(&stats->ttl) && ipip_ttl_is_inherited(&stats->ttl);
}

/* No outer header has shown ECN, though the inner ones of so many packets did (IPIP507). */
static inline bool ipip_tunnel_hides_ecn(const struct ipip_habit_stats *stats)
{
    return stats->ect_packets >= IPIP_HIDDEN_ECT_PACKETS && !stats->has_outer_ecn;
}

/* Packets of several DSCPs share the tunnel (IPIP514). */
static inline bool ipip_tunnel_has_dscps(const struct ipip_habit_stats *stats)
{
    return (stats->dscps & (stats->dscps - 1)) != 0;
}

/* The outer Identification is the inner one, always, and not because neither ever changes; packets enough to report it (IPIP626). */
static inline bool ipip_tunnel_copies_id(const struct ipip_habit_stats *stats)
{
    return stats->id_copied == stats->ttl.packets && stats->id_varies;
}

static inline bool ipip_tunnel_copies_id_for_long(const struct ipip_habit_stats *stats)
{
    return ipip_tunnel_copies_id(stats) && stats->ttl.packets >= IPIP_HABIT_PACKETS;
}

#ifdef __cplusplus
}
#endif

#endif
