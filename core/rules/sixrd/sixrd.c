/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 6rd (RFC 5969): a domain that the policy declares, and the tunnel's ends that its IPv6 addresses name. */
#include "rules/rule.h"
#include "wire/embedded.h"

#define RULE_OF_6RD .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4), RULE_OF_RELATION

static bool is_domain_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation == NULL || tunnel_policy->expectation->prefix.bits == 0;
}

static const struct ipip_expectation *domain_of(const struct ipip_rule_input *c)
{
    return c->tunnel_policy->expectation;
}

static bool is_inside(const struct ipip_rule_input *c, struct ipip_addr address)
{
    return ipip_prefix_has(&domain_of(c)->prefix, address);
}

/* Of the customer's edge, whose address is in an IPv6 address of the domain. */
static struct ipip_addr edge_of(const struct ipip_rule_input *c, struct ipip_addr address)
{
    const struct ipip_expectation *x = domain_of(c);

    return ipip_address_ipv4(embedded_behind(x->prefix.bits, &x->common, address));
}

static bool is_border_relay(const struct ipip_rule_input *c, struct ipip_addr address)
{
    return ipip_expected_has(&domain_of(c)->br, address) || ipip_expected_has(&domain_of(c)->br_anycast, address);
}

static void check_source(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_addr src = input_inner(c)->src;

    if (!is_inside(c, src) || ipip_address_equal(edge_of(c, src), input_outer(c)->src) ||
        is_border_relay(c, input_outer(c)->src))
        ruling->verdict = IPIP_PASS;
}

static void describe_source(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char inside[IPIP_ADDRESS_TEXT];
    char outer[IPIP_ADDRESS_TEXT];

    ipip_address_text(inside, edge_of(c, input_inner(c)->src));
    ipip_address_text(outer, input_outer(c)->src);
    SAY(text->message, "the 6rd source is behind %s, but the packet comes from %s", inside, outer);
    SAY(text->expected, "outer source %s", inside);
    SAY(text->actual, "outer source %s", outer);
}

const struct rule rule_731 = {
    .about.id = "IPIP731",
    .about.slug = "6rd-source",
    .about.title = "6rd source does not name the outer source",
    .about.reference = "RFC 5969 section 9.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a spoofed source, a customer's edge with an old IPv4 address, or another prefix than the domain's",
    RULE_OF_6RD,
    .is_idle = is_domain_idle,
    .outer = IPIP_FIELD_SRC,
    .inner = IPIP_FIELD_SRC,
    .check = check_source,
    .describe = describe_source,
    .values = {&value_inner_src},
};

/* What comes from a border relay is for the edge that it is sent to. */
static bool is_astray(const struct ipip_rule_input *c)
{
    struct ipip_addr dst = input_inner(c)->dst;

    if (is_border_relay(c, input_outer(c)->dst))
        return false;
    if (is_inside(c, dst))
        return !ipip_address_equal(edge_of(c, dst), input_outer(c)->dst);
    return is_border_relay(c, input_outer(c)->src) && !ipip_address_is_group(dst) &&
           ipip_address_kind(dst) != IPIP_ADDRESS_LINK_LOCAL;
}

static void check_dest(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_astray(c))
        ruling->verdict = IPIP_PASS;
}

static void describe_dest(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_addr dst = input_inner(c)->dst;
    char inside[IPIP_ADDRESS_TEXT];
    char outer[IPIP_ADDRESS_TEXT];

    ipip_address_text(outer, input_outer(c)->dst);
    if (is_inside(c, dst)) {
        ipip_address_text(inside, edge_of(c, dst));
        SAY(text->message, "the 6rd destination is behind %s, but the packet is sent to %s", inside, outer);
        SAY(text->expected, "outer destination %s", inside);
        SAY(text->actual, "outer destination %s", outer);
        return;
    }
    SAY(text->message, "a border relay sends to %s what is not for its site", outer);
    SAY(text->expected, "an inner destination in the prefix that %s has of the domain", outer);
    SAY(text->actual, "%s", ipip_address_text(inside, dst));
}

const struct rule rule_732 = {
    .about.id = "IPIP732",
    .about.slug = "6rd-dest",
    .about.title = "6rd destination does not name the outer destination",
    .about.reference = "RFC 5969 section 9.2",
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "a border relay that is not declared, or an encapsulator with another prefix than the domain's",
    RULE_OF_6RD,
    .is_idle = is_domain_idle,
    .outer = IPIP_FIELD_DST,
    .inner = IPIP_FIELD_DST,
    .check = check_dest,
    .describe = describe_dest,
    .values = {&value_inner_dst},
};

/* A declared TOS is IPIP120's. */
static bool is_tclass_idle(const struct tunnel_policy *tunnel_policy)
{
    return is_domain_idle(tunnel_policy) || tunnel_policy->expectation->tos != IPIP_EXPECT_ANYTHING ||
           tunnel_policy->profile->dscp == IPIP_DSCP_COPIED_OR_FIXED;
}

/* Away from the encapsulator one value may be a remarked one. */
static void check_tclass(const struct ipip_rule_input *c, struct ruling *ruling)
{
    bool is_entry = ipip_vantage_is_entry(c->tunnel_policy->vantage);

    if (!is_entry && !ipip_tunnel_has_dscps(&c->flow->tunnel->stats))
        ruling->verdict = IPIP_UNKNOWN;
    else if (!is_entry)
        ruling->confidence = IPIP_LIKELY;
    if (c->tunnel_policy->profile->dscp == IPIP_DSCP_COPIED_OR_ZERO && ipip_ip_dscp(input_outer(c)) == 0)
        ruling->severity = IPIP_NOTE;
}

static void describe_tclass(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char outer[DSCP_TEXT];
    char inner[DSCP_TEXT];

    SAY(text->message, "the outer DSCP (%s) is not that of the traffic class inside (%s)",
        text_dscp_short(outer, ipip_ip_dscp(input_outer(c))), text_dscp_short(inner, ipip_ip_dscp(input_inner(c))));
    SAY(text->expected, "%s", text_dscp(inner, ipip_ip_dscp(input_inner(c))));
    SAY(text->actual, "%s", text_dscp(outer, ipip_ip_dscp(input_outer(c))));
}

const struct rule rule_733 = {
    .about.id = "IPIP733",
    .about.slug = "6rd-tclass",
    .about.title = "6rd does not copy the traffic class",
    .about.reference = "RFC 5969 section 9",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a fixed TOS on the 6rd device (Linux: none unless `tos inherit`), or remarking on the path",
    RULE_OF_6RD,
    .triggers = TRIGGER_DSCP_DIFFERS,
    .is_idle = is_tclass_idle,
    .outer = IPIP_FIELD_TCLASS,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_tclass,
    .describe = describe_tclass,
    .values = {&value_outer_dscp, &value_inner_dscp},
};

static bool is_anycast_idle(const struct tunnel_policy *tunnel_policy)
{
    return is_domain_idle(tunnel_policy) || tunnel_policy->expectation->br_anycast.count == 0;
}

static void describe_anycast(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "a border relay sends from the anycast address %s without DF",
        ipip_address_text(src, input_outer(c)->src));
    SAY(text->expected, "DF=1");
    SAY(text->actual, "DF=0");
}

const struct rule rule_734 = {
    .about.id = "IPIP734",
    .about.slug = "6rd-anycast-df",
    .about.title = "6rd packet from an anycast address without DF",
    .about.reference = "RFC 5969 section 9.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a border relay with a static tunnel MTU",
    RULE_OF_6RD,
    .is_idle = is_anycast_idle,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_FRAGMENT,
    .describe = describe_anycast,
};

static void describe_linklocal(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    SAY(text->message, "link-local traffic in a 6rd tunnel, whose link has no use for it");
    SAY(text->expected, "addresses of the domain or of other networks");
    SAY(text->actual, "%s > %s", ipip_address_text(src, input_inner(c)->src),
        ipip_address_text(dst, input_inner(c)->dst));
}

const struct rule rule_735 = {
    .about.id = "IPIP735",
    .about.slug = "6rd-linklocal",
    .about.title = "link-local traffic in a 6rd tunnel",
    .about.reference = "RFC 5969 section 9",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "neighbour discovery or a routing protocol on the 6rd device",
    RULE_OF_6RD,
    .is_idle = is_domain_idle,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_linklocal,
};
