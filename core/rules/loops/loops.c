/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops and nesting, as far as one packet shows them. */
#include "flow/keepalive.h"
#include "rules/embedding.h"
#include "rules/loops/scan.h"
#include "wire/initial_ttl.h"

enum { NESTING_MAX = 8 }; /* IP headers; more are an attack or a loop */

/* As it was sent, or after one hop: such a packet may well be the encapsulator's own. */
static bool is_fresh(uint8_t ttl)
{
    return is_initial_ttl(ttl, INITIAL_TTL_HOST) ||
           (ttl < UINT8_MAX && is_initial_ttl((uint8_t)(ttl + 1), INITIAL_TTL_HOST));
}

/* What traceroute sends with a TTL that is low on purpose: echo requests, or UDP to its usual ports. */
static bool is_traceroute(const struct ipip_layer *inner)
{
    enum { TTL_MAX = 30, ECHO_REQUEST = 8, ECHO_REQUEST_IPV6 = 128, PORT_MIN = 33434, PORT_MAX = 33534 };
    struct ipip_bytes payload = ipip_layer_payload(inner);
    unsigned port;

    if (inner->ip.ttl > TTL_MAX || inner->ip.fragment_offset != 0 || payload.captured < 4)
        return false;
    if (inner->ip.protocol == IPIP_PROTOCOL_ICMP)
        return payload.data[0] == ECHO_REQUEST;
    if (inner->ip.protocol == IPIP_PROTOCOL_ICMPV6)
        return payload.data[0] == ECHO_REQUEST_IPV6;
    port = (unsigned)payload.data[2] << 8 | payload.data[3];
    return inner->ip.protocol == IPIP_PROTOCOL_UDP && port >= PORT_MIN && port <= PORT_MAX;
}

/* The encapsulator may have sent it itself: a TTL that has not been decremented, or need not be large. */
static bool is_own_ttl(const struct ipip_rule_input *c)
{
    return is_fresh(input_inner(c)->ttl) || ipip_address_is_group(input_inner(c)->dst) ||
           is_traceroute(input_layer(c) + 1);
}

static void check_entry(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (scan_kind(c) != SCAN_NONE)
        ruling->verdict = IPIP_NOT_APPLICABLE;
    else if ((c->facts.context & FACT_SHIM) != 0)
        return;
    else if (c->flow->has_arrived)
        ruling->severity = IPIP_ERROR;
    else if (!is_own_ttl(c))
        ruling->severity = IPIP_WARNING;
}

static void describe_entry(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const char *ttl = text_word(input_inner(c), WORD_TTL);
    char src[IPIP_ADDRESS_TEXT];

    ipip_address_text(src, input_inner(c)->src);
    if (c->flow->has_arrived)
        SAY(text->message,
            "the inner source %s is the encapsulator itself, and the packet was seen arriving from outside", src);
    else if (is_own_ttl(c))
        SAY(text->message, "the inner source %s is the encapsulator itself", src);
    else
        SAY(text->message,
            "the inner source %s is the encapsulator itself, and its %s shows that the packet was "
            "forwarded before",
            src, ttl);
    SAY(text->expected, "an inner source other than %s", src);
    SAY(text->actual, "%s, inner %s %u", src, ttl, input_inner(c)->ttl);
}

const struct rule rule_201 = {
    .about.id = "IPIP201",
    .about.slug = "src-is-encapsulator",
    .about.title = "inner source equals outer source",
    .about.reference = "RFC 2003 section 3.2",
    .about.severity = IPIP_NOTE,
    .about.usual_cause =
        "traffic of the encapsulator itself (legal), or a packet that came back to it from outside (a loop)",
    .about.kinds = KINDS_OF_ONE_FAMILY,
    .is_of_frames = true,
    .variants = {{KIND_OF(6IN6), IPIP_NOTE, "RFC 2473 section 4.1.2", false},
                 {KINDS_OF_GRE | KINDS_OF_UDP, IPIP_NOTE, "RFC 2784 section 3.1", false}},
    RULE_OF_RELATION,
    .triggers = TRIGGER_SRC_IS_ENTRY,
    .outer = IPIP_FIELD_SRC,
    .inner = IPIP_FIELD_SRC,
    .check = check_entry,
    .describe = describe_entry,
};

/* A keepalive: the exit is to send back what is inside, GRE of type 0. */
static bool is_keepalive(const struct ipip_rule_input *c)
{
    const struct ipip_layer *inner = input_layer(c) + 1;
    struct ipip_bytes payload = ipip_layer_payload(inner);

    return (input_kind(c) & KINDS_OF_GRE) != 0 && inner->ip.protocol == IPIP_PROTOCOL_GRE &&
           ipip_address_equal(inner->ip.dst, input_outer(c)->src) && inner->ip.fragment_offset == 0 &&
           payload.captured >= 4 && payload.data[2] == 0 && payload.data[3] == 0;
}

/*
 * An ISATAP host's packet comes back to it from a router, which may send what is any host's. Of all others that embed the exit IPIP722 and
 * IPIP712 speak, and of those that are no IPv6 addresses IPIP708.
 */
static bool is_returned(const struct ipip_rule_input *c)
{
    struct embedded src = embedded_of(input_inner(c)->src);

    return src.by == EMBEDDING_ISATAP && ipip_address_equal(src.ipv4, input_outer(c)->dst) &&
           embedding_is_from_router(c);
}

static void check_exit(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (is_keepalive(c) || (input_kind(c) == KIND_OF(6IN4) && !is_returned(c)))
        ruling->verdict = IPIP_PASS;
    else if ((input_kind(c) & KINDS_OF_GRE) != 0 && keepalive_may_be(input_layer(c)))
        ruling->verdict = IPIP_UNKNOWN;
}

static void describe_exit(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "the inner source %s is the exit of the tunnel %s", ipip_address_text(src, input_inner(c)->src),
        text_endpoints(endpoints, input_outer(c)));
    SAY(text->expected, "an inner source other than a tunnel exit");
    SAY(text->actual, "%s", src);
}

const struct rule rule_202 = {
    .about.id = "IPIP202",
    .about.slug = "src-is-tunnel-exit",
    .about.title = "inner source equals tunnel destination",
    .about.reference = "RFC 2003 section 3.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "routing that sends the exit's own packets back to it, or a tunnel scan (see IPIP217)",
    .about.kinds = KINDS_OF_ENDS,
    .is_of_frames = true,
    .variants = {{KIND_OF(6IN4), IPIP_ERROR, "RFC 6324 section 3", false},
                 {KIND_OF(6IN6), IPIP_ERROR, "RFC 2473 section 4.1.2", false},
                 {KINDS_OF_GRE | KINDS_OF_UDP, IPIP_ERROR, "RFC 2784 section 3.1", false}},
    RULE_OF_RELATION,
    .triggers = TRIGGER_SRC_IS_EXIT | TRIGGER_AUTOMATIC,
    .outer = IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC,
    .check = check_exit,
    .describe = describe_exit,
    .values = {&value_inner_src},
};

static void check_same_pair(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (scan_kind(c) != SCAN_NONE)
        ruling->verdict = IPIP_NOT_APPLICABLE;
    else if (c->flow->tunnel->is_own_answered)
        ruling->severity = IPIP_NOTE;
}

static void describe_same_pair(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "inner and outer header have the same addresses (%s)",
        text_endpoints(endpoints, input_outer(c)));
    SAY(text->expected, "different addresses");
    SAY(text->actual, "%s twice", endpoints);
}

const struct rule rule_204 = {
    .about.id = "IPIP204",
    .about.slug = "endpoints-equal-inner",
    .about.title = "inner addresses equal outer addresses",
    .about.reference = "RFC 2473 section 4.1.2; RFC 2003 section 3.2",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "the route to the tunnel's exit leads into the tunnel itself",
    .about.kinds = KINDS_OF_ENDS,
    .is_of_frames = true,
    .variants = {{KINDS_OF_ENDS & ~KIND_OF(IPIP), IPIP_WARNING, "RFC 2473 section 4.1.2", false}},
    RULE_OF_ANY_SENDER,
    .triggers = TRIGGER_SAME_PAIR,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_same_pair,
    .describe = describe_same_pair,
};

static void check_depth(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->stack->count > NESTING_MAX)
        ruling->severity = IPIP_ERROR;
}

static void describe_depth(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool has_more = c->stack->end == IPIP_END_NESTING_LIMIT;

    SAY(text->message, "the packet has %s%u nested IP headers", has_more ? "more than " : "", c->stack->count);
    SAY(text->expected, "at most 3");
    SAY(text->actual, "%s%u", has_more ? "> " : "", c->stack->count);
}

VALUE_NUMBER(static, headers, c->stack->count)

const struct rule rule_215 = {
    .about.id = "IPIP215",
    .about.slug = "nesting-depth",
    .about.title = "too many nested IP headers",
    .about.reference = "RFC 2473 section 4.1; RFC 2003 section 3.2; VU#199397",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a routing loop through tunnels, or a packet crafted to exhaust decapsulators",
    .about.kinds = KINDS_READ,
    .triggers = TRIGGER_DEEP,
    .outer = IPIP_FIELDS_FIXED,
    .check = check_depth,
    .describe = describe_depth,
    .values = {&value_headers},
};

static void describe_recursive(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "the tunnel %s is nested in itself", text_endpoints(endpoints, input_outer(c)));
    SAY(text->expected, "each tunnel once");
    SAY(text->actual, "the same addresses at level %u and further out", c->layer + 1);
}

const struct rule rule_216 = {
    .about.id = "IPIP216",
    .about.slug = "recursive-same-endpoints",
    .about.title = "the same tunnel at two nesting levels",
    .about.reference = "RFC 2003 section 3.2; RFC 5944 section 4.2.3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "the encapsulator's route to the exit leads into the tunnel again",
    .about.kinds = KINDS_RELATED | KINDS_OF_MIRRORS,
    .variants = {{KINDS_READ & ~KIND_OF(IPIP), IPIP_ERROR, "RFC 2473 section 4.1", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_ENCAPSULATED,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_RECURSIVE,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_recursive,
};
