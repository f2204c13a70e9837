/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a decapsulator did to the header inside, beside the TTL and ECN. */
#include "rules/sides/sides.h"

static void check_dscp(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct sides_match *match = &c->flow->sides;

    sides_show_other(c, ruling);
    ruling->confidence = IPIP_LIKELY;
    if (match->tos_after >> 2 == match->outer_tos >> 2 || sides_is_allowed(c->tunnel_policy, IPIP_ALLOW_DSCP))
        ruling->verdict = IPIP_PASS;
}

static void describe_dscp(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct sides_match *match = &c->flow->sides;
    char other[SIDES_OTHER_TEXT], inner[DSCP_TEXT], outer[DSCP_TEXT], after[DSCP_TEXT];

    SAY(text->message, "DSCP is neither that of the inner header nor that of the outer one, in the tunnel%s",
        sides_other_text(other, c));
    SAY(text->expected, "%s or %s", text_dscp(inner, match->tos_before >> 2), text_dscp(outer, match->outer_tos >> 2));
    SAY(text->actual, "%s", text_dscp(after, match->tos_after >> 2));
}

const struct rule rule_511 = {
    .about.id = "IPIP511",
    .about.slug = "dscp-model",
    .about.title = "DSCP behind the exit of neither model",
    .about.reference = "RFC 2983 sections 3 and 5.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a router that marks behind the tunnel",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    RULE_OF_EXIT,
    .blind = BLIND_TO_OUTER,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_dscp,
    .describe = describe_dscp,
};

static void check_modified(const struct ipip_rule_input *c, struct ruling *ruling)
{
    sides_show_other(c, ruling);
    ruling->confidence = IPIP_LIKELY;
    ruling->inner = sides_difference_of(&c->flow->sides).field;
    if (c->flow->sides.difference == SIDES_DF_CLEARED && sides_is_allowed(c->tunnel_policy, IPIP_ALLOW_DF_CLEAR))
        ruling->verdict = IPIP_PASS;
}

static void describe_modified(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct sides_match *match = &c->flow->sides;
    const char *name = sides_difference_of(match).name;
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "inner %s changed by decapsulation%s%s", name,
        sides_other_text(other, c)[0] != '\0' ? ", seen in the tunnel" : "", other);
    if (match->difference == SIDES_DF_SET || match->difference == SIDES_DF_CLEARED) {
        SAY(text->expected, "DF=%d", match->difference == SIDES_DF_CLEARED);
        SAY(text->actual, "DF=%d", match->difference == SIDES_DF_SET);
    } else {
        SAY(text->expected, "%s as in the tunnel", name);
        SAY(text->actual, "another value");
    }
}

const struct rule rule_408 = {
    .about.id = "IPIP408",
    .about.slug = "decap-modified",
    .about.title = "inner header changed by decapsulation",
    .about.reference = "RFC 2003 section 3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a mangling rule behind the tunnel's end, or a broken decapsulator",
    .about.kinds = KINDS_WITH_IPV4_INSIDE | KINDS_OF_MINIMAL,
    RULE_OF_SIDES,
    .applies = SIDES_FACT_OUT,
    .excludes = SIDES_FACT_IPV6,
    .variants = {{KIND_OF(4IN6), IPIP_ERROR, "RFC 2473 section 3.3", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES, IPIP_ERROR, "RFC 2784 section 2", false},
                 {KINDS_OF_UDP, IPIP_ERROR, "RFC 791 section 3.2", false},
                 {KINDS_OF_MINIMAL, IPIP_ERROR, "RFC 2004 section 3", false}},
    .blind = BLIND_TO_EXIT,
    .inner = IPIP_FIELD_FLAGS | IPIP_FIELD_OPTIONS,
    .check = check_modified,
    .describe = describe_modified,
};
