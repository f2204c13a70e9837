/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stance.h"

#include <stdlib.h>

#include "rule.h"

bool stance_is_source_unowned(const struct stance *stance)
{
    return stance->profile->is_source_unowned;
}

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

struct stance *stances_new(const struct ipip_policy *policy)
{
    struct stance *stances = calloc(1 + policy->tunnel_count, sizeof *stances);

    for (size_t s = 0; stances != NULL && s <= policy->tunnel_count; s++) {
        struct stance *stance = &stances[s];

        stance->policy = policy;
        stance->profile = policy->profile;
        if (s > 0) {
            stance->expectation = &policy->tunnels[s - 1];
            if (stance->expectation->profile != NULL)
                stance->profile = stance->expectation->profile;
        }
        for (size_t i = 0; i < ipip_rules_count(); i++)
            stance->modes[i] = (uint8_t)(policy->is_off[i] ? RULE_IDLE : mode_of(rule_at(i), stance));
        stance->events = wanted_events(stance);
    }
    return stances;
}

uint16_t stance_of(const struct ipip_policy *policy, uint32_t src, uint32_t dst)
{
    const struct ipip_expectation *expectation = ipip_policy_expectation(policy, src, dst);

    return expectation != NULL ? (uint16_t)(1 + (expectation - policy->tunnels)) : 0;
}
