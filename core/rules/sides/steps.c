/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TTL across the ends of a tunnel: forwarding takes one, encapsulation and decapsulation nothing (RFC 2003 section 3.1). */
#include "rules/sides/sides.h"

/* What a datagram's TTL may have lost: the one or the other. */
struct steps {
    int min, max;
};

/*
 * `hops` from the LAN, nothing on the tunnel device, and either where it is not known which was captured, or where frames are tunnelled: a
 * bridge takes nothing.
 */
static struct steps steps_of(const struct ipip_rule_input *c, int hops)
{
    switch (c->policy->inner_side) {
    case IPIP_INNER_SIDE_LAN:
        return (struct steps){(input_kind(c) & KINDS_OF_FRAMES) != 0 ? 0 : hops, hops};
    case IPIP_INNER_SIDE_TUNDEV:
        return (struct steps){0, 0};
    default:
        return (struct steps){0, hops};
    }
}

static struct steps of_entry(const struct ipip_rule_input *c)
{
    const struct sides_match *match = &c->flow->sides;
    const struct ipip_expectation *expectation = c->tunnel_policy->expectation;
    struct steps steps = steps_of(c, expectation != NULL && expectation->encap_hops > 0 ? expectation->encap_hops : 1);

    if (match->is_own || match->is_many || tunnel_policy_is_source_unowned(c->tunnel_policy))
        steps.min = 0;
    return steps;
}

static struct steps of_exit(const struct ipip_rule_input *c)
{
    return steps_of(c, 1);
}

static bool is_right(struct steps steps, int step)
{
    return step == steps.min || step == steps.max;
}

static void check_step(const struct ipip_rule_input *c, struct ruling *ruling, struct steps steps)
{
    int step = c->flow->sides.step;
    bool is_mixed = c->policy->inner_side == IPIP_INNER_SIDE_UNKNOWN && (c->facts.context & SIDES_FACT_MIXED) != 0;

    sides_show_other(c, ruling);
    ruling->confidence = IPIP_LIKELY;
    if (is_right(steps, step)) {
        ruling->severity = IPIP_WARNING;
        if (!is_mixed)
            ruling->verdict = IPIP_PASS;
    }
}

static void describe_step(const struct ipip_rule_input *c, struct ipip_text *text, struct steps steps, const char *what)
{
    const struct sides_match *match = &c->flow->sides;
    const char *word = sides_ttl_word(c);
    bool is_mixed = is_right(steps, match->step);
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "inner %s wrong after %s: %u before%s, %u after%s", word, what, match->ttl_before,
        sides_other_text(other, c), match->ttl_after, is_mixed ? "; the same inner flow also shows another step" : "");
    if (is_mixed)
        SAY(text->expected, "the same step for all packets of a flow");
    else if (steps.min != steps.max)
        SAY(text->expected, "%s %d or %d", word, match->ttl_before - steps.min, match->ttl_before - steps.max);
    else
        SAY(text->expected, "%s %d", word, match->ttl_before - steps.min);
    SAY(text->actual, "%s %u", word, match->ttl_after);
}

static void check_entry(const struct ipip_rule_input *c, struct ruling *ruling)
{
    check_step(c, ruling, of_entry(c));
}

static void describe_entry(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe_step(c, text, of_entry(c), "encapsulation");
}

const struct rule rule_401 = {
    .about.id = "IPIP401",
    .about.slug = "encap-ttl-step",
    .about.title = "inner TTL wrong after encapsulation",
    .about.reference = "RFC 2003 section 3.1; RFC 1812 section 5.3.1",
    .about.severity = IPIP_ERROR,
    SIDES_REFERENCES(IPIP_ERROR, "RFC 4213 section 3.3; RFC 8200 section 3", "RFC 2473 section 3.1",
                     "RFC 1812 section 5.3.1; RFC 8200 section 3", "RFC 1812 section 5.3.1; RFC 8200 section 3"),
    .about.usual_cause = "an encapsulator that does not decrement the TTL when it forwards, or decrements it twice",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    RULE_OF_ENTRY,
    .blind = SIDES_FACT_AMBIGUOUS | SIDES_FACT_ROUTERS,
    .inner = IPIP_FIELD_TTL,
    .check = check_entry,
    .describe = describe_entry,
};

static void check_exit(const struct ipip_rule_input *c, struct ruling *ruling)
{
    check_step(c, ruling, of_exit(c));
}

static void describe_exit(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe_step(c, text, of_exit(c), "decapsulation");
}

const struct rule rule_406 = {
    .about.id = "IPIP406",
    .about.slug = "decap-ttl-step",
    .about.title = "inner TTL wrong after decapsulation",
    .about.reference = "RFC 2003 section 3.1",
    .about.severity = IPIP_ERROR,
    SIDES_REFERENCES(IPIP_ERROR, "RFC 4213 section 3.6", "RFC 2473 section 3.3",
                     "RFC 2784 section 3.1; RFC 8200 section 3", "RFC 1812 section 5.3.1; RFC 8200 section 3"),
    .about.usual_cause = "a decapsulator that decrements the TTL for the decapsulation itself, or copies the outer TTL",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    RULE_OF_EXIT,
    .blind = SIDES_FACT_AMBIGUOUS | SIDES_FACT_ROUTERS,
    .inner = IPIP_FIELD_TTL,
    .check = check_exit,
    .describe = describe_exit,
};

/* A router delivers it to itself (RFC 1812 section 4.2.2.9): on its tunnel device that shows, with the TTL that it has inside. */
static bool may_be_delivery(const struct ipip_rule_input *c)
{
    return c->policy->inner_side == IPIP_INNER_SIDE_TUNDEV ||
           (c->policy->inner_side == IPIP_INNER_SIDE_UNKNOWN && c->flow->sides.ttl_after == 0);
}

static void check_zero(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (may_be_delivery(c))
        ruling->severity = IPIP_WARNING;
    ruling->confidence = IPIP_LIKELY;
    sides_show_other(c, ruling);
}

static void describe_zero(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "a datagram with inner %s 0 came out of the tunnel%s", sides_ttl_word(c),
        sides_other_text(other, c));
    SAY(text->expected, "discarded by the decapsulator");
    SAY(text->actual, "%s %u outside the tunnel", sides_ttl_word(c), c->flow->sides.ttl_after);
}

const struct rule rule_407 = {
    .about.id = "IPIP407",
    .about.slug = "ttl0-delivered",
    .about.title = "datagram with inner TTL 0 delivered",
    .about.reference = "RFC 2003 section 3.1",
    .about.severity = IPIP_ERROR,
    SIDES_REFERENCES(IPIP_ERROR, "RFC 8200 section 3", "RFC 1812 section 5.3.1; RFC 8200 section 3",
                     "RFC 1812 section 5.3.1; RFC 8200 section 3", "RFC 1812 section 5.3.1; RFC 8200 section 3"),
    .about.usual_cause = "a decapsulator that hands the inner datagram on without checking its TTL",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    RULE_OF_EXIT,
    .blind = SIDES_FACT_AMBIGUOUS,
    .inner = IPIP_FIELD_TTL,
    .check = check_zero,
    .describe = describe_zero,
};
