/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Path MTU discovery through a tunnel (RFC 2003 section 5.1): which errors reached whom, and the effect. */
#include "rules/rule.h"

static void check_not_relayed(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (input_misses_errors(c))
        ruling->verdict = IPIP_UNKNOWN;
    if (c->flow->is_capture_cut)
        ruling->severity = IPIP_WARNING;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->toobig;
}

static void describe_not_relayed(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s sends %u octets with DF; path MTU %u minus %u encapsulation; no ICMP error reached it",
        ipip_address_text(src, input_outer(c)->src), input_outer(c)->total_bytes, c->flow->mtu, c->flow->overhead);
    SAY(text->expected, "ICMP 3/4 with MTU %u to %s", c->flow->expected_mtu, src);
    SAY(text->actual, "none");
}

const struct rule rule_306 = {
    .about.id = "IPIP306",
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
        "packets with DF of %u octets and more are lost before the tunnel %s > %s (%u packets); up to %u octets pass; "
        "no ICMP \"fragmentation needed\"",
        c->flow->lost_min, ipip_address_text(src, c->flow->tunnel_src), ipip_address_text(dst, c->flow->tunnel_dst),
        c->flow->lost, c->flow->entered_max);
    SAY(text->expected, "ICMP 3/4 to the sender");
    SAY(text->actual, "none");
}

const struct rule rule_309 = {
    .about.id = "IPIP309",
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
        ruling->severity = IPIP_WARNING;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->toobig;
}

static void describe_ignored(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "%u octets with DF, %u s after a router reported MTU %u: the encapsulator ignores it",
        input_outer(c)->total_bytes, (unsigned)(c->flow->toobig.age / 1000000000), c->flow->mtu);
    SAY(text->expected, "at most %u octets, or DF=0", c->flow->mtu);
    SAY(text->actual, "%u octets, DF=1", input_outer(c)->total_bytes);
}

const struct rule rule_312 = {
    .about.id = "IPIP312",
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
    .blind = FACT_OVER_UNKNOWN,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .check = check_ignored,
    .describe = describe_ignored,
    .values = {&value_path_mtu},
};

static void check_value(const struct ipip_rule_input *c, struct ruling *ruling)
{
    uint16_t mtu = c->flow->icmp.mtu;

    if (mtu == 0)
        ruling->severity = IPIP_NOTE;
    else if (mtu > c->flow->expected_mtu)
        ruling->severity = IPIP_ERROR;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->toobig;
}

static void describe_value(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint16_t mtu = c->flow->icmp.mtu;
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
    .about.slug = "mtu-value",
    .about.title = "wrong MTU reported to the sender",
    .about.reference = "RFC 2003 section 5.1",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "the encapsulation was not subtracted, was subtracted twice, or the tunnel device has a smaller MTU",
    .applies = ICMP_FACT_RELAY | ICMP_FACT_TOO_BIG,
    .blind = ICMP_FACT_MTU_UNKNOWN | ICMP_FACT_DOUBTED,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_ICMP_MTU,
    .check = check_value,
    .describe = describe_value,
    .values = {&value_path_mtu, &value_icmp_mtu},
};
