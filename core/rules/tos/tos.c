/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DSCP of the outer header (the ECN field has rules of its own). */
#include "rules/rule.h"

/* No standard of other kinds has it copied without alternative: that is worth a note where it is not known who makes the packets. */
static void check_dscp_of_others(const struct ipip_profile *profile, struct ruling *ruling, bool is_entry)
{
    bool is_implementation = profile->made_df != 0;

    if (is_implementation || profile->dscp != IPIP_DSCP_COPIED)
        ruling->verdict = IPIP_PASS;
    else if (!is_entry)
        ruling->confidence = IPIP_LIKELY;
}

static void check_dscp(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct ipip_profile *profile = c->tunnel_policy->profile;

    if (input_layer(c)->kind != IPIP_KIND_IPIP) {
        check_dscp_of_others(profile, ruling, ipip_vantage_is_entry(c->tunnel_policy->vantage));
        return;
    }
    if (profile->dscp == IPIP_DSCP_COPIED_OR_FIXED ||
        (profile->dscp == IPIP_DSCP_COPIED_OR_ZERO && ipip_ip_dscp(input_outer(c)) == 0)) {
        ruling->verdict = IPIP_PASS;
        return;
    }
    if (!ipip_vantage_is_entry(c->tunnel_policy->vantage)) {
        ruling->severity = IPIP_NOTE;
        ruling->confidence = IPIP_LIKELY;
    } else if (profile->indicative_is_error) {
        ruling->severity = IPIP_ERROR;
    }
}

/* A TOS that the policy declares is IPIP120's, that of a 6rd domain IPIP733's, and of DS-Lite IPIP784's. */
static bool is_dscp_idle(const struct tunnel_policy *tunnel_policy)
{
    const struct ipip_expectation *x = tunnel_policy->expectation;

    return tunnel_policy->profile->softwire == IPIP_SOFTWIRE_DS_LITE ||
           (x != NULL && (x->tos != IPIP_EXPECT_ANYTHING || x->prefix.bits != 0));
}

static void describe_dscp(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint8_t o = ipip_ip_dscp(input_outer(c));
    uint8_t i = ipip_ip_dscp(input_inner(c));
    char outer[DSCP_TEXT];
    char inner[DSCP_TEXT];

    SAY(text->message, "the outer DSCP (%s) differs from the inner one (%s)", text_dscp_short(outer, o),
        text_dscp_short(inner, i));
    SAY(text->expected, "%s", text_dscp(inner, i));
    SAY(text->actual, "%s", text_dscp(outer, o));
}

const struct rule rule_101 = {
    .about.id = "IPIP101",
    .about.slug = "outer-dscp-copy",
    .about.title = "outer DSCP differs from inner DSCP",
    .about.reference = "RFC 2003 section 3.1; RFC 2983 sections 3 and 4",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a fixed TOS on the tunnel (Linux: none unless `tos inherit`), or remarking on the path",
    .about.kinds = KINDS_OF_PACKETS,
    .is_of_frames = true,
    .variants = {{KIND_OF(6IN4), IPIP_NOTE, "RFC 4213 section 3.5; RFC 2983 sections 3 and 4", true},
                 {KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_NOTE, "RFC 2473 section 6.4; RFC 2983 sections 3 and 4", true},
                 {KIND_OF(GRE_UDP), IPIP_NOTE, "RFC 8086 section 4.2; RFC 2983 sections 3 and 4", true},
                 {KINDS_OF_PACKETS & ~KIND_OF(IPIP), IPIP_NOTE, "RFC 2983 sections 3 and 4", true}},
    RULE_OF_RELATION,
    .triggers = TRIGGER_DSCP_DIFFERS,
    .is_idle = is_dscp_idle,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_dscp,
    .describe = describe_dscp,
    .values = {&value_outer_dscp, &value_inner_dscp},
};

static bool is_octet_idle(const struct tunnel_policy *tunnel_policy)
{
    return !tunnel_policy->profile->whole_tos_octet || is_dscp_idle(tunnel_policy);
}

static void describe_octet(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the outer TOS octet is not a copy of the inner one");
    SAY(text->expected, "TOS 0x%02x", input_inner(c)->tclass);
    SAY(text->actual, "TOS 0x%02x", input_outer(c)->tclass);
}

const struct rule rule_102 = {
    .about.id = "IPIP102",
    .about.slug = "outer-tos-byte-copy",
    .about.title = "the TOS octet is not copied whole",
    .about.reference = "RFC 2003 section 3.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a fixed TOS on the tunnel (allowed by RFC 2983)",
    RULE_OF_RELATION,
    .triggers = TRIGGER_DSCP_DIFFERS,
    .is_idle = is_octet_idle,
    .needs_entry = true,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .describe = describe_octet,
    .values = {&value_outer_tos, &value_inner_tos},
};
