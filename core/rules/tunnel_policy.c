/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/tunnel_policy.h"

#include <stdlib.h>

#include "rules/rule.h"

enum {
    OF_SOURCES = 1,                          /* after the one for every tunnel: by vantage */
    NAMED = OF_SOURCES + IPIP_VANTAGE_COUNT, /* by index of the expectation */
    AUTHENTICATED = 1,                       /* which half, */
    DOUBTED = 2,                             /* and of which half */
    VARIANTS = 4,
};

_Static_assert(VARIANTS *(NAMED + IPIP_EXPECTATIONS_MAX) <= UINT16_MAX, "an index is a uint16_t");

static size_t variant_count(const struct ipip_policy *policy)
{
    return NAMED + policy->tunnel_count;
}

bool tunnel_policy_is_source_unowned(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->is_source_unowned;
}

static enum rule_mode mode_of(const struct rule *rule, const struct tunnel_policy *tunnel_policy)
{
    if (rule->is_idle != NULL && rule->is_idle(tunnel_policy))
        return RULE_IDLE;
    return rule->needs_entry && !ipip_vantage_is_entry(tunnel_policy->vantage) ? RULE_BLIND : RULE_EVALUATED;
}

static void take_vantage(struct tunnel_policy *tunnel_policy, size_t which)
{
    const struct ipip_policy *policy = tunnel_policy->policy;
    const struct ipip_expectation *expectation = tunnel_policy->expectation;

    tunnel_policy->vantage = which == 0 ? policy->vantage : (enum ipip_vantage)(which - OF_SOURCES);
    tunnel_policy->is_vantage_of_all = which == 0;
    if (expectation != NULL)
        tunnel_policy->vantage =
            ipip_policy_vantage(policy, expectation->src, expectation->dst, &tunnel_policy->is_vantage_of_all);
}

/* Of the rules, those whose mode depends on the tunnel's policy. */
struct various {
    size_t count;
    size_t rules[IPIP_RULES_MAX];
};

static void take_mode(struct tunnel_policy *tunnel_policy, size_t rule)
{
    bool is_off = tunnel_policy->policy->is_off[rule];

    tunnel_policy->modes[rule] = (uint8_t)(is_off ? RULE_IDLE : mode_of(rule_at(rule), tunnel_policy));
    if (tunnel_policy->modes[rule] == RULE_EVALUATED)
        rule_set_add(&tunnel_policy->evaluated, rule);
}

/* What is the same for every tunnel. */
static void take_all(struct tunnel_policy *tunnel_policy, const struct ipip_policy *policy, struct various *various)
{
    tunnel_policy->policy = policy;
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (rule_at(i)->is_idle != NULL || rule_at(i)->needs_entry)
            various->rules[various->count++] = i;
        else
            take_mode(tunnel_policy, i);
    }
}

static void take(struct tunnel_policy *tunnel_policy, const struct ipip_policy *policy, size_t which, unsigned variant,
                 const struct various *various)
{
    tunnel_policy->profile = (variant & AUTHENTICATED) != 0 ? ipip_profile_find("ipsec4301") : policy->profile;
    if (which >= NAMED) {
        tunnel_policy->expectation = &policy->tunnels[which - NAMED];
        if (tunnel_policy->expectation->profile != NULL)
            tunnel_policy->profile = tunnel_policy->expectation->profile;
        tunnel_policy->judges_frames = tunnel_policy->expectation->is_frame_judged;
    }
    take_vantage(tunnel_policy, which);
    if ((variant & DOUBTED) != 0) {
        tunnel_policy->is_vantage_doubted = true;
        tunnel_policy->vantage = IPIP_VANTAGE_UNKNOWN;
    }
    for (size_t i = 0; i < various->count; i++)
        take_mode(tunnel_policy, various->rules[i]);
}

struct tunnel_policy *tunnel_policies_new(const struct ipip_policy *policy)
{
    size_t count = variant_count(policy);
    struct tunnel_policy *tunnel_policies = calloc(VARIANTS * count, sizeof *tunnel_policies);
    struct tunnel_policy common = {0};
    struct various various = {.count = 0};

    if (tunnel_policies == NULL)
        return NULL;
    take_all(&common, policy, &various);
    for (size_t i = 0; i < VARIANTS * count; i++) {
        tunnel_policies[i] = common;
        take(&tunnel_policies[i], policy, i % count, (unsigned)(i / count), &various);
    }
    return tunnel_policies;
}

uint16_t tunnel_policy_of(const struct ipip_policy *policy, struct ipip_addr src, struct ipip_addr dst)
{
    const struct ipip_expectation *expectation = ipip_policy_expectation(policy, src, dst);
    enum ipip_vantage vantage;
    bool is_of_all;

    if (expectation != NULL)
        return (uint16_t)(NAMED + (expectation - policy->tunnels));
    vantage = ipip_policy_vantage(policy, src, dst, &is_of_all);
    return (uint16_t)(is_of_all ? 0 : OF_SOURCES + vantage);
}

/* The same tunnel's, with these bits of the variant as in `bits`. */
static uint16_t variant_of(const struct ipip_policy *policy, uint16_t tunnel_policy, unsigned mask, unsigned bits)
{
    size_t count = variant_count(policy);
    size_t variant = (tunnel_policy / count & ~mask) | bits;

    return (uint16_t)(variant * count + tunnel_policy % count);
}

uint16_t tunnel_policy_authenticated(const struct ipip_policy *policy, uint16_t tunnel_policy)
{
    return variant_of(policy, tunnel_policy, AUTHENTICATED, AUTHENTICATED);
}

uint16_t tunnel_policy_doubted(const struct ipip_policy *policy, uint16_t tunnel_policy, bool is_doubted)
{
    return variant_of(policy, tunnel_policy, DOUBTED, is_doubted ? DOUBTED : 0);
}
