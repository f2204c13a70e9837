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
        back = flow_back_of(judge->flow, tunnel);
        if (back == NULL)
            is_open = tunnel->stats.ttl.packets < IPIP_HABIT_PACKETS && !is_ttl_declared(tunnel_policy);
        else if (ipip_direction_vantage(policy, outer->ip.src, outer->ip.dst, &tunnel->stats.ttl, &back->stats.ttl)
                     .is_refuted)
            refute(judge, tunnel, outer);
    }
    tunnel_take_policy(judge, tunnel,
                       tunnel_policy_doubted(policy, tunnel->tunnel_policy, is_open || tunnel->is_vantage_refuted));
}

/* The ends differ for the two directions of a tunnel; what is in the middle is so for both. */
static bool are_one_end(enum ipip_vantage there, enum ipip_vantage back)
{
    return (ipip_vantage_is_entry(there) && ipip_vantage_is_entry(back)) ||
           (there == IPIP_VANTAGE_EXIT && back == IPIP_VANTAGE_EXIT);
}

/* The first source that has the address; -1: none. They are in order, the longest prefix first. */
static int source_of(const struct ipip_policy *policy, struct ipip_addr address)
{
    for (size_t i = 0; i < policy->vantage_count; i++) {
        if (ipip_prefix_has(&policy->vantages[i].source, address))
            return (int)i;
    }
    return -1;
}

void vantage_meet(struct ipip_judge *judge, const struct ipip_ip *outer, bool has_back)
{
    const struct ipip_policy *policy = &judge->policy;
    int there = source_of(policy, outer->src);
    int back = has_back ? source_of(policy, outer->dst) : -1;

    for (size_t i = 0; i < policy->vantage_count; i++)
        judge->has_met_source[i] |= ipip_prefix_has(&policy->vantages[i].source, outer->src);
    if (there >= 0 && back >= 0 && !judge->vantage_clash.is_found &&
        are_one_end(policy->vantages[there].vantage, policy->vantages[back].vantage))
        judge->vantage_clash =
            (struct ipip_vantage_clash){true, outer->src, outer->dst, policy->vantages[there].vantage};
}
