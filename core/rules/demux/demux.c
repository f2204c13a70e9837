/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the outer header announces inside, and its length. */
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
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER | FACT_NO_ROOM,
    .blind = FACT_VERSION_UNSEEN,
    .triggers = TRIGGER_DEMUX,
    .outer = IPIP_FIELD_PROTOCOL,
    .inner = IPIP_FIELD_VERSION,
    .describe = describe_demux,
    .values = {&value_protocol, &value_inner_version},
};

static void describe_short(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint32_t room = input_inside(c).wire;
    char octets[OCTETS_TEXT];

    SAY(text->message, "the inner Total Length reaches %s beyond the outer payload",
        text_octets(octets, input_inner(c)->total_bytes - room));
    SAY(text->expected, "inner Total Length <= %u", room);
    SAY(text->actual, "inner Total Length %u, outer %u with %u octets of headers", input_inner(c)->total_bytes,
        input_outer(c)->total_bytes, input_outer(c)->total_bytes - room);
}

const struct rule rule_103 = {
    .about.id = "IPIP103",
    .about.slug = "outer-len-short",
    .about.title = "outer payload shorter than the inner Total Length",
    .about.reference = "RFC 2003 section 3.1; RFC 1812 section 5.2.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a packet that was cut between the inner sender and here, or an encapsulator that writes wrong lengths",
    RULE_OF_DATAGRAM,
    .triggers = TRIGGER_INNER_LONG,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .describe = describe_short,
};

/* The octets between the inner datagram and the end of the outer payload. */
static struct ipip_bytes excess(const struct ipip_rule_input *c)
{
    return ipip_bytes_after(input_inside(c), input_inner(c)->total_bytes);
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
    if (c->tunnel_policy->profile->indicative_is_error)
        ruling->severity = IPIP_ERROR;
}

static void describe_excess(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint32_t count = excess(c).wire;
    char octets[OCTETS_TEXT];

    SAY(text->message, "%s follow%s the inner datagram in the outer payload", text_octets(octets, count),
        count == 1 ? "s" : "");
    SAY(text->expected, "outer payload %u", input_inner(c)->total_bytes);
    SAY(text->actual, "outer payload %u", input_inside(c).wire);
}

const struct rule rule_104 = {
    .about.id = "IPIP104",
    .about.slug = "outer-len-excess",
    .about.title = "trailing octets after the inner datagram",
    .about.reference = "RFC 2003 section 3.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "encapsulated link-layer padding, a trailer, or an inner length that was changed",
    RULE_OF_DATAGRAM,
    .triggers = TRIGGER_INNER_SHORT,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_excess,
    .describe = describe_excess,
};

static void describe_shim(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "%u octets of authentication headers between the outer and the inner header",
        input_layer(c)->shim_bytes);
    SAY(text->expected, "the inner header right after the outer one");
    SAY(text->actual, "protocol %u, %u octets", input_outer(c)->protocol, input_layer(c)->shim_bytes);
}

const struct rule rule_114 = {
    .about.id = "IPIP114",
    .about.slug = "shim-between",
    .about.title = "another header between outer and inner",
    .about.reference = "RFC 2003 section 3",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "IPsec AH in tunnel mode",
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_UNSEEN,
    .triggers = TRIGGER_SHIM,
    .outer = IPIP_FIELD_PROTOCOL,
    .describe = describe_shim,
    .values = {&value_protocol},
};
