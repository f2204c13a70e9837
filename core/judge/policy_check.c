/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/policy_check.h"

#include "flow/state.h"
#include "judge/policy_unexpected.h"

/* Behind the header are authentication headers. Of IPv4 in IPv4 nothing else can be between the two. */
static bool is_authenticated(const struct ipip_layer *outer, uint64_t facts)
{
    return outer->kind == IPIP_KIND_IPIP ? outer->shim_bytes > 0 : (facts & FACT_SHIM) != 0;
}

/* The addresses inside say which ends there may be, not a list of them: 6to4, 6rd and ISATAP (IPIP712, IPIP722, IPIP731). */
static bool is_automatic(const struct tunnel_policy *tunnel_policy, const struct tunnel *tunnel, unsigned kind,
                         uint64_t facts)
{
    const struct ipip_expectation *x = tunnel_policy->expectation;
    bool is_seen = (facts & FACT_INNER_IPV6) != 0 && (facts & FACT_NOT_AUTOMATIC) == 0;

    return kind == IPIP_KIND_6IN4 && (x == NULL || !x->is_configured) && (is_seen || tunnel->is_6to4);
}

bool policy_check_is_unknown_peer(const struct ipip_policy *policy, const struct tunnel *tunnel, bool is_automatic,
                                  uint64_t *learnt)
{
    *learnt = 0;
    if (policy->endpoint_count > 0)
        return !ipip_policy_is_endpoint(policy, tunnel->src, tunnel->dst) && !is_automatic;
    if (policy->learn == 0 || tunnel->is_learnt)
        return false;
    *learnt = policy->learn;
    return true;
}

struct rule_set policy_check_header(const struct tunnel_policy *tunnel_policy, const struct tunnel *tunnel,
                                    const struct ipip_layer *outer, uint64_t facts, struct flow_view *e)
{
    const struct ipip_policy *policy = tunnel_policy->policy;
    struct ipip_addr src = outer->ip.src;
    struct ipip_addr dst = outer->ip.dst;
    const struct ipip_expectation *x = tunnel_policy->expectation;
    struct rule_set triggered = {{0}};

    if (policy_check_is_unknown_peer(policy, tunnel, is_automatic(tunnel_policy, tunnel, outer->kind, facts),
                                     &e->learnt))
        rule_set_add(&triggered, RULE_211);
    if (policy->site_count > 0 && !is_authenticated(outer, facts) &&
        ipip_policy_is_site(policy, src) != ipip_policy_is_site(policy, dst))
        rule_set_add(&triggered, RULE_214);
    if (x != NULL && x->kinds != 0 && (x->kinds & IPIP_KIND_BIT(outer->kind)) == 0)
        rule_set_add(&triggered, RULE_852);
    return triggered;
}

bool policy_check_is_accepted(const struct tunnel_policy *tunnel_policy, const struct tunnel *tunnel,
                              const struct ipip_ip *datagram, uint64_t *learnt)
{
    const struct ipip_ip outer = {.src = tunnel->src, .dst = tunnel->dst, .version = 4};
    bool is_6in4 = tunnel->kind == IPIP_KIND_6IN4;
    uint64_t facts = is_6in4 ? facts_of_6in4(&outer, datagram).context | FACT_INNER_IPV6 : 0;

    return !policy_check_is_unknown_peer(tunnel_policy->policy, tunnel,
                                         is_automatic(tunnel_policy, tunnel, tunnel->kind, facts), learnt);
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

/* What is declared of 6in4. The rules on a 6rd domain decide by themselves. */
static void check_6in4(const struct ipip_expectation *x, const struct ipip_layer *outer, struct rule_set *triggered)
{
    bool is_anycast = ipip_expected_has(&x->br_anycast, outer->ip.src); /* which must set DF: IPIP734 */

    if (x->is_mtu_static && !is_anycast && ipip_ip_df(&outer->ip))
        rule_set_add(triggered, RULE_706);
    if (x->prefix.bits == 0)
        return;
    rule_set_add(triggered, RULE_731);
    rule_set_add(triggered, RULE_732);
    if (is_anycast && !ipip_ip_df(&outer->ip))
        rule_set_add(triggered, RULE_734);
    if (ipip_address_is_of_link(outer[1].ip.dst) &&
        (ipip_address_is_group(outer[1].ip.dst) || ipip_address_kind(outer[1].ip.src) == IPIP_ADDRESS_LINK_LOCAL))
        rule_set_add(triggered, RULE_735);
}

/* To many, or of the tunnel as a link: such destinations are at every exit. */
static bool is_of_link(struct ipip_addr address)
{
    return ipip_address_is_group(address) ||
           (!ipip_address_is_ipv4(address) && ipip_address_kind(address) == IPIP_ADDRESS_LINK_LOCAL);
}

struct rule_set policy_check_relation(const struct tunnel_policy *tunnel_policy, const struct ipip_layer *outer,
                                      const struct ipip_layer *inner)
{
    const struct ipip_policy *policy = tunnel_policy->policy;
    struct ipip_addr src = outer->ip.src;
    struct ipip_addr dst = outer->ip.dst;
    struct rule_set triggered = {{0}};

    if (policy_unexpected(tunnel_policy, outer, inner) != UNEXPECTED_NOTHING)
        rule_set_add(&triggered, RULE_120);
    if (tunnel_policy->expectation != NULL && outer->kind == IPIP_KIND_6IN4)
        check_6in4(tunnel_policy->expectation, outer, &triggered);
    if (tunnel_policy->expectation != NULL && tunnel_policy->expectation->map_rule.ipv6.bits != 0)
        rule_set_add(&triggered, RULE_782);
    if (policy->site_count == 0 || !ipip_policy_is_site(policy, dst))
        return triggered;
    if (!ipip_policy_is_site(policy, src) && ipip_policy_is_site(policy, inner->ip.src) &&
        !ipip_policy_is_endpoint(policy, src, dst))
        rule_set_add(&triggered, RULE_209);
    if (!ipip_address_equal(inner->ip.dst, dst) && !ipip_policy_is_site(policy, inner->ip.dst) &&
        !is_of_link(inner->ip.dst))
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
