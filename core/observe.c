/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/observe.h"

/* Boyer and Moore's vote: what is left over after pairing off different values is the majority, if there is one. */
static void vote(struct ipip_majority *majority, uint8_t value)
{
    if (majority->lead == 0)
        majority->value = value;
    if (majority->value == value)
        majority->lead++;
    else
        majority->lead--;
}

void ipip_observe(struct ipip_observation *o, const struct ipip_ipv4 *outer, const struct ipip_ipv4 *inner)
{
    o->packets++;
    vote(&o->ttl, outer->ttl);
    vote(&o->hops, (uint8_t)(inner->ttl - outer->ttl));
    vote(&o->dscp, ipip_ipv4_dscp(outer));
    o->dscp_copied += ipip_ipv4_dscp(outer) == ipip_ipv4_dscp(inner);
    o->ecn[ipip_ipv4_ecn(inner)][ipip_ipv4_ecn(outer)]++;
    o->df[inner->df][outer->df]++;
}

static enum ipip_ecn_encap best_ecn(const struct ipip_observation *o)
{
    /* A copy that knows nothing of ECN and limited functionality look like these. */
    static const enum ipip_ecn_encap candidates[] = {IPIP_ECN_NORMAL, IPIP_ECN_RFC3168_FULL, IPIP_ECN_COMPATIBILITY};
    enum ipip_ecn_encap best = candidates[0];
    uint32_t most = 0;

    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
        uint32_t explained = 0;

        for (unsigned in = 0; in < 4; in++) {
            enum ipip_ecn made = ipip_ecn_encap(candidates[i], (enum ipip_ecn)in);

            explained += o->ecn[in][made];
            if (made == IPIP_ECT0 || made == IPIP_ECT1) /* a router may have marked it */
                explained += o->ecn[in][IPIP_CE];
        }
        if (explained > most) {
            most = explained;
            best = candidates[i];
        }
    }
    return best;
}

static enum ipip_df_policy best_df(const struct ipip_observation *o)
{
    uint32_t set = o->df[0][1] + o->df[1][1];
    uint32_t copy = o->df[0][0] + o->df[1][1];
    uint32_t clear = o->df[0][0] + o->df[1][0];

    if (set >= copy && set >= clear)
        return IPIP_DF_SET;
    return copy >= clear ? IPIP_DF_COPY : IPIP_DF_CLEAR;
}

struct ipip_tunnel ipip_observed_tunnel(const struct ipip_observation *o, uint32_t src, uint32_t dst, uint8_t *hops)
{
    bool is_ttl_fixed = o->ttl.lead >= o->hops.lead;
    /* As much a lead as a majority has: those that agree less those that don't. */
    bool is_dscp_copied = (uint64_t)o->dscp_copied * 2 >= (uint64_t)o->dscp.lead + o->packets;

    *hops = is_ttl_fixed ? 0 : o->hops.value;
    return (struct ipip_tunnel){
        .local = src,
        .remote = dst,
        .ttl = is_ttl_fixed ? o->ttl.value : 0,
        .tos = (uint8_t)(o->dscp.value << 2),
        .tos_inherit = is_dscp_copied,
        .ecn = best_ecn(o),
        .df = best_df(o),
    };
}
