/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Path MTU discovery through a tunnel (RFC 2003 section 5.1): which errors reached whom, and the effect. */
#include "rules/icmp/message.h"

static void check_not_relayed(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (input_misses_errors(c))
        ruling->verdict = IPIP_UNKNOWN;
    if (c->flow->is_capture_cut)
        ruling_at_most(ruling, IPIP_WARNING);
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->toobig;
}

static void describe_not_relayed(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s sends %u octets%s; path MTU %u minus %u encapsulation; no ICMP error reached it",
        ipip_address_text(src, input_outer(c)->src), input_outer(c)->total_bytes,
        input_outer(c)->version == 6 ? "" : " with DF", c->flow->mtu, c->flow->overhead);
    SAY(text->expected, "%s with MTU %u to %s", message_too_big(input_outer(c)), c->flow->expected_mtu, src);
    SAY(text->actual, "none");
}

const struct rule rule_306 = {
    .about.id = "IPIP306",
    .about.kinds = KINDS_OF_SENDERS & ~KIND_OF(ESP),
    .variants = {{KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_ERROR, "RFC 2473 sections 7.1, 7.2 and 8.1", false},
                 {KIND_OF(6IN4), IPIP_WARNING, "RFC 4213 section 3.2.2", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP, IPIP_WARNING, "RFC 7588 section 3.3", false}},
    .about.slug = "toobig-not-relayed",
    .about.title = "fragmentation needed in the tunnel, not relayed",
    .about.reference = "RFC 2003 sections 4.1 and 5.1",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_INNER,
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "ICMP that is filtered between encapsulator and sender, or an encapsulator without path MTU discovery",
    .applies = INNER_SIDE_FACT_OVERSIZED,
    .blind = INNER_SIDE_FACT_RELAY_WAITING,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .check = check_not_relayed,
    .describe = describe_not_relayed,
    .values = {&value_sender, &value_path_mtu},
};

static void check_black_hole(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = c->policy->inner_side == IPIP_INNER_SIDE_TUNDEV ? IPIP_LIKELY : IPIP_HEURISTIC;
    ruling->other = c->flow->lost_first;
}

static void describe_black_hole(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    SAY(text->message,
        "packets%s of %u octets and more are lost before the tunnel %s > %s (%u packets); up to %u octets pass; no "
        "%s",
        input_outer(c)->version == 6 ? "" : " with DF", c->flow->lost_min,
        ipip_address_text(src, c->flow->direction.src), ipip_address_text(dst, c->flow->direction.dst), c->flow->lost,
        c->flow->entered_max,
        input_outer(c)->version == 6 ? "ICMPv6 \"packet too big\"" : "ICMP \"fragmentation needed\"");
    SAY(text->expected, "%s to the sender", message_too_big(input_outer(c)));
    SAY(text->actual, "none");
}

const struct rule rule_309 = {
    .about.id = "IPIP309",
    .about.kinds = KINDS_OF_SENDERS,
    .about.slug = "mtu-blackhole",
    .about.title = "large packets lost without an ICMP error",
    .about.reference = "RFC 2003 section 5.1; RFC 4459 section 3.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_INNER,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a tunnel MTU above the path MTU, and ICMP errors that are filtered or not sent",
    .applies = INNER_SIDE_FACT_WATCHED,
    .blind = INNER_SIDE_FACT_LOSS_WAITING,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .check = check_black_hole,
    .describe = describe_black_hole,
};

static void check_ignored(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->flow->over < 3)
        ruling_at_most(ruling, IPIP_WARNING);
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->toobig;
}

static void describe_ignored(const struct ipip_rule_input *c, struct ipip_text *text)
{
    if (input_is_ipv6(c)) {
        SAY(text->message, "%u octets, %u s after a router reported MTU %u: the encapsulator ignores it",
            input_outer(c)->total_bytes, (unsigned)(c->flow->toobig.age / 1000000000), c->flow->mtu);
        SAY(text->expected, "at most %u octets, or fragments", c->flow->mtu);
        SAY(text->actual, "%u octets in one packet", input_outer(c)->total_bytes);
        return;
    }
    SAY(text->message, "%u octets with DF, %u s after a router reported MTU %u: the encapsulator ignores it",
        input_outer(c)->total_bytes, (unsigned)(c->flow->toobig.age / 1000000000), c->flow->mtu);
    SAY(text->expected, "at most %u octets, or DF=0", c->flow->mtu);
    SAY(text->actual, "%u octets, DF=1", input_outer(c)->total_bytes);
}

const struct rule rule_312 = {
    .about.id = "IPIP312",
    .about.kinds = KINDS_OF_SENDERS | KIND_OF(IPCOMP),
    .variants = {{KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_ERROR, "RFC 2473 section 7; RFC 8201 section 4", false},
                 {KIND_OF(ESP) | KIND_OF(IPCOMP), IPIP_NOTE, "RFC 4301 section 8.2.1", false},
                 {KIND_OF(6IN4), IPIP_WARNING, "RFC 4213 section 3.2.2", false},
                 {KINDS_OF_GRE | KINDS_OF_UDP | KINDS_OF_FRAMES, IPIP_WARNING, "RFC 7588 section 3.3", false}},
    .about.slug = "pmtu-ignored",
    .about.title = "the encapsulator ignores the path MTU",
    .about.reference = "RFC 2003 section 5.1; RFC 1191 section 3",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "the ICMP error never reached the encapsulator (a filter, another node behind one address), or it does no "
        "path MTU discovery",
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_PATH_MTU,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .outside = KIND_OF(ESP) | KIND_OF(IPCOMP),
    .blind = FACT_OVER_UNKNOWN,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .check = check_ignored,
    .describe = describe_ignored,
    .values = {&value_path_mtu},
};

static void check_value(const struct ipip_rule_input *c, struct ruling *ruling)
{
    enum { IPV6_LINK_MIN = 1280 };
    uint32_t mtu = c->flow->icmp.mtu;
    bool is_floor = mtu == IPV6_LINK_MIN && facts_kind(c->facts.context) == IPIP_KIND_4IN6;

    /* Linux has the least MTU of IPv6 also where IPv4 is inside. */
    if (mtu == 0 || is_floor)
        ruling->severity = IPIP_NOTE;
    else if (mtu > c->flow->expected_mtu)
        ruling->severity = IPIP_ERROR;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->toobig;
}

static void describe_value(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint32_t mtu = c->flow->icmp.mtu;
    char src[IPIP_ADDRESS_TEXT];

    ipip_address_text(src, c->flow->icmp.ip.src);
    if (mtu == 0)
        SAY(text->message, "%s sends \"fragmentation needed\" without an MTU, as before RFC 1191", src);
    else
        SAY(text->message, "%s reports MTU %u to the sender; path MTU %u minus %u encapsulation is %u%s", src, mtu,
            c->flow->mtu, c->flow->overhead, c->flow->expected_mtu,
            mtu > c->flow->expected_mtu ? "; packets of that size exceed the path MTU" : "");
    SAY(text->expected, "MTU %u", c->flow->expected_mtu);
    SAY(text->actual, "MTU %u", mtu);
}

const struct rule rule_314 = {
    .about.id = "IPIP314",
    .about.kinds = KINDS_OF_SENDERS & ~KIND_OF(ESP),
    .variants = {{KIND_OF(4IN6), IPIP_WARNING, "RFC 2473 section 7.2", false},
                 {KIND_OF(6IN4), IPIP_WARNING, "RFC 4213 section 3.2.2", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP, IPIP_WARNING, "RFC 7588 section 3.3", false}},
    .about.slug = "mtu-value",
    .about.title = "wrong MTU reported to the sender",
    .about.reference = "RFC 2003 section 5.1",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "the encapsulation was not subtracted, was subtracted twice, or the tunnel device has a smaller MTU",
    .applies = ICMP_FACT_RELAY | ICMP_FACT_TOO_BIG,
    .excludes = ICMP_FACT_MTU_IPV6,
    .blind = ICMP_FACT_MTU_UNKNOWN | ICMP_FACT_DOUBTED,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_ICMP_MTU,
    .check = check_value,
    .describe = describe_value,
    .values = {&value_path_mtu, &value_icmp_mtu},
};
