/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pair of ECN fields in a tunnel packet: which encapsulator and which path can have made it. */
#include "rules/rule.h"

/* Of ESP where it is in clear, as declared. */

/* RFC 6040 holds for GRE and what is like it since RFC 9601. */
#define ECN_VARIANTS(usual)                                                                                      \
    .variants = {{KIND_OF(6IN4) | KIND_OF(4IN6) | KIND_OF(6IN6), usual, "RFC 6040 sections 4.1 and 4.2", false}, \
                 {KIND_OF(ESP), usual, "RFC 4301 section 5.1.2; RFC 6040 sections 4.1 and 4.2", false},          \
                 {KINDS_OF_FRAMES, IPIP_NOTE, "RFC 9599; RFC 9601 section 3", false},                            \
                 {KINDS_OF_GRE | KINDS_OF_UDP, usual, "RFC 9601 section 3; RFC 6040 sections 4.1 and 4.2", false}}

static enum ipip_ecn outer_ecn(const struct ipip_rule_input *c)
{
    return (enum ipip_ecn)ipip_ip_ecn(input_outer(c));
}

static enum ipip_ecn inner_ecn(const struct ipip_rule_input *c)
{
    return (enum ipip_ecn)ipip_ip_ecn(input_inner(c));
}

static bool is_gre_over_ipv6(const struct ipip_rule_input *c)
{
    return input_is_ipv6(c) && c->shims != NULL && tunnel_shims_have(c->shims, IPIP_SHIM_GRE);
}

/* What the profile accepts: of GRE over IPv6, in UDP or not, its makers may do something else. */
static unsigned accepted_modes(const struct ipip_rule_input *c)
{
    const struct ipip_profile *profile = c->tunnel_policy->profile;

    return is_gre_over_ipv6(c) && profile->ecn_modes_gre6 != 0 ? profile->ecn_modes_gre6 : profile->ecn_modes;
}

/* To the tunnel a frame is what passes a link, which has nothing to require of it (RFC 9599). */
static void soften(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (ruling->verdict == IPIP_FAIL && (input_kind(c) & KINDS_OF_FRAMES) != 0)
        ruling->severity = IPIP_NOTE;
}

/* The modes among `modes` that make the outer field of the case from its inner one. */
static unsigned modes_that_fit(const struct ipip_rule_input *c, unsigned modes)
{
    unsigned fitting = 0;

    for (unsigned mode = 0; mode < IPIP_ECN_ENCAP_COUNT; mode++) {
        if ((modes & 1U << mode) != 0 && ipip_ecn_encap((enum ipip_ecn_encap)mode, inner_ecn(c)) == outer_ecn(c))
            fitting |= 1U << mode;
    }
    return fitting;
}

/* Whether a router on the path may have set CE on what one of `modes` made. */
static bool may_be_marked(const struct ipip_rule_input *c, unsigned modes)
{
    if (outer_ecn(c) != IPIP_CE || ipip_vantage_is_entry(c->tunnel_policy->vantage))
        return false;
    for (unsigned mode = 0; mode < IPIP_ECN_ENCAP_COUNT; mode++) {
        enum ipip_ecn made = ipip_ecn_encap((enum ipip_ecn_encap)mode, inner_ecn(c));

        if ((modes & 1U << mode) != 0 && (made == IPIP_ECT0 || made == IPIP_ECT1))
            return true;
    }
    return false;
}

/* Cells that have rules of their own, in place of IPIP501. */
static bool has_own_rule(const struct ipip_rule_input *c)
{
    enum ipip_ecn in = inner_ecn(c);
    enum ipip_ecn out = outer_ecn(c);

    return (in == IPIP_NOT_ECT && out != IPIP_NOT_ECT) || (in == IPIP_ECT1 && out == IPIP_ECT0) ||
           (in == IPIP_ECT0 && out == IPIP_ECT1) || (in == IPIP_CE && out == IPIP_ECT1);
}

static void check_mode(const struct ipip_rule_input *c, struct ruling *ruling)
{
    unsigned modes = accepted_modes(c);
    unsigned noted = c->tunnel_policy->profile->ecn_noted_modes;
    unsigned fitting = modes_that_fit(c, modes);

    ruling->is_of_tunnel = false;
    if (has_own_rule(c)) {
        ruling->verdict = IPIP_NOT_APPLICABLE;
    } else if (fitting != 0) {
        /* CE reset to ECT(0) is IPIP503's. */
        if ((fitting & ~noted) != 0 || outer_ecn(c) != IPIP_NOT_ECT) {
            ruling->verdict = IPIP_PASS;
        } else {
            ruling->severity = IPIP_NOTE;
            ruling->is_of_tunnel = true;
        }
    } else if (may_be_marked(c, modes)) {
        ruling->verdict = IPIP_PASS;
    } else {
        ruling->severity = ipip_vantage_is_entry(c->tunnel_policy->vantage) ? IPIP_ERROR : IPIP_WARNING;
    }
    soften(c, ruling);
}

static void describe_mode(const struct ipip_rule_input *c, struct ipip_text *text)
{
    unsigned modes = accepted_modes(c);

    if (modes_that_fit(c, modes) != 0)
        SAY(text->message, "the tunnel hides ECN: inner %s, outer Not-ECT, as in compatibility mode",
            ipip_ecn_name(inner_ecn(c)));
    else if (outer_ecn(c) == IPIP_NOT_ECT)
        SAY(text->message, "the outer ECN field was cleared: inner %s, outer Not-ECT", ipip_ecn_name(inner_ecn(c)));
    else
        SAY(text->message, "no encapsulator of profile %s makes outer %s from inner %s",
            c->tunnel_policy->profile->name, ipip_ecn_name(outer_ecn(c)), ipip_ecn_name(inner_ecn(c)));
    for (unsigned mode = 0; mode < IPIP_ECN_ENCAP_COUNT; mode++) {
        if ((modes & 1U << mode) != 0) {
            SAY(text->expected, "outer %s", ipip_ecn_name(ipip_ecn_encap((enum ipip_ecn_encap)mode, inner_ecn(c))));
            break;
        }
    }
    SAY(text->actual, "outer %s", ipip_ecn_name(outer_ecn(c)));
}

const struct rule rule_501 = {
    .about.id = "IPIP501",
    .about.slug = "encap-ecn-mode",
    .about.title = "outer ECN matches no accepted encapsulation mode",
    .about.reference = "RFC 6040 section 4.1; RFC 3168 section 9.1.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "compatibility mode, a device that clears ECN, or marking at the encapsulator's own queue",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    ECN_VARIANTS(IPIP_ERROR),
    RULE_OF_RELATION,
    .triggers = TRIGGER_ECN_DIFFERS | TRIGGER_ECN_BOTH_CE,
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_mode,
    .describe = describe_mode,
    .values = {&value_outer_ecn, &value_inner_ecn},
};

static void describe_cell(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->expected, "outer %s", ipip_ecn_name(inner_ecn(c)));
    SAY(text->actual, "outer %s, inner %s", ipip_ecn_name(outer_ecn(c)), ipip_ecn_name(inner_ecn(c)));
}

static void check_not_ect(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (inner_ecn(c) != IPIP_NOT_ECT || outer_ecn(c) == IPIP_NOT_ECT)
        ruling->verdict = IPIP_PASS;
}

static void describe_not_ect(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "outer %s over inner Not-ECT: the inner transport does not use ECN%s",
        ipip_ecn_name(outer_ecn(c)), outer_ecn(c) == IPIP_CE ? "; the decapsulator must drop this packet" : "");
    describe_cell(c, text);
}

const struct rule rule_502 = {
    .about.id = "IPIP502",
    .about.slug = "ecn-on-not-ect",
    .about.title = "outer ECT or CE over inner Not-ECT",
    .about.reference = "RFC 6040 section 4.2; RFC 3168 section 9.1.2",
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "a device that writes the whole TOS octet, such as a remarking router or a fixed TOS with the low "
        "bits set",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    ECN_VARIANTS(IPIP_WARNING),
    RULE_OF_RELATION,
    .triggers = TRIGGER_ECN_DIFFERS,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_not_ect,
    .describe = describe_not_ect,
    .values = {&value_outer_ecn, &value_inner_ecn},
};

static void check_reset(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct ipip_profile *profile = c->tunnel_policy->profile;
    bool is_expected = (accepted_modes(c) & ~profile->ecn_noted_modes & 1U << IPIP_ECN_RFC3168_FULL) != 0;

    if (is_expected || inner_ecn(c) != IPIP_CE || outer_ecn(c) != IPIP_ECT0)
        ruling->verdict = IPIP_PASS;
}

static void describe_reset(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the encapsulator resets CE to ECT(0), as in RFC 3168 full functionality");
    describe_cell(c, text);
}

const struct rule rule_503 = {
    .about.id = "IPIP503",
    .about.slug = "ce-reset",
    .about.title = "inner CE, outer ECT(0)",
    .about.reference = "RFC 6040 section 5.3.1; RFC 3168 section 9.1.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "Linux, or BSD gif with link1",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    ECN_VARIANTS(IPIP_NOTE),
    RULE_OF_RELATION,
    .triggers = TRIGGER_ECN_DIFFERS,
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_reset,
    .describe = describe_reset,
    .values = {&value_outer_ecn, &value_inner_ecn},
};

static void check_ect1_ect0(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (inner_ecn(c) != IPIP_ECT1 || outer_ecn(c) != IPIP_ECT0)
        ruling->verdict = IPIP_PASS;
}

static void describe_unused(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "outer %s over inner %s, which no standard encapsulation makes", ipip_ecn_name(outer_ecn(c)),
        ipip_ecn_name(inner_ecn(c)));
    describe_cell(c, text);
}

const struct rule rule_504 = {
    .about.id = "IPIP504",
    .about.slug = "ecn-cu-ect1-ect0",
    .about.title = "inner ECT(1), outer ECT(0)",
    .about.reference = "RFC 6040 section 4.2",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a device that rewrites the TOS octet",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    ECN_VARIANTS(IPIP_NOTE),
    RULE_OF_RELATION,
    .triggers = TRIGGER_ECN_DIFFERS,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_ect1_ect0,
    .describe = describe_unused,
    .values = {&value_outer_ecn, &value_inner_ecn},
};

static void check_ce_ect1(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (inner_ecn(c) != IPIP_CE || outer_ecn(c) != IPIP_ECT1)
        ruling->verdict = IPIP_PASS;
}

const struct rule rule_505 = {
    .about.id = "IPIP505",
    .about.slug = "ecn-cu-ce-ect1",
    .about.title = "inner CE, outer ECT(1)",
    .about.reference = "RFC 6040 section 4.2",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a device that rewrites the TOS octet",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    ECN_VARIANTS(IPIP_WARNING),
    RULE_OF_RELATION,
    .triggers = TRIGGER_ECN_DIFFERS,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_ce_ect1,
    .describe = describe_unused,
    .values = {&value_outer_ecn, &value_inner_ecn},
};

static void check_ect0_ect1(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (inner_ecn(c) != IPIP_ECT0 || outer_ecn(c) != IPIP_ECT1)
        ruling->verdict = IPIP_PASS;
}

const struct rule rule_506 = {
    .about.id = "IPIP506",
    .about.slug = "ecn-ect0-ect1",
    .about.title = "inner ECT(0), outer ECT(1)",
    .about.reference = "RFC 6040 sections 4.2 and 5.3.2",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an experiment with two levels of marking, or a device that rewrites the TOS octet",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    ECN_VARIANTS(IPIP_NOTE),
    RULE_OF_RELATION,
    .triggers = TRIGGER_ECN_DIFFERS,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_ect0_ect1,
    .describe = describe_unused,
    .values = {&value_outer_ecn, &value_inner_ecn},
};
