/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPv4 header around IPv6: its options and its TOS (RFC 4213 section 3.5). */
#include "rules/rule.h"

static void check_options(const struct ipip_rule_input *c, struct ruling *ruling)
{
    /* Routers may have added a recorded route. */
    if (!ipip_vantage_is_entry(c->tunnel_policy->vantage))
        ruling->confidence = IPIP_LIKELY;
}

static void describe_options(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char octets[OCTETS_TEXT];

    SAY(text->message, "the IPv4 header around IPv6 has %s of options",
        text_octets(octets, input_outer(c)->header_bytes - (uint32_t)IPIP_IPV4_HEADER_MIN));
    SAY(text->expected, "IHL 5");
    SAY(text->actual, "IHL %u", input_outer(c)->header_bytes / 4U);
}

const struct rule rule_701 = {
    .about.id = "IPIP701",
    .about.slug = "6in4-outer-options",
    .about.title = "IPv4 options around IPv6",
    .about.reference = "RFC 4213 section 3.5",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a router on the path that records the route, or a crafted packet",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_OPTIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_options,
    .describe = describe_options,
    .values = {&value_ihl},
};

/* A configured TOS is any constant: only where the tunnel has several is one of them neither 0 nor copied. */
static void check_tos(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (ipip_ip_dscp(input_outer(c)) == 0)
        ruling->verdict = IPIP_PASS;
    else if (!ipip_vantage_is_entry(c->tunnel_policy->vantage) && !ipip_tunnel_has_dscps(&c->flow->tunnel->stats))
        ruling->verdict = IPIP_UNKNOWN;
}

/* The profile expects a configured TOS; or the policy declares one, which is IPIP120's, or a 6rd domain, whose is IPIP733's. */
static bool is_tos_idle(const struct tunnel_policy *tunnel_policy)
{
    const struct ipip_expectation *x = tunnel_policy->expectation;

    return tunnel_policy->profile->dscp != IPIP_DSCP_COPIED ||
           (x != NULL && (x->tos != IPIP_EXPECT_ANYTHING || x->prefix.bits != 0));
}

static void describe_tos(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char outer[DSCP_TEXT];
    char inner[DSCP_TEXT];

    SAY(text->message, "the outer DSCP (%s) is neither 0 nor that of the traffic class inside (%s)",
        text_dscp_short(outer, ipip_ip_dscp(input_outer(c))), text_dscp_short(inner, ipip_ip_dscp(input_inner(c))));
    SAY(text->expected, "DSCP 0, or %s", text_dscp(inner, ipip_ip_dscp(input_inner(c))));
    SAY(text->actual, "%s", text_dscp(outer, ipip_ip_dscp(input_outer(c))));
}

const struct rule rule_702 = {
    .about.id = "IPIP702",
    .about.slug = "6in4-tos",
    .about.title = "TOS is neither 0 nor the traffic class",
    .about.reference = "RFC 4213 section 3.5; RFC 2983 section 3",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "remarking on the path, or a TOS by class on the tunnel",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    RULE_OF_RELATION,
    .triggers = TRIGGER_DSCP_DIFFERS,
    .report = REPORT_ONCE,
    .is_idle = is_tos_idle,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_tos,
    .describe = describe_tos,
    .values = {&value_outer_dscp, &value_inner_dscp},
};
