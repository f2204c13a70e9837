/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that are invalid in their place. */
#include "rules/rule.h"

#define KIND(name) (1U << IPIP_ADDRESS_##name)

/* Kinds of address that are a fault in one place, and those that are worth a note there: by family. */
struct expectation {
    unsigned error;
    unsigned note;
    unsigned error_ipv6;
    unsigned note_ipv6;
};

#define NO_NODE_OF_IPV6 (KIND(UNSPECIFIED) | KIND(LOOPBACK) | KIND(MULTICAST))
#define NO_USE_OF_IPV6 (KIND(DOCUMENTATION) | KIND(BENCHMARKING) | KIND(RESERVED))

static const struct expectation outer_src = {
    KIND(UNSPECIFIED) | KIND(THIS_NETWORK) | KIND(LOOPBACK) | KIND(MULTICAST) | KIND(RESERVED) | KIND(BROADCAST),
    KIND(DOCUMENTATION) | KIND(BENCHMARKING) | KIND(LINK_LOCAL) | KIND(PROTOCOL),
    NO_NODE_OF_IPV6,
    NO_USE_OF_IPV6 | KIND(LINK_LOCAL),
};
static const struct expectation outer_dst = {
    KIND(UNSPECIFIED) | KIND(THIS_NETWORK) | KIND(LOOPBACK) | KIND(RESERVED) | KIND(BROADCAST),
    KIND(MULTICAST),
    KIND(UNSPECIFIED) | KIND(LOOPBACK),
    NO_USE_OF_IPV6 | KIND(LINK_LOCAL) | KIND(MULTICAST),
};
static const struct expectation inner_src = {
    KIND(UNSPECIFIED) | KIND(THIS_NETWORK) | KIND(LOOPBACK) | KIND(MULTICAST) | KIND(RESERVED) | KIND(BROADCAST),
    KIND(LINK_LOCAL) | KIND(DOCUMENTATION) | KIND(PROTOCOL),
    NO_NODE_OF_IPV6,
    NO_USE_OF_IPV6,
};
static const struct expectation inner_dst = {
    KIND(UNSPECIFIED) | KIND(THIS_NETWORK) | KIND(LOOPBACK) | KIND(RESERVED),
    KIND(MULTICAST) | KIND(BROADCAST),
    KIND(UNSPECIFIED) | KIND(LOOPBACK),
    NO_USE_OF_IPV6 | KIND(MULTICAST),
};

/* Documentation addresses are a lab's, and all of its packets have them: that is worth one note per tunnel. */
static void judge(const struct ipip_rule_input *c, struct ruling *ruling, const struct expectation *expectation,
                  struct ipip_addr address)
{
    unsigned kind = 1U << ipip_address_kind(address);
    bool is_ipv4 = ipip_address_is_ipv4(address);
    unsigned error = is_ipv4 ? expectation->error : expectation->error_ipv6;
    unsigned note = is_ipv4 ? expectation->note : expectation->note_ipv6;
    bool is_at_home = kind == KIND(LOOPBACK) && c->packet->is_loopback;

    if (is_at_home || ((error | note) & kind) == 0)
        ruling->verdict = IPIP_PASS;
    else
        ruling->severity = (error & kind) != 0 ? IPIP_ERROR : IPIP_NOTE;
    ruling->is_of_tunnel = kind == KIND(DOCUMENTATION) && ruling->severity == IPIP_NOTE;
}

static void say(struct ipip_text *text, const char *what, struct ipip_addr address)
{
    char dotted[IPIP_ADDRESS_TEXT];
    const char *what_kind = ipip_address_kind_text(address);
    enum ipip_address_kind kind = ipip_address_kind(address);

    ipip_address_text(dotted, address);
    SAY(text->message, "the %s %s is %s", what, dotted, what_kind);
    SAY(text->expected, kind == IPIP_ADDRESS_DOCUMENTATION || kind == IPIP_ADDRESS_BENCHMARKING
                            ? "an address that is in use on networks"
                            : "a unicast host address");
    SAY(text->actual, "%s", dotted);
}

static void check_outer_src(const struct ipip_rule_input *c, struct ruling *ruling)
{
    judge(c, ruling, &outer_src, input_outer(c)->src);
}

static void describe_outer_src(const struct ipip_rule_input *c, struct ipip_text *text)
{
    say(text, "tunnel's source", input_outer(c)->src);
}

const struct rule rule_112 = {
    .about.id = "IPIP112",
    .about.slug = "outer-source-valid",
    .about.title = "outer source is not a valid encapsulator address",
    .about.reference = "RFC 2003 section 3.1; RFC 1812 section 5.3.7; RFC 6890",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a spoofed packet, a tunnel whose local address was never set, or a lab that uses documentation "
        "addresses",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 4291 sections 2.5.2, 2.5.3 and 2.7; RFC 6890", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_SRC_SPECIAL,
    .outer = IPIP_FIELD_SRC,
    .check = check_outer_src,
    .describe = describe_outer_src,
};

static void check_outer_dst(const struct ipip_rule_input *c, struct ruling *ruling)
{
    judge(c, ruling, &outer_dst, input_outer(c)->dst);
}

static void describe_outer_dst(const struct ipip_rule_input *c, struct ipip_text *text)
{
    say(text, "tunnel's destination", input_outer(c)->dst);
}

const struct rule rule_113 = {
    .about.id = "IPIP113",
    .about.slug = "outer-dest-valid",
    .about.title = "outer destination is not a valid decapsulator address",
    .about.reference = "RFC 2003 section 3.1; RFC 1812 section 5.3.7; RFC 6890",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a tunnel whose remote address was never set, an unnumbered next hop on tunl0, or a lab that uses "
        "documentation addresses",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 4291 sections 2.5.2, 2.5.3 and 2.7; RFC 6890", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_DST_SPECIAL,
    .outer = IPIP_FIELD_DST,
    .check = check_outer_dst,
    .describe = describe_outer_dst,
};

static void check_self(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->packet->is_loopback && ipip_address_kind(input_outer(c)->src) == IPIP_ADDRESS_LOOPBACK)
        ruling->verdict = IPIP_PASS;
}

static void describe_self(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char dotted[IPIP_ADDRESS_TEXT];

    SAY(text->message, "outer source and outer destination are both %s",
        ipip_address_text(dotted, input_outer(c)->src));
    SAY(text->expected, "two different addresses");
    SAY(text->actual, "%s twice", dotted);
}

const struct rule rule_205 = {
    .about.id = "IPIP205",
    .about.slug = "self-tunnel",
    .about.title = "outer source equals outer destination",
    .about.reference = "RFC 2473 section 4.1.2; RFC 2003 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a tunnel configured with its own address as remote, or a crafted packet",
    .about.kinds = KINDS_READ,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_SELF,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_self,
    .describe = describe_self,
};

/* :: is the source of a node that has no address yet: it asks whether one is free, or reports groups (RFC 4861, RFC 4862, RFC 3810). */
static enum ipip_verdict judge_unspecified_ipv6(const struct ipip_layer *inner)
{
    enum {
        ND_HOPS = 255,
        MLD_HOPS = 1,
        ROUTER_SOLICITATION = 133,
        ND_SOLICITATION = 135,
        MLD1_REPORT = 131,
        MLD_REPORT = 143
    };
    struct ipip_bytes payload = ipip_layer_payload(inner);

    if (inner->ip.protocol != IPIP_PROTOCOL_ICMPV6)
        return IPIP_FAIL;
    if (inner->ip.fragment_offset != 0 || payload.captured == 0)
        return IPIP_UNKNOWN;
    switch (payload.data[0]) {
    case ROUTER_SOLICITATION:
    case ND_SOLICITATION:
        return inner->ip.ttl == ND_HOPS ? IPIP_PASS : IPIP_FAIL;
    case MLD1_REPORT:
    case MLD_REPORT:
        return inner->ip.ttl == MLD_HOPS ? IPIP_PASS : IPIP_FAIL;
    default:
        return IPIP_FAIL;
    }
}

/* 0.0.0.0 is the source of a DHCP client (RFC 1122 section 3.2.1.3): UDP from port 68 to port 67. */
static enum ipip_verdict judge_unspecified(const struct ipip_rule_input *c)
{
    const struct ipip_layer *inner = input_layer(c) + 1;
    struct ipip_bytes payload = ipip_layer_payload(inner);

    if (input_inner_is_ipv6(c))
        return judge_unspecified_ipv6(inner);
    if (inner->ip.protocol != IPIP_PROTOCOL_UDP)
        return IPIP_FAIL;
    if (inner->ip.fragment_offset != 0 || payload.captured < 4)
        return IPIP_UNKNOWN;
    return payload.data[0] == 0 && payload.data[1] == 68 && payload.data[2] == 0 && payload.data[3] == 67 ? IPIP_PASS
                                                                                                          : IPIP_FAIL;
}

static void check_inner_src(const struct ipip_rule_input *c, struct ruling *ruling)
{
    judge(c, ruling, &inner_src, input_inner(c)->src);
    if (ruling->verdict == IPIP_FAIL && ipip_address_kind(input_inner(c)->src) == IPIP_ADDRESS_UNSPECIFIED)
        ruling->verdict = judge_unspecified(c);
}

static void describe_inner_src(const struct ipip_rule_input *c, struct ipip_text *text)
{
    say(text, "inner source", input_inner(c)->src);
}

const struct rule rule_206 = {
    .about.id = "IPIP206",
    .about.slug = "inner-src-invalid",
    .about.title = "inner source is not a valid source address",
    .about.reference = "RFC 1812 section 5.3.7; RFC 1122 section 3.2.1.3; RFC 6890; RFC 2003 section 6",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "spoofing through the tunnel, a host without an address, or a lab that uses documentation addresses",
    .about.kinds = KINDS_OF_PACKETS | KINDS_OF_MINIMAL,
    .is_of_frames = true,
    .variants = {{KINDS_INSIDE_IPV6, IPIP_ERROR, "RFC 4291 sections 2.5.2, 2.5.3 and 2.7; RFC 6890", false}},
    RULE_OF_RELATION,
    .triggers = TRIGGER_INNER_SRC_SPECIAL,
    .inner = IPIP_FIELD_SRC,
    .check = check_inner_src,
    .describe = describe_inner_src,
    .values = {&value_inner_src},
};

static void check_inner_dst(const struct ipip_rule_input *c, struct ruling *ruling)
{
    judge(c, ruling, &inner_dst, input_inner(c)->dst);
}

static void describe_inner_dst(const struct ipip_rule_input *c, struct ipip_text *text)
{
    say(text, "inner destination", input_inner(c)->dst);
}

const struct rule rule_207 = {
    .about.id = "IPIP207",
    .about.slug = "inner-dst-invalid",
    .about.title = "inner destination is not a valid destination address",
    .about.reference = "RFC 1812 section 5.3.7; RFC 1122 section 3.2.1.3; RFC 6890; RFC 2003 section 6",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "an attempt to reach the decapsulator's own loopback, a routing mistake, or a lab that uses documentation addresses",
    .about.kinds = KINDS_OF_PACKETS | KINDS_OF_MINIMAL,
    .is_of_frames = true,
    .variants = {{KINDS_INSIDE_IPV6, IPIP_ERROR, "RFC 4291 sections 2.5.2, 2.5.3 and 2.7; RFC 6890", false}},
    RULE_OF_RELATION,
    .triggers = TRIGGER_INNER_DST_SPECIAL,
    .inner = IPIP_FIELD_DST,
    .check = check_inner_dst,
    .describe = describe_inner_dst,
    .values = {&value_inner_dst},
};

/* Homes behind DS-Lite have private addresses: the AFTR translates them (RFC 6333 section 4). */
static bool is_scope_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->softwire == IPIP_SOFTWIRE_DS_LITE;
}

static void describe_scope(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "inner addresses that are not global (%s) in a tunnel between global ones",
        text_endpoints(endpoints, input_inner(c)));
    SAY(text->expected, "global inner addresses");
    SAY(text->actual, "%s", endpoints);
}

const struct rule rule_208 = {
    .about.id = "IPIP208",
    .about.slug = "outer-inner-scope",
    .about.title = "private inner addresses behind public outer ones",
    .about.reference = "RFC 6890; RFC 6169 section 2.2",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a site-to-site VPN over the Internet",
    .about.kinds = KINDS_OF_PACKETS | KINDS_OF_MINIMAL,
    .is_of_frames = true,
    RULE_OF_RELATION,
    .triggers = TRIGGER_SCOPE_MIX,
    .is_idle = is_scope_idle,
    .report = REPORT_HABIT,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_scope,
};
