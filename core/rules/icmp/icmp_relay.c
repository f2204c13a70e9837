/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an encapsulator relays to the senders (RFC 2003 section 4). */
#include "rules/icmp/message.h"

#define RULE_OF_RELAY .about.scope = IPIP_SCOPE_FLOW, .about.subject = IPIP_SUBJECT_ICMP, .applies = ICMP_FACT_RELAY

/* Other routers near the sender may send such errors, too. */
static void check_cause(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->cause;
}

static void check_not_reported(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (input_misses_errors(c))
        ruling->verdict = IPIP_UNKNOWN;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->cause;
}

static void describe_not_reported(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char exit[IPIP_ADDRESS_TEXT];

    SAY(text->message, "a router reported the exit %s unreachable; no ICMP error reached %s, which keeps sending",
        ipip_address_text(exit, c->flow->direction.dst), ipip_address_text(src, input_outer(c)->src));
    SAY(text->expected, "destination unreachable to %s within 5 s", src);
    SAY(text->actual, "none");
}

const struct rule rule_303 = {
    .about.id = "IPIP303",
    .about.kinds = KINDS_OF_SENDERS & ~KIND_OF(6IN4),
    .variants = {{KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_WARNING, "RFC 2473 sections 8.1 to 8.3", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP, IPIP_NOTE, "RFC 7588 section 3", false},
                 {KIND_OF(ESP), IPIP_NOTE, "RFC 4301 section 6.1.1", false}},
    .about.slug = "unreach-not-reported",
    .about.title = "exit unreachable, not reported to the sender",
    .about.reference = "RFC 2003 section 4.1",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_INNER,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "ICMP that is filtered or rate limited, or an encapsulator that relays no errors",
    .applies = INNER_SIDE_FACT_UNREACHABLE,
    .blind = INNER_SIDE_FACT_REPORT_WAITING,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_not_reported,
    .describe = describe_not_reported,
    .values = {&value_sender},
};

static bool is_code_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->icmp != IPIP_ICMP_MAPPED;
}

static void describe_code(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s relays network unreachable as host unreachable", message_sender(src, c));
    SAY(text->expected, "ICMP 3/0");
    SAY(text->actual, "ICMP 3/1");
}

const struct rule rule_304 = {
    .about.id = "IPIP304",
    .about.kinds = KIND_OF(IPIP) | KINDS_OF_MINIMAL,
    .about.slug = "unreach-code-map",
    .about.title = "network unreachable relayed with another code",
    .about.reference = "RFC 2003 section 4.1",
    RULE_OF_RELAY | ICMP_FACT_HOST_UNREACHABLE,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "Linux, which always sends host unreachable",
    .blind = ICMP_FACT_CAUSE_UNSEEN | ICMP_FACT_DOUBTED,
    .is_idle = is_code_idle,
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .check = check_cause,
    .describe = describe_code,
};

static void describe_forbidden(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    char actual[MESSAGE_TEXT];

    message_text(actual, message_icmp(c));
    SAY(text->message, "%s relays %s from inside the tunnel to the inner sender %s", message_sender(src, c), actual,
        ipip_address_text(dst, message_icmp(c)->ip.dst));
    if (message_icmp(c)->meaning == ICMP_MEANS_REDIRECT)
        SAY(text->expected, "no redirect");
    else
        SAY(text->expected, icmp_is_ipv6(message_icmp(c)) ? "ICMPv6 1/3, or nothing" : "ICMP 3/0 or 3/1, or nothing");
    SAY(text->actual, "%s", actual);
}

const struct rule rule_305 = {
    .about.id = "IPIP305",
    .about.kinds = KINDS_OF_SENDERS,
    .variants = {{KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_WARNING, "RFC 2473 sections 8.1 to 8.3", false},
                 {KIND_OF(6IN4), IPIP_NOTE, "RFC 4213 section 3.4", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP, IPIP_NOTE, "RFC 7588 section 3", false},
                 {KIND_OF(ESP), IPIP_NOTE, "RFC 4301 section 6.1.1", false}},
    .about.slug = "forbidden-relay",
    .about.title = "ICMP error relayed that must not be",
    .about.reference = "RFC 2003 sections 4.1 and 4.3",
    RULE_OF_RELAY | ICMP_FACT_FORBIDDEN,
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that relays ICMP errors unchanged",
    .blind = ICMP_FACT_CAUSE_UNSEEN | ICMP_FACT_DOUBTED,
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .check = check_cause,
    .describe = describe_forbidden,
    .values = {&value_icmp_type, &value_icmp_code},
};

static void check_exceeded(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->other = c->flow->cause;
    if (!message_is_relay(c)) {
        if (input_misses_errors(c))
            ruling->verdict = IPIP_UNKNOWN;
        ruling_at_most(ruling, c->flow->is_inherited ? IPIP_NOTE : IPIP_WARNING);
        ruling->confidence = IPIP_LIKELY;
    } else if (icmp_is_unreachable(message_icmp(c)) || c->flow->is_inherited) {
        ruling->severity = IPIP_NOTE;
    }
}

static void describe_exceeded(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char actual[MESSAGE_TEXT];
    char src[IPIP_ADDRESS_TEXT];

    if (icmp_is_ipv6(message_icmp(c)))
        SAY(text->expected, "ICMPv6 1/3, address unreachable, to the sender");
    else
        SAY(text->expected, "ICMP 3/1, host unreachable, to the sender");
    if (!message_is_relay(c)) {
        SAY(text->message, "TTL expired in the tunnel %u times; no error relayed to senders", c->flow->times);
        SAY(text->actual, "none");
        return;
    }
    SAY(text->message, "%s reports \"%s\" to the sender for a TTL that expired in the tunnel", message_sender(src, c),
        icmp_is_unreachable(message_icmp(c)) ? "network unreachable" : "time exceeded");
    SAY(text->actual, "%s", message_text(actual, message_icmp(c)));
}

static const char *report(const struct ipip_rule_input *c)
{
    return !message_is_relay(c)                   ? "none"
           : icmp_is_unreachable(message_icmp(c)) ? "network_unreachable"
                                                  : "time_exceeded";
}

VALUE_WORD(static, report, report(c))

const struct rule rule_308 = {
    .about.id = "IPIP308",
    .about.kinds = KINDS_OF_SENDERS & ~KINDS_OUTSIDE_IPV6,
    .variants = {{KIND_OF(6IN4), IPIP_NOTE, "RFC 4213 section 3.4", false},
                 {KIND_OF(GRE) | KIND_OF(GRETAP) | KINDS_OF_UDP, IPIP_NOTE, "RFC 7588 section 3", false},
                 {KIND_OF(ESP), IPIP_NOTE, "RFC 4301 section 6.1.1", false}},
    .about.slug = "ttl-exceeded-map",
    .about.title = "TTL expiry in the tunnel not reported as host unreachable",
    .about.reference = "RFC 2003 section 4.4",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "an encapsulator that relays ICMP errors unchanged or not at all, such as Linux with an inherited TTL",
    .blind = ICMP_FACT_WAITING | ICMP_FACT_DOUBTED,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .check = check_exceeded,
    .describe = describe_exceeded,
    .values = {&value_report},
};

static void describe_parameter(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s relays a parameter problem about the outer header, which the sender did not write",
        message_sender(src, c));
    SAY(text->expected, "no parameter problem");
    SAY(text->actual, "%s %u/%u, pointer %u", message_protocol(&message_icmp(c)->ip), message_icmp(c)->type,
        message_icmp(c)->code, message_icmp(c)->pointer);
}

VALUE_NUMBER(static, pointer, message_icmp(c)->pointer)

const struct rule rule_310 = {
    .about.id = "IPIP310",
    .about.kinds = KINDS_OF_TWO_HEADERS,
    .variants = {{KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_WARNING, "RFC 2473 sections 8.1 to 8.3", false},
                 {KIND_OF(6IN4), IPIP_NOTE, "RFC 4213 section 3.4", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP, IPIP_NOTE, "RFC 7588 section 3", false},
                 {KIND_OF(ESP), IPIP_NOTE, "RFC 4301 section 6.1.1", false}},
    .about.slug = "paramprob-relay",
    .about.title = "parameter problem of the outer header relayed",
    .about.reference = "RFC 2003 section 4.5",
    RULE_OF_RELAY | ICMP_FACT_PARAMETER,
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that relays ICMP errors unchanged",
    .blind = ICMP_FACT_CAUSE_UNSEEN | ICMP_FACT_DOUBTED,
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_POINTER,
    .check = check_cause,
    .describe = describe_parameter,
    .values = {&value_pointer},
};
