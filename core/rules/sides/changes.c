/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an encapsulator, or the tunnel, did to the header inside, beside the TTL. */
#include "ipip/ecn.h"
#include "rules/sides/sides.h"

#define BLIND_TO_CHANGE (SIDES_FACT_AMBIGUOUS | SIDES_FACT_HEADER_UNSEEN)

static void check_modified(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->flow->sides.difference == SIDES_DSCP)
        ruling->severity = IPIP_NOTE;
    ruling->confidence = IPIP_LIKELY;
    sides_show_other(c, ruling);
}

static void describe_modified(const struct ipip_rule_input *c, struct ipip_text *text)
{
    static const char *const what[] = {
        [SIDES_DSCP] = "DSCP", [SIDES_RESERVED] = "reserved flag", [SIDES_DF_SET] = "DF", [SIDES_OPTIONS] = "options"};
    const struct sides_match *match = &c->flow->sides;
    char other[SIDES_OTHER_TEXT];
    char dscp[DSCP_TEXT];

    SAY(text->message, "the %s of the inner header changed by encapsulation (before:%s)", what[match->difference],
        sides_other_text(other, c)[0] != '\0' ? other : " see the other frame");
    if (match->difference == SIDES_DSCP) {
        SAY(text->expected, "%s", text_dscp(dscp, match->tos_before >> 2));
        SAY(text->actual, "%s", text_dscp(dscp, match->tos_after >> 2));
    } else {
        SAY(text->expected, "%s as before", what[match->difference]);
        SAY(text->actual, "%s", match->difference == SIDES_DF_SET ? "DF=1, before DF=0" : "another value");
    }
}

const struct rule rule_402 = {
    .about.id = "IPIP402",
    .about.slug = "inner-modified-by-encap",
    .about.title = "inner header changed by encapsulation",
    .about.reference = "RFC 2003 section 3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a mangling rule on the encapsulator (DSCP marking, clearing of options), or a broken one",
    RULE_OF_ENTRY,
    .blind = BLIND_TO_CHANGE,
    .inner = IPIP_FIELD_TCLASS | IPIP_FIELD_FRAGMENT,
    .check = check_modified,
    .describe = describe_modified,
};

static void check_cleared(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    sides_show_other(c, ruling);
}

static void describe_cleared(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "the datagram had DF%s before encapsulation and has none in the tunnel",
        sides_other_text(other, c));
    SAY(text->expected, "inner DF=1");
    SAY(text->actual, "inner DF=0");
}

const struct rule rule_405 = {
    .about.id = "IPIP405",
    .about.slug = "inner-df-cleared",
    .about.title = "inner DF cleared by encapsulation",
    .about.reference = "RFC 6864 section 4.3; RFC 791 section 3.1",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_SIDES,
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an option that clears DF (`clear-dont-fragment-bit`, a route map, a mangling rule)",
    .applies = SIDES_FACT_IN,
    .blind = BLIND_TO_CHANGE,
    .inner = IPIP_FIELD_FRAGMENT,
    .check = check_cleared,
    .describe = describe_cleared,
};

static void check_ecn(const struct ipip_rule_input *c, struct ruling *ruling)
{
    uint8_t before = c->flow->sides.tos_before & 3;
    uint8_t after = c->flow->sides.tos_after & 3;

    ruling->confidence = IPIP_LIKELY;
    sides_show_other(c, ruling);
    /* The encapsulator's own queue may mark before the tunnel. */
    if (before != IPIP_NOT_ECT && after == IPIP_CE && c->policy->inner_side != IPIP_INNER_SIDE_TUNDEV)
        ruling->verdict = IPIP_PASS;
}

static void describe_ecn(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "the ECN field of the inner header changed by encapsulation%s%s",
        sides_other_text(other, c)[0] != '\0' ? ", before it" : "", other);
    SAY(text->expected, "inner %s", ipip_ecn_name((enum ipip_ecn)(c->flow->sides.tos_before & 3)));
    SAY(text->actual, "inner %s", ipip_ecn_name((enum ipip_ecn)(c->flow->sides.tos_after & 3)));
}

const struct rule rule_512 = {
    .about.id = "IPIP512",
    .about.slug = "inner-ecn-changed-by-encap",
    .about.title = "inner ECN changed by encapsulation",
    .about.reference = "RFC 6040 section 4.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a rule that writes the whole TOS octet, or an encapsulator that clears ECN",
    RULE_OF_ENTRY,
    .blind = BLIND_TO_CHANGE,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_ecn,
    .describe = describe_ecn,
};

static void describe_changed(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct sides_match *match = &c->flow->sides;
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "the same tunnel packet, behind a router, has another %s inside; seen before%s",
        match->difference == SIDES_PAYLOAD ? "payload" : "header", sides_other_text(other, c));
    if (match->difference == SIDES_TTL) {
        SAY(text->expected, "inner TTL %u", match->ttl_before);
        SAY(text->actual, "inner TTL %u", match->ttl_after);
    } else if (match->difference == SIDES_HEADER) {
        SAY(text->expected, "octet %u of the inner header 0x%02x", match->changed_at, match->changed_before);
        SAY(text->actual, "0x%02x", match->changed_after);
    } else {
        SAY(text->expected, "the inner payload as before");
        SAY(text->actual, "other octets");
    }
}

const struct rule rule_404 = {
    .about.id = "IPIP404",
    .about.slug = "inner-modified-in-tunnel",
    .about.title = "inner datagram changed inside the tunnel",
    .about.reference = "RFC 2003 section 3",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_SIDES,
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a middlebox that reaches into tunnels, or a damaged packet",
    .applies = SIDES_FACT_AGAIN,
    .blind = BLIND_TO_CHANGE,
    .check = check_cleared,
    .describe = describe_changed,
};
