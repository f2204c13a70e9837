/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels of several kinds between one pair of addresses. */
#include "rules/rule.h"

static const char *kind_title(const struct ipip_rule_input *c)
{
    return ipip_kind_about((enum ipip_kind)facts_kind(c->facts.context))->title;
}

static void describe_mixed(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message,
        "%s, %s: there is another kind of tunnel between these addresses: one device in mode any, or several",
        kind_title(c), text_endpoints(endpoints, input_outer(c)));
    SAY(text->expected, "one kind of tunnel between the two ends");
    SAY(text->actual, "%s, too", kind_title(c));
}

const struct rule rule_851 = {
    .about.id = "IPIP851",
    .about.slug = "mixed-kinds",
    .about.title = "tunnels of several kinds between one pair of addresses",
    .about.reference = "ip-link(8)",
    .about.severity = IPIP_NOTE,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "a device in mode `any`, or several tunnels between two hosts",
    .about.kinds = KINDS_OF_PLAIN_IP | KIND_OF(MPLS),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .outer = IPIP_FIELD_PROTOCOL,
    .describe = describe_mixed,
};

static bool is_declared(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation != NULL;
}

static void describe_sources(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char before[IPIP_ADDRESS_TEXT];

    ipip_address_text(src, input_outer(c)->src);
    ipip_address_text(before, c->flow->source_before);
    SAY(text->message, "packets of one flow inside come from %s and %s in turn, to one destination", src, before);
    SAY(text->expected, "one tunnel source for each flow inside");
    SAY(text->actual, "%s, after %s", src, before);
}

const struct rule rule_853 = {
    .about.id = "IPIP853",
    .about.slug = "outer-source-varies",
    .about.title = "one flow inside, several tunnel sources",
    .about.reference = "RFC 4213 section 3.5; RFC 6724",
    .about.severity = IPIP_NOTE,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "an encapsulator with several addresses and no fixed one, or gateways that share the load",
    .about.kinds = KINDS_OF_PACKETS & ~KIND_OF(IPIP),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_FLOW_INSIDE,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_FLOW_UNSEEN,
    .is_idle = is_declared,
    .outer = IPIP_FIELD_SRC,
    .describe = describe_sources,
};
