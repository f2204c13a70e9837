/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/tunnel_policy.h"

#include <stdlib.h>

#include "rules/rule.h"

bool tunnel_policy_is_source_unowned(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->is_source_unowned;
}

static enum rule_mode mode_of(const struct rule *rule, const struct tunnel_policy *tunnel_policy)
{
    if (rule->is_idle != NULL && rule->is_idle(tunnel_policy))
        return RULE_IDLE;
    return rule->needs_entry && !ipip_policy_sees_entry(tunnel_policy->policy) ? RULE_BLIND : RULE_EVALUATED;
}

static void take(struct tunnel_policy *tunnel_policy, const struct ipip_policy *policy, size_t tunnel,
                 bool is_authenticated)
{
    tunnel_policy->policy = policy;
    tunnel_policy->profile = is_authenticated ? ipip_profile_find("ipsec4301") : policy->profile;
    if (tunnel > 0) {
        tunnel_policy->expectation = &policy->tunnels[tunnel - 1];
        if (tunnel_policy->expectation->profile != NULL)
            tunnel_policy->profile = tunnel_policy->expectation->profile;
    }
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        tunnel_policy->modes[i] = (uint8_t)(policy->is_off[i] ? RULE_IDLE : mode_of(rule_at(i), tunnel_policy));
        if (tunnel_policy->modes[i] == RULE_EVALUATED)
            rule_set_add(&tunnel_policy->evaluated, i);
    }
}

struct tunnel_policy *tunnel_policies_new(const struct ipip_policy *policy)
{
    size_t count = 1 + policy->tunnel_count;
    struct tunnel_policy *tunnel_policies = calloc(2 * count, sizeof *tunnel_policies);

    for (size_t s = 0; tunnel_policies != NULL && s < count; s++) {
        take(&tunnel_policies[s], policy, s, false);
        take(&tunnel_policies[count + s], policy, s, true);
    }
    return tunnel_policies;
}

uint16_t tunnel_policy_of(const struct ipip_policy *policy, uint32_t src, uint32_t dst)
{
    const struct ipip_expectation *expectation = ipip_policy_expectation(policy, src, dst);

    return expectation != NULL ? (uint16_t)(1 + (expectation - policy->tunnels)) : 0;
}

uint16_t tunnel_policy_authenticated(const struct ipip_policy *policy, uint16_t tunnel_policy)
{
    return tunnel_policy > policy->tunnel_count ? tunnel_policy : (uint16_t)(tunnel_policy + 1 + policy->tunnel_count);
}
