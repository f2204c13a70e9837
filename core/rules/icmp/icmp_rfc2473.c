/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors of encapsulators with IPv6 outside or inside (RFC 2473 sections 4.1.1, 7 and 8). */
#include "rules/icmp/message.h"

static void check_limit(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!message_is_relay(c))
        return;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->cause;
}

static void describe_limit(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    const struct icmp_error *error = message_icmp(c);

    message_sender(src, c);
    SAY(text->actual, "%s %u/%u, pointer %u", message_protocol(&error->ip), error->type, error->code, error->pointer);
    if (message_is_relay(c)) {
        SAY(text->message,
            "%s relays a parameter problem about the encapsulation limit, which the sender did not write", src);
        SAY(text->expected, "%s", message_unreachable(&error->ip));
        return;
    }
    SAY(text->message, "%s rejects a packet with encapsulation limit 0; the pointer is not at the limit", src);
    SAY(text->expected, "pointer %u", c->flow->limit_offset);
}

const struct rule rule_746 = {
    .about.id = "IPIP746",
    .about.kinds = KIND_OF(4IN6) | KIND_OF(6IN6) | KIND_OF(GRE6),
    .about.slug = "tel-paramprob",
    .about.title = "wrong parameter problem about an encapsulation limit",
    .about.reference = "RFC 2473 sections 4.1.1 and 8.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "a pointer at the option in place of its value, or an encapsulator that relays errors unchanged",
    .applies = ICMP_FACT_LIMIT,
    .blind = ICMP_FACT_DOUBTED,
    .outer = IPIP_FIELD_ICMP_POINTER,
    .check = check_limit,
    .describe = describe_limit,
};

static bool is_small(const struct icmp_error *error)
{
    enum { IPV6_LINK_MIN = 1280 };

    return error->quoted.total_bytes <= IPV6_LINK_MIN;
}

static void check_value(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct icmp_error *error = message_icmp(c);

    if (!is_small(error) && error->mtu > c->flow->expected_mtu)
        ruling->severity = IPIP_ERROR;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->toobig;
}

static void describe_value(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    const struct icmp_error *error = message_icmp(c);

    message_sender(src, c);
    if (is_small(error)) {
        SAY(text->message, "%s rejects %u octets as too big; up to 1280 are encapsulated, and fragmented if need be",
            src, error->quoted.total_bytes);
        SAY(text->expected, "no ICMPv6 error");
        SAY(text->actual, "ICMPv6 2/0, MTU %u", error->mtu);
        return;
    }
    SAY(text->message, "%s reports MTU %u to the sender; path MTU %u minus %u encapsulation, at least 1280, is %u%s",
        src, error->mtu, c->flow->mtu, c->flow->overhead, c->flow->expected_mtu,
        error->mtu > c->flow->expected_mtu ? "; packets of that size exceed the path MTU" : "");
    SAY(text->expected, "MTU %u", c->flow->expected_mtu);
    SAY(text->actual, "MTU %u", error->mtu);
}

const struct rule rule_747 = {
    .about.id = "IPIP747",
    .about.kinds = KIND_OF(6IN6) | KINDS_OF_GRE,
    .about.slug = "v6tun-ptb",
    .about.title = "wrong packet too big to a sender of IPv6",
    .about.reference = "RFC 2473 sections 7.1 and 8.2",
    .variants = {{KINDS_OF_GRE, IPIP_WARNING, "RFC 7676 section 3.3", false}},
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "the encapsulation was not subtracted, was subtracted twice, or the tunnel device has an MTU below 1280",
    .applies = ICMP_FACT_RELAY | ICMP_FACT_MTU_IPV6,
    .blind = ICMP_FACT_MTU_UNKNOWN | ICMP_FACT_DOUBTED,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_ICMP_MTU,
    .check = check_value,
    .describe = describe_value,
    .values = {&value_path_mtu, &value_icmp_mtu},
};

static void check_without_df(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->tunnel_policy->profile->toobig_without_df)
        ruling->severity = IPIP_NOTE;
    ruling->confidence = IPIP_LIKELY;
}

static void describe_without_df(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s rejects a packet of %u octets without DF as too big", message_sender(src, c),
        message_icmp(c)->quoted.total_bytes);
    SAY(text->expected, "outer fragments");
    SAY(text->actual, "ICMP 3/4");
}

const struct rule rule_748 = {
    .about.id = "IPIP748",
    .about.kinds = KIND_OF(4IN6),
    .about.slug = "v6tun-v4-df",
    .about.title = "fragmentation needed about a packet without DF",
    .about.reference = "RFC 2473 section 7.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "Linux ip6tnl, which answers whatever DF says",
    .applies = ICMP_FACT_RELAY | ICMP_FACT_TOO_BIG,
    .blind = ICMP_FACT_DOUBTED,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .inner = IPIP_FIELD_FRAGMENT,
    .check = check_without_df,
    .describe = describe_without_df,
};
