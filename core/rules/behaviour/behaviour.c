/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Habits of an encapsulator that only many packets show. */
#include "rules/rule.h"

static bool is_inherit_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->ttl == IPIP_TTL_FIXED_OR_INHERITED ||
           (tunnel_policy->expectation != NULL && tunnel_policy->expectation->ttl == IPIP_EXPECT_INHERIT);
}

static void check_inherit(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    if (c->tunnel_policy->profile->indicative_is_error)
        ruling->severity = IPIP_WARNING;
}

static void describe_inherit(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const char *outer = text_word(input_outer(c), WORD_TTL);
    const char *inner = text_word(input_inner(c), WORD_TTL);

    SAY(text->message,
        "the outer %s is inherited: packets with a low %s expire inside the tunnel, and their senders "
        "get no ICMP error",
        outer, inner);
    SAY(text->expected, "an outer %s that reaches the exit", outer);
    if (c->flow->tunnel->stats.ttl.hops[0] == 0)
        SAY(text->actual, "the inner %s", inner);
    else
        SAY(text->actual, "the inner %s less %u", inner, c->flow->tunnel->stats.ttl.hops[0]);
}

const struct rule rule_107 = {
    .about.id = "IPIP107",
    .about.slug = "outer-ttl-inherit",
    .about.is_habit = true,
    .about.title = "outer TTL inherited from inner TTL",
    .about.reference = "RFC 2003 sections 3.1 and 4.4",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a tunnel without `ttl N` on Linux, or with TTL propagation elsewhere",
    .about.kinds = KINDS_OF_PACKETS,
    .is_of_frames = true,
    .variants = {{KIND_OF(6IN4), IPIP_NOTE, "RFC 4213 section 3.3", false},
                 {KINDS_OF_PACKETS & ~KIND_OF(IPIP), IPIP_NOTE, "RFC 2473 section 6.3", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = BLIND_TO_DATAGRAM | FACT_FEW,
    .report = REPORT_HABIT,
    .is_idle = is_inherit_idle,
    .outer = IPIP_FIELD_TTL,
    .inner = IPIP_FIELD_TTL,
    .check = check_inherit,
    .describe = describe_inherit,
};

static void check_likely(const struct ipip_rule_input *c, struct ruling *ruling)
{
    (void)c;
    ruling->confidence = IPIP_LIKELY;
}

static void describe_never_ecn(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message,
        "%u packets with inner ECT or CE, all with outer Not-ECT: the tunnel stays in compatibility mode",
        c->flow->tunnel->stats.ect_packets);
    SAY(text->expected, "ECT or CE on some outer header");
    SAY(text->actual, "Not-ECT on all");
}

static bool is_never_ecn_idle(const struct tunnel_policy *tunnel_policy)
{
    /* Compatibility mode by design. */
    return (tunnel_policy->profile->ecn_modes & ~tunnel_policy->profile->ecn_noted_modes &
            1U << IPIP_ECN_COMPATIBILITY) != 0;
}

const struct rule rule_507 = {
    .about.id = "IPIP507",
    .about.slug = "ecn-permanently-compat",
    .about.is_habit = true,
    .about.title = "the encapsulator never propagates ECN",
    .about.reference = "RFC 6040 section 4.3",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause =
        "an encapsulator in compatibility mode (VPP's default), or a router that clears ECN on the path",
    .about.kinds = KINDS_RELATED,
    .variants = {{KINDS_OF_FRAMES, IPIP_NOTE, "RFC 9599; RFC 9601 section 3", false},
                 {KINDS_OF_GRE | KINDS_OF_UDP, IPIP_NOTE, "RFC 9601 section 3; RFC 6040 section 4.3", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_INNER_ECT,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_ECT_FEW,
    .report = REPORT_HABIT,
    .is_idle = is_never_ecn_idle,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_likely,
    .describe = describe_never_ecn,
};

static void describe_dscps(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_ipsec = (c->facts.context & (FACT_SHIM | FACT_ASSOCIATION)) != 0;
    unsigned count = 0;

    for (uint64_t bits = c->flow->tunnel->stats.dscps; bits != 0; bits &= bits - 1)
        count++;
    SAY(text->message, "%u DSCPs share a tunnel with %s, which drops packets that are reordered too far", count,
        is_ipsec ? input_layer(c)->kind == IPIP_KIND_ESP ? "ESP anti-replay" : "AH anti-replay"
                 : "GRE sequence numbers");
    SAY(text->expected,
        is_ipsec ? "one DSCP, or one security association per DSCP" : "one DSCP, or no sequence numbers");
    SAY(text->actual, "%u DSCPs", count);
}

const struct rule rule_514 = {
    .about.id = "IPIP514",
    .about.slug = "dscp-reorder-risk",
    .about.title = "several DSCPs in a tunnel that is sensitive to reordering",
    .about.reference = "RFC 2983 section 4.1; RFC 4301 section 4.1",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause =
        "inner DSCPs copied to the outer headers of one IPsec security association, or of GRE with sequence numbers",
    .about.kinds = KIND_OF(IPIP) | KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP | KIND_OF(ESP),
    .variants = {{KIND_OF(ESP), IPIP_NOTE, "RFC 2983 section 4.1; RFC 4301 section 4.1", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP, IPIP_NOTE,
                  "RFC 2983 section 4.1; RFC 2890 section 2.2", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .needs = FACTS_OF_SEQUENCE,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .outside = KIND_OF(ESP),
    .blind = BLIND_TO_DATAGRAM,
    .report = REPORT_HABIT,
    .outer = IPIP_FIELD_TCLASS,
    .describe = describe_dscps,
};
