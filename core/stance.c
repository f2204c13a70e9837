/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stance.h"

#include <stdlib.h>

#include "rule.h"

static enum rule_mode mode_of(const struct rule *rule, const struct stance *stance)
{
    if (rule->is_idle != NULL && rule->is_idle(stance))
        return RULE_IDLE;
    return rule->needs_entry && !ipip_policy_sees_entry(stance->policy) ? RULE_BLIND : RULE_ASKED;
}

static uint64_t wanted_events(const struct stance *stance)
{
    uint64_t events = 0;

    for (size_t i = 0; i < ipip_rules_count(); i++)
        events |= stance->modes[i] == RULE_ASKED ? rule_at(i)->events : 0;
    return events;
}

static void take(struct stance *stance, const struct ipip_policy *policy, size_t tunnel, bool is_authenticated)
{
    stance->policy = policy;
    stance->profile = is_authenticated ? ipip_profile_find("ipsec4301") : policy->profile;
    if (tunnel > 0) {
        stance->expectation = &policy->tunnels[tunnel - 1];
        if (stance->expectation->profile != NULL)
            stance->profile = stance->expectation->profile;
    }
    for (size_t i = 0; i < ipip_rules_count(); i++)
        stance->modes[i] = (uint8_t)(policy->is_off[i] ? RULE_IDLE : mode_of(rule_at(i), stance));
    stance->events = wanted_events(stance);
}

struct stance *stances_new(const struct ipip_policy *policy)
{
    size_t count = 1 + policy->tunnel_count;
    struct stance *stances = calloc(2 * count, sizeof *stances);

    for (size_t s = 0; stances != NULL && s < count; s++) {
        take(&stances[s], policy, s, false);
        take(&stances[count + s], policy, s, true);
    }
    return stances;
}

uint16_t stance_of(const struct ipip_policy *policy, uint32_t src, uint32_t dst)
{
    const struct ipip_expectation *expectation = ipip_policy_expectation(policy, src, dst);

    return expectation != NULL ? (uint16_t)(1 + (expectation - policy->tunnels)) : 0;
}

uint16_t stance_authenticated(const struct ipip_policy *policy, uint16_t stance)
{
    return stance > policy->tunnel_count ? stance : (uint16_t)(stance + 1 + policy->tunnel_count);
}
