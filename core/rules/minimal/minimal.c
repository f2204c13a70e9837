/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The minimal forwarding header (RFC 2004 section 3). */
#include "ipip/minimal.h"

#include "rules/loops/scan.h"
#include "rules/rule.h"
#include "wire/checksum.h"

#define RULE_OF_MINIMAL                                                                                           \
    .about.kinds = KINDS_OF_MINIMAL, .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_FRAGMENT_HEADER, \
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN, .triggers = TRIGGER_SHIM_ODD

/* The header as far as it is there: with MALFORMED its first octets may be. */
static struct ipip_bytes minimal_at(const struct ipip_rule_input *c)
{
    return c->shims->at[IPIP_SHIM_MINIMAL];
}

enum { S_BIT = 0x80, SHORT = 8, LONG = 12 };

/* By its S bit. */
static unsigned wanted_bytes(const struct ipip_rule_input *c)
{
    return minimal_at(c).captured > 1 && (minimal_at(c).data[1] & S_BIT) != 0 ? LONG : SHORT;
}

/* The header; else `ruling` is that nothing is known. */
static bool read_minimal(const struct ipip_rule_input *c, struct ipip_minimal *minimal, struct ruling *ruling)
{
    if (ipip_minimal_read(minimal, minimal_at(c)) == IPIP_OK)
        return true;
    ruling->verdict = IPIP_UNKNOWN;
    return false;
}

static void check_format(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (minimal_at(c).wire >= wanted_bytes(c))
        ruling->verdict = IPIP_PASS;
}

static void describe_format(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char octets[OCTETS_TEXT];

    SAY(text->message, "%s follow the IP header: no minimal forwarding header fits",
        text_octets(octets, minimal_at(c).wire));
    SAY(text->expected, "%u octets or more", wanted_bytes(c));
    SAY(text->actual, "%s", octets);
}

const struct rule rule_821 = {
    .about.id = "IPIP821",
    .about.slug = "min-format",
    .about.title = "no room for the minimal forwarding header",
    .about.reference = "RFC 2004 section 3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a packet that was cut, or something else under protocol 55",
    RULE_OF_MINIMAL,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_format,
    .describe = describe_format,
};

static unsigned reserved_bits(const struct ipip_rule_input *c)
{
    return minimal_at(c).captured > 1 ? minimal_at(c).data[1] & (S_BIT - 1U) : 0;
}

static void check_reserved(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (minimal_at(c).captured < 2)
        ruling->verdict = IPIP_UNKNOWN;
    else if (reserved_bits(c) == 0)
        ruling->verdict = IPIP_PASS;
}

static void describe_reserved(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "reserved bits of the minimal forwarding header are set");
    SAY(text->expected, "0x00");
    SAY(text->actual, "0x%02x", reserved_bits(c));
}

VALUE_NUMBER(static, min_reserved, reserved_bits(c))

const struct rule rule_822 = {
    .about.id = "IPIP822",
    .about.slug = "min-reserved",
    .about.title = "reserved bits of the minimal forwarding header are set",
    .about.reference = "RFC 2004 section 3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a broken encapsulator, or corruption",
    RULE_OF_MINIMAL,
    .shim = SHIM_MINIMAL_FLAGS,
    .check = check_reserved,
    .describe = describe_reserved,
    .values = {&value_min_reserved},
};

static void check_sum(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_minimal minimal;

    if (read_minimal(c, &minimal, ruling) && sum_is_right(sum_of(minimal_at(c).data, minimal.header_bytes)))
        ruling->verdict = IPIP_PASS;
}

/* As the field should be: the sum of the header without it, complemented. */
static uint16_t right_sum(const struct ipip_rule_input *c)
{
    uint8_t header[LONG];
    unsigned bytes = wanted_bytes(c);

    memcpy(header, minimal_at(c).data, bytes);
    wire_put16(header + 2, 0);
    return ipip_checksum(header, bytes);
}

static void describe_sum(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the checksum of the minimal forwarding header is wrong, so that receivers drop the packet");
    SAY(text->expected, "0x%04x", right_sum(c));
    SAY(text->actual, "0x%04x", wire_get16(minimal_at(c).data + 2));
}

const struct rule rule_823 = {
    .about.id = "IPIP823",
    .about.slug = "min-checksum",
    .about.title = "checksum of the minimal forwarding header is wrong",
    .about.reference = "RFC 2004 section 3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "corruption, or an encapsulator that covers more or less than the header",
    RULE_OF_MINIMAL,
    .shim = SHIM_MINIMAL_CHECKSUM,
    .check = check_sum,
    .describe = describe_sum,
};

static void check_fragment(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if ((input_outer(c)->flags & IPIP_IP_DF) == 0)
        ruling->verdict = IPIP_UNKNOWN;
}

static void describe_fragment(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "a fragment was put into minimal encapsulation: with DF set no router has fragmented it since");
    SAY(text->expected, "a whole datagram, or DF=0");
    SAY(text->actual, "DF=1, MF=%d, offset %u", (input_outer(c)->flags & IPIP_IP_MF) != 0,
        input_outer(c)->fragment_offset);
}

const struct rule rule_824 = {
    .about.id = "IPIP824",
    .about.slug = "min-on-fragment",
    .about.title = "minimal encapsulation of a fragment",
    .about.reference = "RFC 2004 section 3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an encapsulator that does not look for fragments",
    .about.kinds = KINDS_OF_MINIMAL,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_MINIMAL_FRAGMENT,
    .outer = IPIP_FIELD_FRAGMENT,
    .check = check_fragment,
    .describe = describe_fragment,
};

static void check_source(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_minimal minimal;

    if (read_minimal(c, &minimal, ruling) &&
        !(minimal.has_source && ipip_address_equal(minimal.source, input_outer(c)->src)))
        ruling->verdict = IPIP_PASS;
}

static void describe_source(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char address[IPIP_ADDRESS_TEXT];

    SAY(text->message, "the original source %s is given although the outer header has the same",
        ipip_address_text(address, input_outer(c)->src));
    SAY(text->expected, "S=0, and 4 octets less");
    SAY(text->actual, "S=1");
}

const struct rule rule_825 = {
    .about.id = "IPIP825",
    .about.slug = "min-s-bit",
    .about.title = "original source given for nothing",
    .about.reference = "RFC 2004 section 3",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an encapsulator that always writes the long header",
    RULE_OF_MINIMAL,
    .outer = IPIP_FIELD_SRC,
    .shim = SHIM_MINIMAL_SOURCE,
    .check = check_source,
    .describe = describe_source,
};

enum loop { NO_LOOP, SOURCE_IS_EXIT, TWICE, DESTINATION_IS_EXIT };

/* The same header would be put before the packet once more. */
static bool is_twice(const struct ipip_minimal *minimal, const struct ipip_ip *outer)
{
    return minimal->protocol == IPIP_PROTOCOL_MINIMAL && ipip_address_equal(minimal->destination, outer->dst) &&
           (!minimal->has_source || ipip_address_equal(minimal->source, outer->src));
}

static enum loop loop_of(const struct ipip_minimal *minimal, const struct ipip_ip *outer)
{
    if (minimal->has_source && ipip_address_equal(minimal->source, outer->dst))
        return SOURCE_IS_EXIT;
    if (is_twice(minimal, outer))
        return TWICE;
    return ipip_address_equal(minimal->destination, outer->dst) ? DESTINATION_IS_EXIT : NO_LOOP;
}

static void check_loop(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_minimal minimal;

    if (!read_minimal(c, &minimal, ruling))
        return;
    if (c->layer + 1 < c->stack->count && scan_kind(c) != SCAN_NONE) {
        ruling->verdict = IPIP_NOT_APPLICABLE;
        return;
    }
    switch (loop_of(&minimal, input_outer(c))) {
    case NO_LOOP:
        ruling->verdict = IPIP_PASS;
        break;
    case DESTINATION_IS_EXIT:
        ruling->severity = IPIP_WARNING;
        break;
    default:
        break;
    }
}

static void describe_loop(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char exit[IPIP_ADDRESS_TEXT];
    struct ipip_minimal minimal = {0};

    ipip_minimal_read(&minimal, minimal_at(c));
    ipip_address_text(exit, input_outer(c)->dst);
    switch (loop_of(&minimal, input_outer(c))) {
    case SOURCE_IS_EXIT:
        SAY(text->message, "the packet comes from %s, where the tunnel ends: it goes in a circle", exit);
        SAY(text->expected, "another original source");
        SAY(text->actual, "original source %s", exit);
        break;
    case TWICE:
        SAY(text->message, "the packet in the tunnel is one of the same tunnel");
        SAY(text->expected, "one tunnel header");
        SAY(text->actual, "protocol %u inside, between the same ends", minimal.protocol);
        break;
    default:
        SAY(text->message, "the packet goes to %s, where the tunnel ends, and needs no tunnel", exit);
        SAY(text->expected, "an original destination behind %s", exit);
        SAY(text->actual, "original destination %s", exit);
    }
}

const struct rule rule_826 = {
    .about.id = "IPIP826",
    .about.slug = "min-loop",
    .about.title = "minimal encapsulation between the packet's own ends",
    .about.reference = "RFC 2004 section 4; RFC 2003 section 3.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a routing loop between the two ends, or a binding to the home address itself",
    RULE_OF_MINIMAL,
    .outer = IPIP_FIELD_DST,
    .check = check_loop,
    .describe = describe_loop,
};
