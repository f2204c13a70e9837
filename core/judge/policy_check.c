/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/policy_check.h"

#include "flow/state.h"

/* Behind the header are authentication headers. Of IPv4 in IPv4 nothing else can be between the two. */
static bool is_authenticated(const struct ipip_layer *outer, uint64_t facts)
{
    return outer->kind == IPIP_KIND_IPIP ? outer->shim_bytes > 0 : (facts & FACT_SHIM) != 0;
}

struct rule_set policy_check_header(const struct tunnel_policy *tunnel_policy, const struct tunnel *tunnel,
                                    const struct ipip_layer *outer, uint64_t facts, struct flow_view *e)
{
    const struct ipip_policy *policy = tunnel_policy->policy;
    struct ipip_addr src = outer->ip.src;
    struct ipip_addr dst = outer->ip.dst;
    struct rule_set triggered = {{0}};

    e->learnt = 0;
    if (policy->endpoint_count > 0) {
        if (!ipip_policy_is_endpoint(policy, src, dst))
            rule_set_add(&triggered, RULE_211);
    } else if (policy->learn > 0 && !tunnel->is_learnt) {
        e->learnt = policy->learn;
        rule_set_add(&triggered, RULE_211);
    }
    if (policy->site_count > 0 && !is_authenticated(outer, facts) &&
        ipip_policy_is_site(policy, src) != ipip_policy_is_site(policy, dst))
        rule_set_add(&triggered, RULE_214);
    return triggered;
}

static bool is_ttl_wrong(const struct tunnel_policy *tunnel_policy, const struct ipip_ip *outer,
                         const struct ipip_ip *inner)
{
    const struct ipip_expectation *x = tunnel_policy->expectation;
    uint8_t expected = x->ttl == IPIP_EXPECT_FIXED ? x->ttl_value : inner->ttl;

    /* Routers on the path decrement it. */
    return x->ttl != IPIP_EXPECT_ANYTHING &&
           (outer->ttl > expected || (ipip_vantage_is_entry(tunnel_policy->vantage) && outer->ttl != expected));
}

static bool is_tos_wrong(const struct ipip_expectation *x, const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    uint8_t expected = x->tos == IPIP_EXPECT_FIXED ? x->tos_value >> 2 : ipip_ip_dscp(inner);

    return x->tos != IPIP_EXPECT_ANYTHING && ipip_ip_dscp(outer) != expected;
}

static bool is_df_wrong(const struct ipip_expectation *x, const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    bool expected = x->df == IPIP_EXPECT_DF_SET || (x->df == IPIP_EXPECT_DF_COPY && ipip_ip_df(inner));

    return x->df != IPIP_EXPECT_DF_ANY && outer->version == 4 && ipip_ip_df(outer) != expected;
}

enum unexpected policy_check_unexpected(const struct tunnel_policy *tunnel_policy, const struct ipip_layer *outer,
                                        const struct ipip_layer *inner)
{
    const struct ipip_expectation *x = tunnel_policy->expectation;

    if (x == NULL)
        return UNEXPECTED_NOTHING;
    if (is_ttl_wrong(tunnel_policy, &outer->ip, &inner->ip))
        return UNEXPECTED_TTL;
    if (is_tos_wrong(x, &outer->ip, &inner->ip))
        return UNEXPECTED_TOS;
    if (is_df_wrong(x, &outer->ip, &inner->ip))
        return UNEXPECTED_DF;
    /* What came in fragments, or is several segments, is smaller on the wire. */
    if (x->mtu != 0 && outer->ip.total_bytes > x->mtu && !outer->is_reassembled && !flow_is_segments(inner))
        return UNEXPECTED_MTU;
    return UNEXPECTED_NOTHING;
}

static uint16_t mtu_expected(const void *operator, struct ipip_addr src, struct ipip_addr dst)
{
    const struct ipip_expectation *expectation = ipip_policy_expectation(operator, src, dst);

    return expectation != NULL ? expectation->mtu : 0;
}

struct flow_context policy_check_context(const struct ipip_policy *policy, const struct ipip_packet *packet)
{
    return (struct flow_context){.packet = packet, .mtu_expected = mtu_expected, .operator= policy };
}

/* To many: such destinations are behind every exit. */
struct rule_set policy_check_relation(const struct tunnel_policy *tunnel_policy, const struct ipip_layer *outer,
                                      const struct ipip_layer *inner)
{
    const struct ipip_policy *policy = tunnel_policy->policy;
    struct ipip_addr src = outer->ip.src;
    struct ipip_addr dst = outer->ip.dst;
    struct rule_set triggered = {{0}};

    if (policy_check_unexpected(tunnel_policy, outer, inner) != UNEXPECTED_NOTHING)
        rule_set_add(&triggered, RULE_120);
    if (policy->site_count == 0 || !ipip_policy_is_site(policy, dst))
        return triggered;
    if (!ipip_policy_is_site(policy, src) && ipip_policy_is_site(policy, inner->ip.src) &&
        !ipip_policy_is_endpoint(policy, src, dst))
        rule_set_add(&triggered, RULE_209);
    if (!ipip_address_equal(inner->ip.dst, dst) && !ipip_policy_is_site(policy, inner->ip.dst) &&
        !ipip_address_is_group(inner->ip.dst))
        rule_set_add(&triggered, RULE_212);
    return triggered;
}

void policy_check_exit(const struct ipip_policy *policy, struct ipip_addr dst, struct facts *facts,
                       struct rule_set *triggered)
{
    if ((facts->context & INNER_SIDE_FACT_LEFT) == 0)
        return;
    if (policy->site_count == 0)
        facts->context |= INNER_SIDE_FACT_NO_SITE;
    else if (!ipip_policy_is_site(policy, dst) && !ipip_address_is_group(dst))
        rule_set_add(triggered, RULE_210);
}
