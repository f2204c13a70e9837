/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the outer header announces inside, and its length. */
#include "packet/extensions.h"
#include "rules/rule.h"

enum { EXCESS_MAX = 64 }; /* trailing octets after the inner datagram that may be mere padding */

static void describe_demux(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint8_t first = input_inside(c).data[0];
    /* The protocol behind authentication headers is not kept: under 4 the version would be right. */
    bool is_ipv6 = input_outer(c)->protocol == IPIP_PROTOCOL_IPV6 || first >> 4 == 4;
    unsigned version = is_ipv6 ? 6 : 4;

    SAY(text->message, "the outer header announces IPv%u (protocol %u), but the payload has version %u", version,
        is_ipv6 ? IPIP_PROTOCOL_IPV6 : IPIP_PROTOCOL_IPIP, first >> 4);
    SAY(text->expected, "version %u", version);
    SAY(text->actual, "version %u (first octet 0x%02x)", first >> 4, first);
}

VALUE_NUMBER(static, inner_version, input_inside(c).data[0] >> 4)

const struct rule rule_100 = {
    .about.id = "IPIP100",
    .about.slug = "encap-demux",
    .about.title = "protocol number and inner version disagree",
    .about.reference = "RFC 2003 section 3.1; RFC 791 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "IPv6 sent as protocol 4 or IPv4 as protocol 41, corruption, or a proprietary payload",
    .about.kinds = KINDS_OF_PLAIN_IP,
    .variants = {{KIND_OF(6IN4), IPIP_ERROR, "RFC 4213 section 3.5", false},
                 {KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_ERROR, "RFC 2473 sections 3 and 5", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER | FACT_NO_ROOM,
    .blind = FACT_VERSION_UNSEEN,
    .triggers = TRIGGER_DEMUX,
    .outer = IPIP_FIELD_PROTOCOL,
    .inner = IPIP_FIELD_VERSION,
    .describe = describe_demux,
    .values = {&value_protocol, &value_inner_version},
};

/* Of IPv6 in IPv4 IPIP704 and IPIP705 speak. */
#define KINDS_WITH_PACKET_BOUND (KINDS_RELATED & ~KIND_OF(6IN4))

/* The inner datagram and what follows it: up to the end of the outer payload, or of UDP where its Length is not 0. */
static struct ipip_bytes room_inside(const struct ipip_rule_input *c)
{
    return input_layer(c)[1].bytes;
}

static bool is_bound_by_udp(const struct ipip_rule_input *c)
{
    return c->shims != NULL && tunnel_shims_have(c->shims, IPIP_SHIM_UDP) && c->shims->udp.length != 0;
}

static const char *bound_name(const struct ipip_rule_input *c)
{
    return is_bound_by_udp(c) ? "UDP" : "outer";
}

static void describe_short(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint32_t room = room_inside(c).wire;
    uint32_t bound = is_bound_by_udp(c) ? c->shims->udp.length : input_outer(c)->total_bytes;
    char octets[OCTETS_TEXT];
    const char *length = text_word(input_inner(c), WORD_LENGTH);

    SAY(text->message, "the inner %s reaches %s beyond the %s payload", length,
        text_octets(octets, input_inner(c)->total_bytes - room), bound_name(c));
    SAY(text->expected, "inner %s <= %u", length, room);
    SAY(text->actual, "inner %s %u, %s %u with %u octets of headers", length, input_inner(c)->total_bytes,
        is_bound_by_udp(c) ? "UDP Length" : "outer", bound, bound - room);
}

const struct rule rule_103 = {
    .about.id = "IPIP103",
    .about.slug = "outer-len-short",
    .about.title = "outer payload shorter than the inner Total Length",
    .about.reference = "RFC 2003 section 3.1; RFC 1812 section 5.2.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a packet that was cut between the inner sender and here, or an encapsulator that writes wrong lengths",
    .about.kinds = KINDS_WITH_PACKET_BOUND,
    .variants = {{KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_ERROR, "RFC 2473 section 3", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES, IPIP_ERROR, "RFC 2784 section 2", false},
                 {KINDS_OF_UDP, IPIP_ERROR, "RFC 768", false}},
    RULE_OF_DATAGRAM,
    .triggers = TRIGGER_INNER_LONG,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .describe = describe_short,
};

/* The octets behind the inner datagram. */
static struct ipip_bytes excess(const struct ipip_rule_input *c)
{
    return ipip_bytes_after(room_inside(c), input_inner(c)->total_bytes);
}

static void check_excess(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_bytes tail = excess(c);
    bool is_zero = true;

    for (uint32_t i = 0; i < tail.captured && is_zero; i++)
        is_zero = tail.data[i] == 0;
    if (tail.captured < tail.wire)
        ruling->confidence = IPIP_HEURISTIC;
    else if (!is_zero || tail.wire > EXCESS_MAX)
        ruling->severity = IPIP_WARNING;
    if (c->tunnel_policy->profile->indicative_is_error || extensions_lack_payload(input_inner(c)))
        ruling->severity = IPIP_ERROR;
}

static void describe_excess(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint32_t count = excess(c).wire;
    char octets[OCTETS_TEXT];

    SAY(text->message, "%s follow%s the inner datagram in the %s payload", text_octets(octets, count),
        count == 1 ? "s" : "", bound_name(c));
    SAY(text->expected, "%s payload %u", bound_name(c), input_inner(c)->total_bytes);
    SAY(text->actual, "%s payload %u", bound_name(c), room_inside(c).wire);
}

const struct rule rule_104 = {
    .about.id = "IPIP104",
    .about.slug = "outer-len-excess",
    .about.title = "trailing octets after the inner datagram",
    .about.reference = "RFC 2003 section 3.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "encapsulated link-layer padding, a trailer, or an inner length that was changed",
    .about.kinds = KINDS_WITH_PACKET_BOUND,
    .variants = {{KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_NOTE, "RFC 2473 section 3", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES, IPIP_NOTE, "RFC 2784 section 2", false},
                 {KINDS_OF_UDP, IPIP_NOTE, "RFC 768", false}},
    RULE_OF_DATAGRAM,
    .triggers = TRIGGER_INNER_SHORT,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_excess,
    .describe = describe_excess,
};

static unsigned authentication_bytes(const struct ipip_rule_input *c)
{
    unsigned bytes = 0;

    if (c->shims == NULL)
        return input_layer(c)->shim_bytes;
    for (unsigned i = 0; i < c->shims->chain.count; i++)
        bytes += c->shims->chain.links[i].shim == IPIP_SHIM_AH ? c->shims->chain.links[i].bytes : 0;
    return bytes;
}

static void describe_shim(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_ipip = input_layer(c)->kind == IPIP_KIND_IPIP;
    unsigned bytes = authentication_bytes(c);

    SAY(text->message, "%u octets of authentication headers between the outer %s", bytes,
        is_ipip ? "and the inner header" : "header and the tunnel's");
    SAY(text->expected, is_ipip ? "the inner header right after the outer one" : "no authentication header");
    SAY(text->actual, "protocol %u, %u octets", input_outer(c)->protocol, bytes);
}

const struct rule rule_114 = {
    .about.id = "IPIP114",
    .about.slug = "shim-between",
    .about.title = "another header between outer and inner",
    .about.reference = "RFC 2003 section 3",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "IPsec AH in tunnel mode",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_READ & ~KIND_OF(IPIP), IPIP_NOTE, "RFC 4302 section 3.1", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_UNSEEN,
    .triggers = TRIGGER_SHIM,
    .outer = IPIP_FIELD_PROTOCOL,
    .describe = describe_shim,
    .values = {&value_protocol},
};
