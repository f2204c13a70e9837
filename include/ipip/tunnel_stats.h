/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the packets of one tunnel direction show of its configuration: the counts of rules (habit_stats.h), and those that only the
 * inventory needs. From them infer.h draws inferences.
 * Allocates nothing.
 */
#ifndef IPIP_TUNNEL_STATS_H
#define IPIP_TUNNEL_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/equal_paths.h"
#include "ipip/habit_stats.h"
#include "ipip/stack.h"
#include "ipip/tunnel.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    /* Values of a field that are counted. */
    IPIP_VALUES = 4,
};

/*
 * How often a field had which value. Exact while no more than IPIP_VALUES different ones have occurred; after
 * that a new one takes the place and the count of the rarest, so that frequent ones stay ("space saving").
 */
struct ipip_values {
    uint32_t count[IPIP_VALUES]; /* 0 where the slot is free */
    uint8_t value[IPIP_VALUES];
    bool is_inexact;
};

/* Counts over the packets of a direction; all zero before the first one. */
struct ipip_tunnel_stats {
    struct ipip_habit_stats habits; /* what rules judge by; which counts the packets, too */
    struct ipip_values ttls;        /* outer TTL */
    struct ipip_values hops;        /* inner TTL less outer TTL, modulo 256 */
    struct ipip_path_flows flows;
    struct ipip_values dscp; /* outer DSCP */
    uint32_t dscp_copied;
    uint32_t ecn[4][4]; /* by inner and outer field */
    uint32_t df[2][2];  /* by inner and outer flag */
    /* Of the outer Identification: is zero; is 1 to 8192 more than in the packet before. */
    uint32_t id_zero;
    uint32_t id_zero_df; /* is zero, and DF is set */
    uint32_t id_other;   /* is not zero, and DF is clear */
    uint32_t id_rising;
    struct ipip_id_counters ids;
    uint16_t id_last;
    /* Octets. */
    uint16_t largest;      /* outer Total Length */
    uint16_t overhead_min; /* from the outer header to the inner one */
    uint16_t overhead_max;
    uint32_t reassembled;     /* tunnel packets that came in fragments */
    uint32_t inner_fragments; /* inner datagrams that are fragments */
};

/*
 * Adds a packet: `outer` is a tunnel header of the direction, `inner` the layer that it carries. `has_octets`: not only the values
 * of the layers are there, but the octets as well.
 */
void ipip_tunnel_stats_add(struct ipip_tunnel_stats *stats, const struct ipip_layer *outer,
                           const struct ipip_layer *inner, bool has_octets);

/* The same with an IPv6 header inside: it has no DF, and counts as clear. */
void ipip_tunnel_stats_add_ipv6_inside(struct ipip_tunnel_stats *stats, const struct ipip_layer *outer,
                                       const struct ipip_layer *inner, bool has_octets);

/* Adds a packet of which nothing can be read inside: only sizes and Identifications are counted. */
void ipip_tunnel_stats_add_opaque(struct ipip_tunnel_stats *stats, const struct ipip_layer *outer);

/* As if the packets of `more` had come, too, in whatever order: what flows and counters did side by side is not known of them. */
void ipip_tunnel_stats_merge(struct ipip_tunnel_stats *stats, const struct ipip_tunnel_stats *more);

/* The most frequent value; `*count` is how often it occurred. */
uint8_t ipip_values_best(const struct ipip_values *values, uint32_t *count);

/*
 * The configuration that explains most of the packets, for a tunnel from `src` to `dst`. With an inherited TTL, `*hops` is how
 * many routers the packets have passed since the encapsulation; else 0. Where several explain the same, the simpler one; the
 * Identification is always taken as a counter's, whose state the packets themselves show.
 */
struct ipip_tunnel ipip_tunnel_stats_best(const struct ipip_tunnel_stats *stats, struct ipip_addr src,
                                          struct ipip_addr dst, uint8_t *hops);

/*
 * How many packets are as an encapsulator in this mode makes them, or as a router that marks CE leaves those. What no mode makes
 * is a router's doing, and held against none, as long as it is rare.
 */
uint32_t ipip_tunnel_stats_ecn(const struct ipip_tunnel_stats *stats, enum ipip_ecn_encap mode);

/* How many packets are as this policy makes them. */
uint32_t ipip_tunnel_stats_df(const struct ipip_tunnel_stats *stats, enum ipip_df_policy policy);

#ifdef __cplusplus
}
#endif

#endif
