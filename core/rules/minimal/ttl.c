/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TTL of what minimal encapsulation folds: the outer header keeps it, so that routers in the tunnel count it down, too. */
#include "rules/sides/sides.h"

/* What forwarding takes before the encapsulation: nothing behind the tunnel device. */
static int most_of(const struct ipip_rule_input *c)
{
    const struct ipip_expectation *expectation = c->tunnel_policy->expectation;

    if (c->policy->inner_side == IPIP_INNER_SIDE_TUNDEV)
        return 0;
    return expectation != NULL && expectation->encap_hops > 0 ? expectation->encap_hops : 1;
}

static void check_ttl(const struct ipip_rule_input *c, struct ruling *ruling)
{
    int step = c->flow->sides.step;

    sides_show_other(c, ruling);
    ruling->confidence = IPIP_LIKELY;
    if (step >= 0 && step <= most_of(c))
        ruling->verdict = IPIP_PASS;
    else if (step > 0 && !ipip_vantage_is_entry(c->tunnel_policy->vantage))
        ruling->verdict = IPIP_UNKNOWN;
}

static void describe_ttl(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct sides_match *match = &c->flow->sides;
    int most = most_of(c) < match->ttl_before ? most_of(c) : match->ttl_before;
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "TTL changed by minimal encapsulation: %u before%s, %u in the tunnel", match->ttl_before,
        sides_other_text(other, c), match->ttl_after);
    if (most > 0)
        SAY(text->expected, "TTL %d to %u", match->ttl_before - most, match->ttl_before);
    else
        SAY(text->expected, "TTL %u", match->ttl_before);
    SAY(text->actual, "TTL %u", match->ttl_after);
}

const struct rule rule_827 = {
    .about.id = "IPIP827",
    .about.slug = "min-ttl",
    .about.title = "TTL changed by minimal encapsulation",
    .about.reference = "RFC 2004 section 3",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_SIDES,
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that writes a TTL of its own, as for IPv4 in IPv4",
    .about.kinds = KINDS_OF_MINIMAL,
    .applies = SIDES_FACT_IN,
    .blind = SIDES_FACT_AMBIGUOUS | SIDES_FACT_ROUTERS,
    .outer = IPIP_FIELD_TTL,
    .check = check_ttl,
    .describe = describe_ttl,
};
