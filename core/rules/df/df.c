/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Don't Fragment across the encapsulation, and fragmentation on either side of it. */
#include "rules/rule.h"

/* A DF that the policy declares is IPIP120's. */
static bool is_df_declared(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation != NULL && tunnel_policy->expectation->df != IPIP_EXPECT_DF_ANY;
}

static bool is_lost_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->df_free || is_df_declared(tunnel_policy);
}

static void describe_lost(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "the inner packet forbids fragmentation (DF=1), but the tunnel packet allows it (DF=0)");
    SAY(text->expected, "DF=1");
    SAY(text->actual, "DF=0");
}

const struct rule rule_105 = {
    .about.id = "IPIP105",
    .about.slug = "df-not-propagated",
    .about.title = "inner DF set, outer DF clear",
    .about.reference = "RFC 2003 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an `external` tunnel, a locked path MTU, gif or VPP defaults, or a firewall that "
                         "clears DF",
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT, /* outer fragments: IPIP116 */
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_DF_LOST,
    .is_idle = is_lost_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .describe = describe_lost,
};

static bool is_clear_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->df_clear_is_normal || is_df_declared(tunnel_policy);
}

static void describe_clear(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message,
        "packets without DF are tunnelled without DF, so the tunnel does no path MTU discovery for them");
    SAY(text->expected, "DF=1");
    SAY(text->actual, "DF=0 outside, DF=0 inside");
}

const struct rule rule_106 = {
    .about.id = "IPIP106",
    .about.slug = "df-clear-allowed",
    .about.title = "inner DF clear, outer DF clear",
    .about.reference = "RFC 2003 section 5.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "`nopmtudisc`, or an encapsulator that does no path MTU discovery",
    RULE_OF_RELATION,
    .triggers = TRIGGER_DF_NEITHER,
    .report = REPORT_HABIT,
    .is_idle = is_clear_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .describe = describe_clear,
};

static void describe_df_fragmented(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the tunnel packet was fragmented although the inner packet forbids fragmentation (DF=1)");
    SAY(text->expected, "one unfragmented packet, or ICMP fragmentation needed to %s",
        ipip_address_text((char[IPIP_ADDRESS_TEXT]){0}, input_inner(c)->src));
    if ((c->facts.context & FACT_HELD) != 0)
        SAY(text->actual, "outer fragments, of which only the first can be read");
    else
        SAY(text->actual, "outer fragments of %u octets in all", input_outer(c)->total_bytes);
}

const struct rule rule_116 = {
    .about.id = "IPIP116",
    .about.slug = "outer-fragment-of-df-inner",
    .about.title = "encapsulated datagram fragmented although inner DF is set",
    .about.reference = "RFC 2003 section 3.1; RFC 6864 section 4.3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "the outer DF was not set (see IPIP105) and a router, or the encapsulator itself, fragmented",
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_FRAGMENT,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_INNER_DF,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .describe = describe_df_fragmented,
};

static bool is_outer_fragments_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->outer_fragments_are_normal;
}

static void describe_outer_fragments(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "tunnel packets are fragmented on the outer layer");
    SAY(text->expected, "inner datagrams fragmented before encapsulation, or path MTU discovery");
    SAY(text->actual, "offset %u, MF=%u", input_outer(c)->fragment_offset, ipip_ip_mf(input_outer(c)));
}

const struct rule rule_117 = {
    .about.id = "IPIP117",
    .about.slug = "outer-fragmentation",
    .about.title = "tunnel packets fragmented on the outer layer",
    .about.reference = "RFC 2003 section 5.1; RFC 4459 section 3.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a tunnel MTU above the path MTU, with DF clear",
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_FRAGMENT,
    .report = REPORT_ONCE,
    .is_idle = is_outer_fragments_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .describe = describe_outer_fragments,
};

static void describe_double(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "an inner fragment (offset %u, MF=%u) was fragmented again on the outer layer",
        input_inner(c)->fragment_offset, ipip_ip_mf(input_inner(c)));
    SAY(text->expected, "fragmentation on one layer");
    SAY(text->actual, "fragmentation on both layers");
}

const struct rule rule_118 = {
    .about.id = "IPIP118",
    .about.slug = "double-fragmentation",
    .about.title = "fragments of an already fragmented inner datagram",
    .about.reference = "RFC 2003 section 5.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "inner fragments that fill the tunnel MTU, on a path with a smaller MTU",
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_FRAGMENT,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_INNER_FRAGMENT,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .describe = describe_double,
};

static void describe_inner_fragment(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "inner datagrams are fragmented before encapsulation");
    SAY(text->expected, "whole datagrams");
    SAY(text->actual, "offset %u, MF=%u", input_inner(c)->fragment_offset, ipip_ip_mf(input_inner(c)));
}

const struct rule rule_119 = {
    .about.id = "IPIP119",
    .about.slug = "inner-fragment-tunnelled",
    .about.title = "the inner datagram is a fragment",
    .about.reference = "RFC 2003 section 5.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "datagrams larger than the tunnel's MTU, fragmented before the tunnel as RFC 2003 prefers",
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT, /* outer fragments: IPIP118 */
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_INNER_FRAGMENT,
    .report = REPORT_ONCE,
    .inner = IPIP_FIELD_FRAGMENT,
    .describe = describe_inner_fragment,
};
