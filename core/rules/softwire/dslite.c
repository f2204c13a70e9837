/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DS-Lite (RFC 6333): what its tunnels must do beyond RFC 2473, where the profile has it. */
#include "rules/rule.h"

static bool is_dslite_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->softwire != IPIP_SOFTWIRE_DS_LITE;
}

/* Hosts may fragment to one size themselves. */
static void check_piece(const struct ipip_rule_input *c, struct ruling *ruling)
{
    (void)c;
    ruling->confidence = IPIP_LIKELY;
}

static void describe_piece(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char octets[OCTETS_TEXT];

    SAY(text->message,
        "packets are fragmented before DS-Lite encapsulates them: all first fragments inside have one size");
    SAY(text->expected, "whole packets, and fragments of the outer packet");
    SAY(text->actual, "first fragments of %s", text_octets(octets, input_inner(c)->total_bytes));
}

const struct rule rule_783 = {
    .about.id = "IPIP783",
    .about.slug = "dslite-inner-fragment",
    .about.title = "DS-Lite fragments the packet inside",
    .about.reference = "RFC 6333 sections 5.3 and 6.3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that fragments to the MTU of its tunnel device, as Linux does",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_4IN6),
    RULE_OF_RELATION,
    .is_idle = is_dslite_idle,
    .inner = IPIP_FIELD_FRAGMENT | IPIP_FIELD_TOTAL_LENGTH,
    .check = check_piece,
    .describe = describe_piece,
};

static bool is_tclass_idle(const struct tunnel_policy *tunnel_policy)
{
    return is_dslite_idle(tunnel_policy) ||
           (tunnel_policy->expectation != NULL && tunnel_policy->expectation->tos != IPIP_EXPECT_ANYTHING);
}

static void check_tclass(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (ipip_vantage_is_entry(c->tunnel_policy->vantage))
        return;
    ruling->severity = IPIP_WARNING;
    ruling->confidence = IPIP_LIKELY;
}

static void describe_tclass(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char outer[DSCP_TEXT];
    char inner[DSCP_TEXT];

    SAY(text->message, "the outer traffic class (%s) is not carried over from the packet inside (%s)",
        text_dscp_short(outer, ipip_ip_dscp(input_outer(c))), text_dscp_short(inner, ipip_ip_dscp(input_inner(c))));
    SAY(text->expected, "%s", text_dscp(inner, ipip_ip_dscp(input_inner(c))));
    SAY(text->actual, "%s", text_dscp(outer, ipip_ip_dscp(input_outer(c))));
}

const struct rule rule_784 = {
    .about.id = "IPIP784",
    .about.slug = "dslite-tclass",
    .about.title = "DS-Lite does not carry the traffic class over",
    .about.reference = "RFC 6333 section 7.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a fixed traffic class on the tunnel (Linux: none unless `tclass inherit`), or remarking on the path",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_4IN6),
    RULE_OF_RELATION,
    .triggers = TRIGGER_DSCP_DIFFERS,
    .is_idle = is_tclass_idle,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_tclass,
    .describe = describe_tclass,
    .values = {&value_outer_dscp, &value_inner_dscp},
};
