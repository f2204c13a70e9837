/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Identification over several datagrams (RFC 6864). */
#include "flow/fragment_ids.h"
#include "rules/rule.h"

/* Outer headers of IPv4 whose Identification is the encapsulator's. */
#define KINDS_WITH_IDENTIFICATION (KIND_OF(IPIP) | KIND_OF(6IN4) | KIND_OF(GRE) | KIND_OF(GRETAP) | KINDS_OF_UDP)

/* The same, of which nothing else is read. */
#define KINDS_UNREAD (KIND_OF(ESP) | KIND_OF(IPCOMP))

/* Those of IPv6, which has one in Fragment headers. */
#define KINDS_WITH_FRAGMENTS6 (KIND_OF(4IN6) | KIND_OF(6IN6) | KIND_OF(GRE6) | KIND_OF(GRETAP6))

/* What may be fragmented needs an Identification of its own. */
#define RULE_OF_NON_ATOMIC                                       \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_NON_ATOMIC, \
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | FACT_IPV6, .about.scope = IPIP_SCOPE_FLOW

static bool is_id_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->id == IPIP_ID_ANY;
}

/* Of IPv6 with all of its 32 bits; what triggered the rule may have compared fewer. */
static void check_reuse_ipv6(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!c->flow->fragment_reuse.is_known)
        ruling->verdict = IPIP_PASS;
    ruling->severity = IPIP_ERROR;
    ruling->other = c->flow->fragment_reuse;
}

static void check_reuse(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (input_is_ipv6(c)) {
        check_reuse_ipv6(c, ruling);
        return;
    }
    if (c->flow->is_reuse_fragment)
        ruling->severity = IPIP_ERROR;
    else
        ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->reuse;
}

static void describe_reuse(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char apart[APART_TEXT];

    if (input_is_ipv6(c)) {
        SAY(text->message,
            "the Identification 0x%08x was used for the fragments of another datagram %s; they can be mixed up",
            c->flow->fragment_id, text_apart(apart, c->flow->fragment_reuse.age, "before"));
        SAY(text->expected, "an Identification that is unique for %d seconds", FRAGMENT_IDS_SECONDS);
        SAY(text->actual, "the same one again, on fragments");
        return;
    }
    SAY(text->message, "the Identification 0x%04x was used for another datagram %s; %s", input_outer(c)->id,
        text_apart(apart, c->flow->reuse.age, "before"),
        c->flow->is_reuse_fragment ? "their fragments can be mixed up"
                                   : "both may be fragmented, and their fragments mixed up");
    SAY(text->expected, "an Identification that is unique for 120 seconds");
    SAY(text->actual, c->flow->is_reuse_fragment ? "the same one again, on fragments" : "the same one again");
}

const struct rule rule_621 = {
    .about.id = "IPIP621",
    .about.slug = "id-reuse-non-atomic",
    .about.title = "Identification repeated within 120 s",
    .about.reference = "RFC 6864 sections 4.3 and 6.3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a counter that wraps, random Identifications, or several encapsulators behind one address",
    .about.kinds = KINDS_WITH_IDENTIFICATION | KINDS_UNREAD | KINDS_WITH_FRAGMENTS6,
    .variants = {{KINDS_WITH_FRAGMENTS6, IPIP_ERROR, "RFC 8200 section 4.5", false}},
    .about.scope = IPIP_SCOPE_FLOW,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_NON_ATOMIC,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = BLIND_TO_DATAGRAM,
    .is_idle = is_id_idle,
    .outer = IPIP_FIELD_ID | IPIP_FIELD_FRAGMENT,
    .check = check_reuse,
    .describe = describe_reuse,
    .outside = KINDS_UNREAD,
};

static void check_resent(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->other = c->flow->copy;
}

static void describe_resent(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char apart[APART_TEXT];

    SAY(text->message, "a datagram that may be fragmented was retransmitted with the same Identification %s",
        text_apart(apart, c->flow->copy.age, "later"));
    SAY(text->expected, "a new Identification");
    SAY(text->actual, "the same one again");
}

const struct rule rule_622 = {
    .about.id = "IPIP622",
    .about.slug = "id-retransmit-same",
    .about.title = "retransmission with the same Identification",
    .about.reference = "RFC 6864 section 4.2",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an encapsulator that resends after an ICMP error, or a network that duplicates packets",
    .about.kinds = KINDS_WITH_IDENTIFICATION | KIND_OF(ESP),
    RULE_OF_NON_ATOMIC,
    .blind = BLIND_TO_DATAGRAM,
    .is_idle = is_id_idle,
    .outer = IPIP_FIELD_ID | IPIP_FIELD_FRAGMENT,
    .check = check_resent,
    .describe = describe_resent,
};

static void describe_rate(const struct ipip_rule_input *c, struct ipip_text *text)
{
    enum { IDS = 65536 };
    unsigned rate = c->flow->tunnel->rate_count;

    SAY(text->message,
        "more than 546 datagrams per second that may be fragmented, for 3 seconds: at this rate "
        "Identifications wrap after %u s",
        rate > 0 ? IDS / rate : 0);
    SAY(text->expected, "at most 546 per second");
    SAY(text->actual, "more than 546 per second");
}

const struct rule rule_623 = {
    .about.id = "IPIP623",
    .about.slug = "id-rate",
    .about.title = "Identifications wrap within 120 s",
    .about.reference = "RFC 6864 section 5.2; RFC 4963",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a high packet rate with the outer DF clear (`nopmtudisc`, gif, VPP)",
    .about.kinds = KINDS_WITH_IDENTIFICATION | KINDS_UNREAD,
    RULE_OF_NON_ATOMIC,
    .report = REPORT_HABIT,
    .is_idle = is_id_idle,
    .outer = IPIP_FIELD_ID | IPIP_FIELD_FRAGMENT,
    .describe = describe_rate,
    .outside = KINDS_UNREAD,
};

static void check_constant(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->flow->tunnel->id_run_has_fragment)
        ruling->severity = IPIP_ERROR;
}

static void describe_constant(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "%s have the Identification 0x%04x",
        c->flow->tunnel->id_run_has_fragment ? "fragmented datagrams all" : "datagrams that may be fragmented all",
        input_outer(c)->id);
    SAY(text->expected, "an Identification that is unique for 120 seconds");
    SAY(text->actual, "Identification 0x%04x on 10 or more in a row", input_outer(c)->id);
}

const struct rule rule_624 = {
    .about.id = "IPIP624",
    .about.slug = "id-constant",
    .about.is_habit = true,
    .about.title = "the same Identification on every datagram",
    .about.reference = "RFC 6864 section 4.3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an encapsulator that never sets the Identification, such as VPP",
    .about.kinds = KINDS_WITH_IDENTIFICATION | KINDS_UNREAD,
    RULE_OF_NON_ATOMIC,
    .blind = BLIND_TO_DATAGRAM | FACT_IDS_FEW,
    .report = REPORT_HABIT,
    .is_idle = is_id_idle,
    .outer = IPIP_FIELD_ID | IPIP_FIELD_FRAGMENT,
    .check = check_constant,
    .describe = describe_constant,
    .outside = KINDS_UNREAD,
};

static void describe_copied(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message,
        "the outer Identification is a copy of the inner one: two senders behind the tunnel can choose the same");
    SAY(text->expected, "an Identification of the encapsulator's own");
    SAY(text->actual, "the inner one");
}

const struct rule rule_626 = {
    .about.id = "IPIP626",
    .about.slug = "id-copied-from-inner",
    .about.is_habit = true,
    .about.title = "Identification copied from the inner header",
    .about.reference = "RFC 6864 section 5.3.1",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "Linux 3.9 or 3.10",
    .about.kinds = KIND_OF(IPIP) | KIND_OF(GRE) | KIND_OF(GRETAP) | KIND_OF(ESP),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | FACT_IPV6 | FACT_INNER_IPV6,
    .blind = BLIND_TO_DATAGRAM | FACT_FEW,
    .report = REPORT_HABIT,
    .is_idle = is_id_idle,
    .outer = IPIP_FIELD_ID,
    .inner = IPIP_FIELD_ID,
    .describe = describe_copied,
};

static void check_inner_reuse(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->inner_reuse;
}

static void describe_inner_reuse(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];
    char apart[APART_TEXT];

    SAY(text->message, "the inner sender (%s) used the Identification 0x%04x for another datagram %s",
        text_endpoints(endpoints, input_inner(c)), input_inner(c)->id,
        text_apart(apart, c->flow->inner_reuse.age, "before"));
    SAY(text->expected, "an inner Identification that is unique for 120 seconds");
    SAY(text->actual, "used twice");
}

const struct rule rule_627 = {
    .about.id = "IPIP627",
    .about.slug = "inner-id-reuse",
    .about.title = "inner Identification repeated within 120 s",
    .about.reference = "RFC 6864 section 4.3",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "the inner sender, not the tunnel: a high packet rate without DF, or random Identifications",
    .about.kinds = KIND_OF(IPIP) | KIND_OF(4IN6) | KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_MINIMAL | KIND_OF(ESP),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | FACT_INNER_IPV6,
    .blind = BLIND_TO_DATAGRAM,
    .report = REPORT_ONCE,
    .inner = IPIP_FIELD_ID | IPIP_FIELD_FRAGMENT,
    .check = check_inner_reuse,
    .describe = describe_inner_reuse,
};
