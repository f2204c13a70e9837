/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which directions that the policy names there were: a section that fits none was perhaps meant for another one. */
#include "judge/judge_internal.h"

static void meet(struct ipip_judge *judge, struct ipip_addr src, struct ipip_addr dst, enum ipip_tunnel_met how)
{
    const struct ipip_expectation *expectation = ipip_policy_expectation(&judge->policy, src, dst);
    uint8_t *met;

    if (expectation == NULL)
        return;
    met = &judge->tunnels_met[expectation - judge->policy.tunnels];
    if (*met < how)
        *met = (uint8_t)how;
}

void met_tunnel(struct ipip_judge *judge, const struct tunnel *tunnel)
{
    meet(judge, tunnel->src, tunnel->dst, IPIP_TUNNEL_MET);
    meet(judge, tunnel->dst, tunnel->src, IPIP_TUNNEL_MET_BACK);
}

enum ipip_tunnel_met ipip_judge_tunnel_met(const struct ipip_judge *judge, size_t index)
{
    return (enum ipip_tunnel_met)judge->tunnels_met[index];
}
