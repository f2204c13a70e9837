/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/tunnel_stats.h"

/*
 * An Identification that comes after another in a counter: other traffic uses it, too, and Linux adds a random step for the
 * time since the last one. Of random ones one in eight looks so.
 */
enum { ID_STEP_MAX = 1 << 13 };

static __attribute__((noinline)) void add_values(struct ipip_values *values, uint8_t value, uint32_t more)
{
    unsigned rarest = 0;

    for (unsigned i = 0; i < IPIP_VALUES; i++) {
        if (values->count[i] > 0 && values->value[i] == value) {
            values->count[i] += more;
            return;
        }
        if (values->count[i] < values->count[rarest])
            rarest = i;
    }
    values->is_inexact |= values->count[rarest] > 0;
    values->value[rarest] = value;
    values->count[rarest] += more;
}

/* Most often it is the one that came first. */
static inline void add_value(struct ipip_values *values, uint8_t value)
{
    if (values->value[0] == value && values->count[0] > 0)
        values->count[0]++;
    else
        add_values(values, value, 1);
}

uint8_t ipip_values_best(const struct ipip_values *values, uint32_t *count)
{
    unsigned best = 0;

    for (unsigned i = 1; i < IPIP_VALUES; i++) {
        if (values->count[i] > values->count[best])
            best = i;
    }
    *count = values->count[best];
    return values->value[best];
}

static inline void observe_id(struct ipip_tunnel_stats *o, uint16_t outer, bool is_df)
{
    uint16_t step = (uint16_t)(outer - o->id_last);

    if (outer == 0) {
        o->id_zero++;
        o->id_zero_df += is_df;
    } else {
        o->id_other += !is_df;
    }
    o->id_rising += o->habits.ttl.packets > 0 && step >= 1 && step <= ID_STEP_MAX;
    o->id_last = outer;
    ipip_id_counters_add(&o->ids, outer);
}

static inline __attribute__((always_inline)) void observe_sizes(struct ipip_tunnel_stats *o,
                                                                const struct ipip_layer *outer)
{
    uint16_t overhead = (uint16_t)(outer->ip.header_bytes + outer->shim_bytes);

    if (outer->ip.total_bytes > o->largest)
        o->largest = (uint16_t)outer->ip.total_bytes;
    if (o->habits.ttl.packets == 0 || overhead < o->overhead_min)
        o->overhead_min = overhead;
    if (overhead > o->overhead_max)
        o->overhead_max = overhead;
}

void ipip_tunnel_stats_add(struct ipip_tunnel_stats *stats, const struct ipip_layer *outer,
                           const struct ipip_layer *inner, bool has_octets)
{
    observe_id(stats, (uint16_t)outer->ip.id, ipip_ip_df(&outer->ip));
    observe_sizes(stats, outer);
    add_value(&stats->dscp, ipip_ip_dscp(&outer->ip));
    stats->dscp_copied += ipip_ip_dscp(&outer->ip) == ipip_ip_dscp(&inner->ip);
    stats->ecn[ipip_ip_ecn(&inner->ip)][ipip_ip_ecn(&outer->ip)]++;
    stats->df[ipip_ip_df(&inner->ip)][ipip_ip_df(&outer->ip)]++;
    stats->reassembled += outer->is_reassembled;
    stats->inner_fragments += ipip_ip_is_fragment(&inner->ip);
    add_value(&stats->ttls, outer->ip.ttl);
    add_value(&stats->hops, (uint8_t)(inner->ip.ttl - outer->ip.ttl));
    ipip_path_flows_add(&stats->flows, outer, inner, has_octets);
    ipip_habit_stats_add(&stats->habits, outer, inner);
}

void ipip_tunnel_stats_add_opaque(struct ipip_tunnel_stats *stats, const struct ipip_layer *outer)
{
    struct ipip_habit_stats *habits = &stats->habits;

    observe_id(stats, (uint16_t)outer->ip.id, ipip_ip_df(&outer->ip));
    observe_sizes(stats, outer);
    stats->reassembled += outer->is_reassembled;
    if (habits->ttl.packets++ == 0)
        habits->id_first = (uint16_t)outer->ip.id;
    habits->id_varies |= outer->ip.id != habits->id_first;
}

void ipip_tunnel_stats_add_ipv6_inside(struct ipip_tunnel_stats *stats, const struct ipip_layer *outer,
                                       const struct ipip_layer *inner, bool has_octets)
{
    ipip_tunnel_stats_add(stats, outer, inner, has_octets);
    stats->df[1][ipip_ip_df(&outer->ip)]--; /* as which the flag that every IPv6 header has was counted */
    stats->df[0][ipip_ip_df(&outer->ip)]++;
}

static void sum_values(struct ipip_values *values, const struct ipip_values *more)
{
    for (unsigned i = 0; i < IPIP_VALUES; i++) {
        if (more->count[i] > 0)
            add_values(values, more->value[i], more->count[i]);
    }
    values->is_inexact |= more->is_inexact;
}

static void sum_counts(struct ipip_tunnel_stats *o, const struct ipip_tunnel_stats *more)
{
    for (unsigned in = 0; in < 4; in++) {
        for (unsigned out = 0; out < 4; out++)
            o->ecn[in][out] += more->ecn[in][out];
    }
    for (unsigned in = 0; in < 2; in++) {
        for (unsigned out = 0; out < 2; out++)
            o->df[in][out] += more->df[in][out];
    }
    o->dscp_copied += more->dscp_copied;
    o->id_zero += more->id_zero;
    o->id_zero_df += more->id_zero_df;
    o->id_other += more->id_other;
    o->id_rising += more->id_rising;
    o->reassembled += more->reassembled;
    o->inner_fragments += more->inner_fragments;
}

void ipip_tunnel_stats_merge(struct ipip_tunnel_stats *stats, const struct ipip_tunnel_stats *more)
{
    bool is_first = stats->habits.ttl.packets == 0;

    if (more->habits.ttl.packets == 0)
        return;
    sum_values(&stats->ttls, &more->ttls);
    sum_values(&stats->hops, &more->hops);
    sum_values(&stats->dscp, &more->dscp);
    sum_counts(stats, more);
    stats->flows = (struct ipip_path_flows){.ttl_kept = stats->flows.ttl_kept + more->flows.ttl_kept,
                                            .ttl_moved = stats->flows.ttl_moved + more->flows.ttl_moved,
                                            .hops_kept = stats->flows.hops_kept + more->flows.hops_kept,
                                            .hops_moved = stats->flows.hops_moved + more->flows.hops_moved};
    stats->ids = (struct ipip_id_counters){0};
    stats->largest = more->largest > stats->largest ? more->largest : stats->largest;
    stats->overhead_min =
        is_first || more->overhead_min < stats->overhead_min ? more->overhead_min : stats->overhead_min;
    stats->overhead_max = more->overhead_max > stats->overhead_max ? more->overhead_max : stats->overhead_max;
    ipip_habit_stats_merge(&stats->habits, &more->habits);
}

/* Pairs that no encapsulator makes, and no router that marks CE on what may be marked. */
static uint32_t impossible_ecn(const struct ipip_tunnel_stats *o)
{
    return o->ecn[IPIP_NOT_ECT][IPIP_ECT0] + o->ecn[IPIP_NOT_ECT][IPIP_ECT1] + o->ecn[IPIP_NOT_ECT][IPIP_CE] +
           o->ecn[IPIP_ECT0][IPIP_ECT1] + o->ecn[IPIP_ECT1][IPIP_ECT0] + o->ecn[IPIP_CE][IPIP_ECT1];
}

uint32_t ipip_tunnel_stats_ecn(const struct ipip_tunnel_stats *stats, enum ipip_ecn_encap mode)
{
    /* A router that marks CE does so whatever is inside: without marks on the others there is none. */
    bool is_marked = stats->ecn[IPIP_ECT0][IPIP_CE] + stats->ecn[IPIP_ECT1][IPIP_CE] > 0;
    uint32_t impossible = impossible_ecn(stats);
    uint32_t explained =
        ipip_is_habit(stats->habits.ttl.packets - impossible, stats->habits.ttl.packets) ? impossible : 0;

    for (unsigned in = 0; in < 4; in++) {
        enum ipip_ecn made = ipip_ecn_encap(mode, (enum ipip_ecn)in);

        explained += stats->ecn[in][made];
        if (is_marked && (made == IPIP_ECT0 || made == IPIP_ECT1))
            explained += stats->ecn[in][IPIP_CE];
    }
    return explained;
}

uint32_t ipip_tunnel_stats_df(const struct ipip_tunnel_stats *stats, enum ipip_df_policy policy)
{
    uint32_t explained = 0;

    for (unsigned in = 0; in < 2; in++) {
        unsigned made = policy == IPIP_DF_SET ? 1 : policy == IPIP_DF_COPY ? in : 0;

        explained += stats->df[in][made];
    }
    return explained;
}

static enum ipip_ecn_encap best_ecn(const struct ipip_tunnel_stats *o)
{
    /* A plain copy and limited functionality look like these. */
    static const enum ipip_ecn_encap candidates[] = {IPIP_ECN_NORMAL, IPIP_ECN_RFC3168_FULL, IPIP_ECN_COMPATIBILITY};
    enum ipip_ecn_encap best = candidates[0];

    for (size_t i = 1; i < sizeof candidates / sizeof candidates[0]; i++) {
        if (ipip_tunnel_stats_ecn(o, candidates[i]) > ipip_tunnel_stats_ecn(o, best))
            best = candidates[i];
    }
    return best;
}

static enum ipip_df_policy best_df(const struct ipip_tunnel_stats *o)
{
    enum ipip_df_policy best = IPIP_DF_SET;

    for (int policy = IPIP_DF_COPY; policy < IPIP_DF_POLICY_COUNT; policy++) {
        if (ipip_tunnel_stats_df(o, (enum ipip_df_policy)policy) > ipip_tunnel_stats_df(o, best))
            best = (enum ipip_df_policy)policy;
    }
    return best;
}

struct ipip_tunnel ipip_tunnel_stats_best(const struct ipip_tunnel_stats *stats, struct ipip_addr src,
                                          struct ipip_addr dst, uint8_t *hops)
{
    bool is_inherited = ipip_ttl_inherited_count(&stats->habits.ttl) > stats->habits.ttl.outer_count[0];
    uint32_t dscp_fixed;
    uint8_t dscp = ipip_values_best(&stats->dscp, &dscp_fixed);

    *hops = is_inherited ? stats->habits.ttl.hops[0] : 0;
    return (struct ipip_tunnel){
        .kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP),
        .local = src,
        .remote = dst,
        .ttl = is_inherited ? 0 : stats->habits.ttl.outer[0],
        .tos = (uint8_t)(dscp << 2),
        .tos_inherit = stats->dscp_copied >= dscp_fixed,
        .ecn = best_ecn(stats),
        .df = best_df(stats),
    };
}
