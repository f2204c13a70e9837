/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Don't Fragment across the encapsulation, and fragmentation on either side of it. */
#include "ipip/ipv6.h"
#include "rules/rule.h"

/* A DF that the policy declares is IPIP120's. */
static bool is_df_declared(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation != NULL && tunnel_policy->expectation->df != IPIP_EXPECT_DF_ANY;
}

static bool is_lost_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->df_free || is_df_declared(tunnel_policy);
}

/* Of other kinds the encapsulator may choose, and should set it (RFC 7588 section 3.3.2.1). */
static void check_lost(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->tunnel_policy->profile->indicative_is_error && ruling->severity == IPIP_WARNING)
        ruling->severity = IPIP_ERROR;
}

static void describe_lost(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "the inner packet forbids fragmentation (DF=1), but the tunnel packet allows it (DF=0)");
    SAY(text->expected, "DF=1");
    SAY(text->actual, "DF=0");
}

const struct rule rule_105 = {
    .about.id = "IPIP105",
    .about.slug = "df-not-propagated",
    .about.title = "inner DF set, outer DF clear",
    .about.reference = "RFC 2003 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an `external` tunnel, a locked path MTU, gif or VPP defaults, or a firewall that "
                         "clears DF",
    .about.kinds = KIND_OF(IPIP) | KIND_OF(GRE) | KIND_OF(GRETAP) | KINDS_OF_UDP,
    .variants = {{KIND_OF(GRETAP), IPIP_NOTE, "RFC 7588 section 3.3.2.1", false},
                 {KIND_OF(GRE) | KINDS_OF_UDP, IPIP_WARNING, "RFC 7588 section 3.3.2.1", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT | FACT_IPV6 | FACT_INNER_IPV6, /* outer fragments: IPIP116 */
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_DF_LOST,
    .is_idle = is_lost_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .check = check_lost,
    .describe = describe_lost,
};

static bool is_clear_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->df_clear_is_normal || is_df_declared(tunnel_policy);
}

static void describe_clear(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message,
        "packets without DF are tunnelled without DF, so the tunnel does no path MTU discovery for them");
    SAY(text->expected, "DF=1");
    SAY(text->actual, "DF=0 outside, DF=0 inside");
}

const struct rule rule_106 = {
    .about.id = "IPIP106",
    .about.slug = "df-clear-allowed",
    .about.title = "inner DF clear, outer DF clear",
    .about.reference = "RFC 2003 section 5.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "`nopmtudisc`, or an encapsulator that does no path MTU discovery",
    RULE_OF_RELATION,
    .triggers = TRIGGER_DF_NEITHER,
    .report = REPORT_HABIT,
    .is_idle = is_clear_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .describe = describe_clear,
};

/* Of an IPv6 packet the encapsulator itself fragments what is no larger than the least MTU of IPv6; where a tunnel's own MTU is not known, so may it others. */
static void check_df_fragmented(const struct ipip_rule_input *c, struct ruling *ruling)
{
    enum { IPV6_MTU_MIN = 1280 };

    if (!input_inner_is_ipv6(c))
        return;
    if (input_layer(c)->kind != IPIP_KIND_6IN6)
        ruling->verdict = IPIP_NOT_APPLICABLE;
    else if (input_inner(c)->total_bytes <= IPV6_MTU_MIN)
        ruling->verdict = IPIP_PASS;
}

static void describe_df_fragmented(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_ipv6 = input_inner_is_ipv6(c);

    SAY(text->message, "the tunnel packet was fragmented although %s",
        is_ipv6 ? "the inner IPv6 packet has more than 1280 octets" : "the inner packet forbids fragmentation (DF=1)");
    SAY(text->expected, "one unfragmented packet, or ICMP%s to %s",
        is_ipv6 ? "v6 packet too big" : " fragmentation needed",
        ipip_address_text((char[IPIP_ADDRESS_TEXT]){0}, input_inner(c)->src));
    if ((c->facts.context & FACT_HELD) != 0)
        SAY(text->actual, "outer fragments, of which only the first can be read");
    else
        SAY(text->actual, "outer fragments of %u octets in all", input_outer(c)->total_bytes);
}

const struct rule rule_116 = {
    .about.id = "IPIP116",
    .about.slug = "outer-fragment-of-df-inner",
    .about.title = "encapsulated datagram fragmented although inner DF is set",
    .about.reference = "RFC 2003 section 3.1; RFC 6864 section 4.3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "the outer DF was not set (see IPIP105) and a router, or the encapsulator itself, fragmented",
    .about.kinds = KINDS_RELATED & ~KIND_OF(6IN4),
    .variants = {{KIND_OF(4IN6), IPIP_ERROR, "RFC 2473 section 7.2", false},
                 {KIND_OF(6IN6), IPIP_WARNING, "RFC 2473 section 7.1", false},
                 {KINDS_RELATED & ~KIND_OF(IPIP), IPIP_WARNING, "RFC 7588 section 3.3.1.1", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_FRAGMENT,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_INNER_DF,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .check = check_df_fragmented,
    .describe = describe_df_fragmented,
};

static bool is_outer_fragments_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->outer_fragments_are_normal;
}

/* Where an IPv6 packet, or one without DF, is too large for the path, these standards want the tunnel packet to be fragmented. */
static bool is_prescribed(const struct ipip_rule_input *c)
{
    enum { IPV6_MTU_MIN = 1280 };
    struct ipip_bytes inside = c->shims->chain.inside;

    if (inside.captured < 8)
        return true;
    if (inside.data[0] >> 4 == 6)
        return IPIP_IPV6_HEADER + (inside.data[4] << 8 | inside.data[5]) <= IPV6_MTU_MIN;
    return input_layer(c)->kind == IPIP_KIND_4IN6 && inside.data[0] >> 4 == 4 && (inside.data[6] & 0x40) == 0;
}

/* The first fragment shows what is inside, and speaks for the others. */
static void check_outer_fragments(const struct ipip_rule_input *c, struct ruling *ruling)
{
    bool is_related = (input_kind(c) & KINDS_OF_PACKETS & ~KIND_OF(IPIP)) != 0;

    if (is_related && (c->shims == NULL || is_prescribed(c)))
        ruling->verdict = IPIP_PASS;
}

static void describe_outer_fragments(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "tunnel packets are fragmented on the outer layer");
    SAY(text->expected, "inner datagrams fragmented before encapsulation, or path MTU discovery");
    SAY(text->actual, "offset %u, MF=%u", input_outer(c)->fragment_offset, ipip_ip_mf(input_outer(c)));
}

const struct rule rule_117 = {
    .about.id = "IPIP117",
    .about.slug = "outer-fragmentation",
    .about.title = "tunnel packets fragmented on the outer layer",
    .about.reference = "RFC 2003 section 5.1; RFC 4459 section 3.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a tunnel MTU above the path MTU, with DF clear",
    .about.kinds = KINDS_READ,
    .variants = {{KIND_OF(6IN4), IPIP_NOTE, "RFC 4213 section 3.2; RFC 4459 section 3.1", false},
                 {KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_NOTE, "RFC 2473 section 7; RFC 4459 section 3.1", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_MIRRORS, IPIP_NOTE,
                  "RFC 7588 section 3.3.2; RFC 4459 section 3.1", false},
                 {KINDS_READ & ~KIND_OF(IPIP), IPIP_NOTE, "RFC 4459 section 3.1", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_FRAGMENT,
    .report = REPORT_ONCE,
    .is_idle = is_outer_fragments_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .check = check_outer_fragments,
    .describe = describe_outer_fragments,
};

static void describe_double(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "an inner fragment (offset %u, MF=%u) was fragmented again on the outer layer",
        input_inner(c)->fragment_offset, ipip_ip_mf(input_inner(c)));
    SAY(text->expected, "fragmentation on one layer");
    SAY(text->actual, "fragmentation on both layers");
}

const struct rule rule_118 = {
    .about.id = "IPIP118",
    .about.slug = "double-fragmentation",
    .about.title = "fragments of an already fragmented inner datagram",
    .about.reference = "RFC 2003 section 5.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "inner fragments that fill the tunnel MTU, on a path with a smaller MTU",
    .about.kinds = KINDS_RELATED,
    .variants = {{KINDS_RELATED & ~KIND_OF(IPIP), IPIP_NOTE, "RFC 4459 section 3.1", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_FRAGMENT,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_INNER_FRAGMENT,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .describe = describe_double,
};

static void describe_inner_fragment(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "inner datagrams are fragmented before encapsulation");
    SAY(text->expected, "whole datagrams");
    SAY(text->actual, "offset %u, MF=%u", input_inner(c)->fragment_offset, ipip_ip_mf(input_inner(c)));
}

const struct rule rule_119 = {
    .about.id = "IPIP119",
    .about.slug = "inner-fragment-tunnelled",
    .about.title = "the inner datagram is a fragment",
    .about.reference = "RFC 2003 section 5.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "datagrams larger than the tunnel's MTU, fragmented before they enter it",
    .about.kinds = KINDS_RELATED,
    .variants = {{KINDS_RELATED & ~KIND_OF(IPIP), IPIP_NOTE, "RFC 4459 section 3.1", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT, /* outer fragments: IPIP118 */
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_INNER_FRAGMENT,
    .report = REPORT_ONCE,
    .inner = IPIP_FIELD_FRAGMENT,
    .describe = describe_inner_fragment,
};
