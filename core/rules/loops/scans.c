/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets of scanners that look for open decapsulators (VU#199397, CVE-2020-10136). */
#include "rules/embedding.h"
#include "rules/loops/scan.h"

#define SCAN_OF_OTHERS "VU#199397; CVE-2024-7595; CVE-2024-7596; CVE-2025-23018; CVE-2025-23019"
/* A packet in minimal encapsulation has no TTL of its own. */
#define KINDS_PROBED (KINDS_OF_ENDS | KINDS_OF_MINIMAL)
#define REFERENCE "VU#199397; CVE-2020-10136; RFC 2003 section 6"

enum echo { ECHO_REPLY, ECHO_REQUEST };

/* An echo message, by the types of ICMP (RFC 792) and of ICMPv6 (RFC 4443 section 4). */
static bool is_echo(const struct ipip_layer *layer, enum echo echo)
{
    static const uint8_t types[][2] = {[ECHO_REPLY] = {0, 129}, [ECHO_REQUEST] = {8, 128}};
    struct ipip_bytes payload = ipip_layer_payload(layer);
    bool is_ipv6 = layer->ip.version == 6;

    return layer->ip.protocol == (is_ipv6 ? IPIP_PROTOCOL_ICMPV6 : IPIP_PROTOCOL_ICMP) &&
           layer->ip.fragment_offset == 0 && payload.captured > 0 && payload.data[0] == types[echo][is_ipv6];
}

/* A TTL that ends behind the exit; a Hop Limit of 0 is taken there, too. */
static bool is_last_hop(const struct ipip_ip *ip)
{
    return ip->ttl == 1 || (ip->version == 6 && ip->ttl == 0);
}

/* A tunnel between declared endpoints. */
static bool is_declared(const struct ipip_rule_input *c)
{
    return ipip_policy_is_endpoint(c->policy, input_outer(c)->src, input_outer(c)->dst);
}

/* The same address, or one that has it inside. */
static bool is_of_host(struct ipip_addr inner, struct ipip_addr outer)
{
    struct embedded embedded = embedded_of(inner);

    return ipip_address_equal(inner, outer) ||
           (embedded.by != EMBEDDING_NONE && ipip_address_equal(embedded.ipv4, outer));
}

enum scan scan_kind(const struct ipip_rule_input *c)
{
    const struct ipip_layer *inner = input_layer(c) + 1;
    const struct ipip_ip *o = input_outer(c);
    const struct ipip_ip *i = &inner->ip;

    if ((c->facts.context & FACT_SHIM) != 0)
        return SCAN_NONE;
    if (is_of_host(i->src, o->dst) && is_of_host(i->dst, o->src) && is_echo(inner, ECHO_REPLY))
        return SCAN_STANDARD;
    if (ipip_ip_is_same_direction(i, o) && is_echo(inner, ECHO_REQUEST))
        return SCAN_PING;
    if (ipip_address_equal(i->src, o->src) && !ipip_address_equal(i->dst, o->dst) && is_last_hop(i) &&
        !ipip_address_is_group(i->dst))
        return SCAN_TTL;
    return SCAN_NONE;
}

static void check_standard(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (scan_kind(c) != SCAN_STANDARD)
        ruling->verdict = IPIP_PASS;
}

static void describe(const struct ipip_rule_input *c, struct ipip_text *text)
{
    static const char *const forms[] = {
        [SCAN_NONE] = "",
        [SCAN_STANDARD] = "an echo reply to itself",
        [SCAN_PING] = "an echo request between the tunnel's own ends",
        [SCAN_TTL] = "a TTL 1 datagram to a destination behind the exit",
    };
    enum scan kind = scan_kind(c);
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s probes %s with %s: an open decapsulator would answer",
        ipip_address_text(src, input_outer(c)->src), ipip_address_text(dst, input_outer(c)->dst), forms[kind]);
    SAY(text->expected, "tunnel traffic");
    SAY(text->actual, "%s", forms[kind]);
}

const struct rule rule_217 = {
    .about.id = "IPIP217",
    .about.slug = "scan-standard",
    .about.title = "tunnel scan, echo-reply form",
    .about.reference = REFERENCE,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a scan for hosts that decapsulate and forward for anyone",
    .about.kinds = KINDS_PROBED,
    .variants = {{KINDS_PROBED & ~KIND_OF(IPIP), IPIP_WARNING, SCAN_OF_OTHERS, false}},
    RULE_OF_ANY_SENDER,
    .triggers = TRIGGER_SRC_IS_EXIT | TRIGGER_AUTOMATIC,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_standard,
    .describe = describe,
};

static void check_ping(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (scan_kind(c) != SCAN_PING)
        ruling->verdict = IPIP_PASS;
    else if (c->flow->tunnel->is_own_answered || is_declared(c))
        ruling->severity = IPIP_NOTE;
}

const struct rule rule_218 = {
    .about.id = "IPIP218",
    .about.slug = "scan-ping",
    .about.title = "tunnel scan, echo-request form",
    .about.reference = REFERENCE,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a scan, or a ping between the ends of a host-to-host tunnel through that tunnel",
    .about.kinds = KINDS_PROBED,
    .variants = {{KINDS_PROBED & ~KIND_OF(IPIP), IPIP_WARNING, SCAN_OF_OTHERS, false}},
    RULE_OF_ANY_SENDER,
    .triggers = TRIGGER_SAME_PAIR,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_ping,
    .describe = describe,
};

static void check_ttl(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (scan_kind(c) != SCAN_TTL)
        ruling->verdict = IPIP_PASS;
    else if (is_declared(c))
        ruling->severity = IPIP_NOTE;
}

const struct rule rule_219 = {
    .about.id = "IPIP219",
    .about.slug = "scan-ttl",
    .about.title = "tunnel scan, TTL form",
    .about.reference = REFERENCE,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a scan, or a traceroute from the encapsulator through its own tunnel",
    .about.kinds = KINDS_OF_ENDS,
    .variants = {{KINDS_OF_ENDS & ~KIND_OF(IPIP), IPIP_WARNING, SCAN_OF_OTHERS, false}},
    RULE_OF_ANY_SENDER,
    .triggers = TRIGGER_SRC_IS_ENTRY,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_TTL,
    .check = check_ttl,
    .describe = describe,
};
