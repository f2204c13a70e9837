/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/vantage_check.h"

bool vantage_is_of_one_way(const struct ipip_policy *policy)
{
    return ipip_vantage_is_entry(policy->vantage);
}

static void refute(struct ipip_judge *judge, struct tunnel *tunnel, const struct ipip_layer *outer)
{
    struct ipip_vantage_conflict *conflict = &judge->vantage_conflict;

    tunnel->is_vantage_refuted = true;
    if (conflict->directions++ == 0) {
        conflict->src = outer->ip.src;
        conflict->dst = outer->ip.dst;
        conflict->ttl = outer->ip.ttl;
        conflict->declared = judge->policy.vantage;
    }
}

/* A TTL declared for this direction is a better measure than the usual ones. */
static bool is_ttl_declared(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation != NULL && tunnel_policy->expectation->ttl != IPIP_EXPECT_ANYTHING;
}

void vantage_check(struct ipip_judge *judge, struct tunnel *tunnel, const struct ipip_layer *outer)
{
    const struct ipip_policy *policy = &judge->policy;
    const struct tunnel_policy *tunnel_policy = &judge->tunnel_policies[tunnel->tunnel_policy];
    const struct tunnel *back;
    bool is_open = false;

    if (tunnel->is_vantage_refuted || !tunnel_policy->is_vantage_of_all)
        return;
    if (ipip_ttl_is_routed(&tunnel->stats.ttl)) {
        back = flow_known_tunnel(judge->flow, outer->ip.dst, outer->ip.src);
        if (back == NULL)
            is_open = tunnel->stats.ttl.packets < IPIP_HABIT_PACKETS && !is_ttl_declared(tunnel_policy);
        else if (ipip_direction_vantage(policy, outer->ip.src, outer->ip.dst, &tunnel->stats.ttl, &back->stats.ttl)
                     .is_refuted)
            refute(judge, tunnel, outer);
    }
    tunnel_take_policy(judge, tunnel,
                       tunnel_policy_doubted(policy, tunnel->tunnel_policy, is_open || tunnel->is_vantage_refuted));
}
