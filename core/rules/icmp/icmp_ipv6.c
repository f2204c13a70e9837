/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMPv6 errors: what holds for them alone (RFC 4443, RFC 8201). */
#include "rules/icmp/message.h"

/* Kinds that can have IPv6 outside or inside. */
#define KINDS_WITH_IPV6 (KINDS_READ & ~(KIND_OF(IPIP) | KINDS_OF_MINIMAL | KIND_OF(GRETAP) | KIND_OF(ERSPAN)))

static void describe_mapped(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char actual[MESSAGE_TEXT];

    SAY(text->message, "%s comes from the IPv4-mapped address of %s: an ICMP error that was translated",
        message_text(actual, message_icmp(c)), message_sender(src, c));
    SAY(text->expected, "an IPv6 address of the encapsulator");
    SAY(text->actual, "::ffff:%s", src);
}

const struct rule rule_771 = {
    .about.id = "IPIP771",
    .about.kinds = KINDS_WITH_IPV6,
    .about.slug = "icmp6-mapped-source",
    .about.title = "ICMPv6 error from an IPv4-mapped address",
    .about.reference = "RFC 4213 section 3.4",
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "Linux sit, which translates a router's ICMP error and keeps its address",
    .applies = ICMP_FACT_IPV6,
    .excludes = ICMP_FACT_TOO_BIG | ICMP_FACT_PARAMETER,
    .blind = ICMP_FACT_DOUBTED,
    .outer = IPIP_FIELD_ICMP_TYPE,
    .describe = describe_mapped,
    .values = {&value_router},
};

/* The sender of an inner packet can't obey it; the encapsulator may fragment. */
static void check_small(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (message_is_relay(c))
        ruling->severity = IPIP_ERROR;
}

static void describe_small(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s reports MTU %u; every IPv6 link carries 1280 octets", message_sender(src, c),
        message_icmp(c)->mtu);
    SAY(text->expected, "an MTU of 1280 or more");
    SAY(text->actual, "%u", message_icmp(c)->mtu);
}

const struct rule rule_772 = {
    .about.id = "IPIP772",
    .about.kinds = KINDS_WITH_IPV6,
    .about.slug = "icmp6-toobig-small",
    .about.title = "packet too big with an MTU below 1280",
    .about.reference = "RFC 8201 section 4",
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a forged error, or an encapsulator that subtracts its headers from a small path MTU",
    .applies = ICMP_FACT_IPV6 | ICMP_FACT_TOO_BIG,
    .blind = ICMP_FACT_DOUBTED,
    .outer = IPIP_FIELD_ICMP_MTU,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_small,
    .describe = describe_small,
    .values = {&value_router, &value_icmp_mtu},
};

static void check_after(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->cause;
}

static void describe_relayed(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char actual[MESSAGE_TEXT];

    SAY(text->message, "%s reports \"time exceeded\" to the sender for a Hop Limit that expired in the tunnel",
        message_sender(src, c));
    SAY(text->expected, "%s", message_unreachable(&message_icmp(c)->ip));
    SAY(text->actual, "%s", message_text(actual, message_icmp(c)));
}

const struct rule rule_773 = {
    .about.id = "IPIP773",
    .about.kinds = KIND_OF(4IN6) | KIND_OF(6IN6) | KIND_OF(GRE6) | KIND_OF(GRETAP6),
    .about.slug = "icmp6-hoplimit-relayed",
    .about.title = "expired Hop Limit in the tunnel relayed as such",
    .about.reference = "RFC 2473 sections 8.2 and 8.3",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an encapsulator that relays ICMP errors unchanged",
    .applies = ICMP_FACT_RELAY | ICMP_FACT_EXCEEDED_BEFORE,
    .blind = ICMP_FACT_DOUBTED,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .check = check_after,
    .describe = describe_relayed,
};
