/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a decapsulator makes of two ECN fields (RFC 6040 section 4.2). */
#include "ipip/ecn.h"
#include "rules/sides/sides.h"

static enum ipip_ecn ecn_before(const struct ipip_rule_input *c)
{
    return (enum ipip_ecn)(c->flow->sides.tos_before & 3);
}

static enum ipip_ecn ecn_outer(const struct ipip_rule_input *c)
{
    return (enum ipip_ecn)(c->flow->sides.outer_tos & 3);
}

static enum ipip_ecn ecn_after(const struct ipip_rule_input *c)
{
    return (enum ipip_ecn)(c->flow->sides.tos_after & 3);
}

/* A decapsulator of the profile makes this of the two. */
static bool is_made(const struct ipip_rule_input *c)
{
    for (unsigned mode = 0; mode < IPIP_ECN_DECAP_COUNT; mode++) {
        if ((c->tunnel_policy->profile->ecn_decap_modes >> mode & 1) != 0 &&
            ipip_ecn_decap((enum ipip_ecn_decap)mode, ecn_before(c), ecn_outer(c)) == ecn_after(c))
            return true;
    }
    return false;
}

/* A queue behind the tunnel's end may have marked it. */
static bool may_be_queue(const struct ipip_rule_input *c)
{
    return c->policy->inner_side != IPIP_INNER_SIDE_TUNDEV && ecn_before(c) != IPIP_NOT_ECT && ecn_after(c) == IPIP_CE;
}

static bool is_lost_mark(const struct ipip_rule_input *c)
{
    return ecn_outer(c) == IPIP_CE && (ecn_before(c) == IPIP_ECT0 || ecn_before(c) == IPIP_ECT1) &&
           ecn_after(c) != IPIP_CE;
}

static bool is_to_be_dropped(const struct ipip_rule_input *c)
{
    return ecn_outer(c) == IPIP_CE && ecn_before(c) == IPIP_NOT_ECT;
}

static void check_ecn(const struct ipip_rule_input *c, struct ruling *ruling)
{
    sides_show_other(c, ruling);
    ruling->confidence = IPIP_LIKELY;
    if ((c->tunnel_policy->profile->ecn_decap_modes >> IPIP_ECN_DECAP_RFC6040 & 1) == 0)
        ruling->severity = IPIP_WARNING;
    if (is_lost_mark(c) || is_to_be_dropped(c) || is_made(c) || may_be_queue(c))
        ruling->verdict = IPIP_PASS;
}

/* What the first mode of the profile makes of it. */
static enum ipip_ecn expected_ecn(const struct ipip_rule_input *c)
{
    unsigned modes = c->tunnel_policy->profile->ecn_decap_modes;

    return ipip_ecn_decap((enum ipip_ecn_decap)__builtin_ctz(modes), ecn_before(c), ecn_outer(c));
}

static void say_ecn(const struct ipip_rule_input *c, struct ipip_text *text, const char *what)
{
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "%s: inner %s, outer %s in the tunnel%s", what, ipip_ecn_name(ecn_before(c)),
        ipip_ecn_name(ecn_outer(c)), sides_other_text(other, c));
    SAY(text->expected, "%s", ipip_ecn_name(expected_ecn(c)));
    SAY(text->actual, "%s outside the tunnel", ipip_ecn_name(ecn_after(c)));
}

static void describe_ecn(const struct ipip_rule_input *c, struct ipip_text *text)
{
    say_ecn(c, text, "ECN wrong after decapsulation");
}

#define ECN_VARIANTS                                                         \
    .variants = {{KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP, IPIP_ERROR, \
                  "RFC 9601 section 3; RFC 6040 section 4.2", false}}

const struct rule rule_508 = {
    .about.id = "IPIP508",
    .about.slug = "decap-ecn",
    .about.title = "ECN field wrong after decapsulation",
    .about.reference = "RFC 6040 section 4.2; RFC 3168 section 9.1.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a decapsulator that writes the outer TOS octet over the inner one, or an old one",
    .about.kinds = KINDS_WITH_SIDES,
    RULE_OF_EXIT,
    ECN_VARIANTS,
    .blind = BLIND_TO_OUTER,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_ecn,
    .describe = describe_ecn,
};

static void check_lost_mark(const struct ipip_rule_input *c, struct ruling *ruling)
{
    sides_show_other(c, ruling);
    ruling->confidence = IPIP_LIKELY;
    if (!is_lost_mark(c) || is_made(c))
        ruling->verdict = IPIP_PASS;
}

static void describe_lost_mark(const struct ipip_rule_input *c, struct ipip_text *text)
{
    say_ecn(c, text, "a congestion mark of the tunnel's path was lost at the exit");
}

const struct rule rule_509 = {
    .about.id = "IPIP509",
    .about.slug = "ce-lost",
    .about.title = "congestion mark lost at the exit",
    .about.reference = "RFC 6040 section 4.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a simple tunnel exit that ignores the outer ECN field (RFC 2003 alone)",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    RULE_OF_EXIT,
    ECN_VARIANTS,
    .blind = BLIND_TO_OUTER,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_lost_mark,
    .describe = describe_lost_mark,
};

static void check_delivered(const struct ipip_rule_input *c, struct ruling *ruling)
{
    sides_show_other(c, ruling);
    ruling->confidence = IPIP_LIKELY;
    if (!is_to_be_dropped(c))
        ruling->verdict = IPIP_PASS;
    else if (is_made(c))
        ruling->severity = IPIP_NOTE;
}

static void describe_delivered(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "inner Not-ECT with outer CE was let out of the tunnel%s", sides_other_text(other, c));
    SAY(text->expected, "dropped");
    SAY(text->actual, "%s outside the tunnel", ipip_ecn_name(ecn_after(c)));
}

const struct rule rule_510 = {
    .about.id = "IPIP510",
    .about.slug = "ce-not-ect-delivered",
    .about.title = "Not-ECT with outer CE let out",
    .about.reference = "RFC 6040 section 4.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a decapsulator older than RFC 6040, or one without ECN",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    RULE_OF_EXIT,
    ECN_VARIANTS,
    .blind = BLIND_TO_OUTER,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_delivered,
    .describe = describe_delivered,
};
