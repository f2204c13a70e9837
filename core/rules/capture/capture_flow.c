/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the capture hides or adds, seen over several packets: diagnostics, never faults of the traffic. */
#include "rules/rule.h"

static void check_twice(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->other = c->flow->copy;
    if (c->policy->has_both_ends)
        ruling->verdict = IPIP_PASS;
}

static void describe_twice(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message,
        "the same packet was captured twice: rules on single packets report each copy, those that compare packets count one");
    SAY(text->expected, "each packet once");
    SAY(text->actual, "twice");
}

const struct rule rule_905 = {
    .about.id = "IPIP905",
    .about.slug = "same-packet-twice",
    .about.title = "the same packet captured twice",
    .about.reference = "capture diagnostics",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a capture on several interfaces or on `any`, or a mirror port that sends both directions",
    .about.kinds = KINDS_OF_TWO_HEADERS | KINDS_OF_MINIMAL,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .outside = KIND_OF(ESP),
    .blind = FACT_INNER_CUT | FACT_PAYLOAD_CUT | FACT_SHIM_CUT,
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_ID,
    .check = check_twice,
    .describe = describe_twice,
};

static bool is_vantage_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->vantage != IPIP_VANTAGE_UNKNOWN || tunnel_policy->is_vantage_doubted;
}

/* One direction alone may have an unusual TTL; of two that fit each other that is not likely. */
struct guess {
    bool is_entry, is_exit;
    bool is_likely;
};

static struct guess guess_of(const struct ipip_rule_input *c)
{
    const struct ipip_ttl_stats *ttl = &c->flow->tunnel->stats.ttl;
    struct guess guess;
    unsigned routers;

    guess.is_exit =
        c->flow->back_place == TTL_PLACE_ENTRY && ttl_place(ttl, INITIAL_TTL_USUAL, 0, &routers) != TTL_PLACE_ENTRY;
    guess.is_entry = !guess.is_exit && ttl_place(ttl, INITIAL_TTL_TUNNEL, 0, &routers) == TTL_PLACE_ENTRY;
    guess.is_likely = guess.is_exit || (guess.is_entry && c->flow->back_place == TTL_PLACE_BEHIND);
    return guess;
}

static void check_guess(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = guess_of(c).is_likely ? IPIP_LIKELY : IPIP_HEURISTIC;
}

static void describe_vantage(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const char *ttl = text_word(input_outer(c), WORD_TTL);
    struct guess guess = guess_of(c);
    char src[IPIP_ADDRESS_TEXT];

    ipip_address_text(src, input_outer(c)->src);
    if (guess.is_entry)
        SAY(text->message,
            "the outer %s (%u) suggests a capture at the tunnel's entry; if so, pass `--vantage %s=entry`", ttl,
            input_outer(c)->ttl, src);
    else if (guess.is_exit)
        SAY(text->message,
            "the outer %s (%u) and that of the other direction suggest a capture at this direction's exit; if so, pass "
            "`--vantage %s=exit`",
            ttl, input_outer(c)->ttl, src);
    else
        SAY(text->message,
            "the outer %s (%u) suggests a capture behind the first router inside the tunnel; if so, pass `--vantage "
            "%s=mid` or `--vantage %s=exit`",
            ttl, input_outer(c)->ttl, src, src);
    SAY(text->expected, "a known vantage");
    SAY(text->actual, guess.is_entry  ? "probably the entry"
                      : guess.is_exit ? "probably the exit"
                                      : "probably not the entry");
}

static const char *place_name(const struct ipip_rule_input *c)
{
    struct guess guess = guess_of(c);

    return guess.is_entry ? "entry" : guess.is_exit ? "exit" : "not_entry";
}

VALUE_WORD(static, vantage, place_name(c))

const struct rule rule_906 = {
    .about.id = "IPIP906",
    .about.slug = "vantage-guess",
    .about.is_habit = true,
    .about.title = "probable capture point",
    .about.reference = "capture diagnostics",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "no vantage was given, and the outer TTLs tell where the capture was taken",
    .about.kinds = KINDS_RELATED,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = BLIND_TO_DATAGRAM | FACT_FEW,
    .report = REPORT_ONCE,
    .is_idle = is_vantage_idle,
    .outer = IPIP_FIELD_TTL,
    .check = check_guess,
    .describe = describe_vantage,
    .values = {&value_vantage},
};

static void describe_one_way(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    SAY(text->message,
        "100 packets from %s to %s, and none back until then: rules that need both directions lack evidence",
        ipip_address_text(src, input_outer(c)->src), ipip_address_text(dst, input_outer(c)->dst));
    SAY(text->expected, "packets in both directions");
    SAY(text->actual, "packets in one direction");
}

const struct rule rule_907 = {
    .about.id = "IPIP907",
    .about.slug = "direction-missing",
    .about.is_habit = true,
    .about.title = "only one direction of the tunnel captured",
    .about.reference = "capture diagnostics",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "asymmetric routing, direct server return (LVS-TUN), or a capture filter",
    .about.kinds = KINDS_OF_TWO_HEADERS | KINDS_OF_MINIMAL,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = BLIND_TO_DATAGRAM | FACT_DIRECTION_FEW,
    .report = REPORT_HABIT,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_one_way,
};

static void describe_disorder(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "timestamps go backwards; file order is used");
    SAY(text->expected, "timestamps in ascending order");
    SAY(text->actual, "earlier than a packet in front of it");
}

const struct rule rule_908 = {
    .about.id = "IPIP908",
    .about.slug = "time-disorder",
    .about.title = "timestamps go backwards",
    .about.reference = "capture diagnostics",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "captures that were concatenated and not merged by time, or a clock that was set back",
    .about.kinds = KINDS_READ,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .report = REPORT_ONCE,
    .describe = describe_disorder,
};
