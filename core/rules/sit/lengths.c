/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Total Length of the IPv4 header and Payload Length inside (RFC 4213 sections 3.5 and 3.6). */
#include "packet/extensions.h"
#include "rules/rule.h"

/* What the IPv4 header has room for; and what the IPv6 header needs of it. */
static void describe(const struct ipip_rule_input *c, struct ipip_text *text, const char *where)
{
    uint32_t room = input_inside(c).wire;
    uint32_t wanted = input_inner(c)->total_bytes;
    char octets[OCTETS_TEXT];

    text_octets(octets, wanted > room ? wanted - room : room - wanted);
    SAY(text->message, "%s %s the IPv4 packet around it", octets, where);
    SAY(text->expected, "Payload Length + %u = Total Length %u",
        input_outer(c)->total_bytes - room + (uint32_t)IPIP_IPV6_HEADER, input_outer(c)->total_bytes);
    SAY(text->actual, "Payload Length %u", wanted - (uint32_t)IPIP_IPV6_HEADER);
}

static void describe_short(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe(c, text, "of the IPv6 packet have no room in");
}

const struct rule rule_704 = {
    .about.id = "IPIP704",
    .about.slug = "6in4-len-short",
    .about.title = "outer payload shorter than the IPv6 packet",
    .about.reference = "RFC 4213 section 3.5",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a packet that was cut before it was encapsulated, or an encapsulator that writes wrong lengths",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    RULE_OF_DATAGRAM,
    .triggers = TRIGGER_INNER_LONG,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .describe = describe_short,
};

static void check_padding(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (extensions_lack_payload(input_inner(c)))
        ruling->severity = IPIP_ERROR;
}

static void describe_padding(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe(c, text, "behind the IPv6 packet in");
}

const struct rule rule_705 = {
    .about.id = "IPIP705",
    .about.slug = "6in4-padding",
    .about.title = "octets after the IPv6 packet",
    .about.reference = "RFC 4213 section 3.6",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "padding of an encapsulator, or a Payload Length that was changed",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    RULE_OF_DATAGRAM,
    .triggers = TRIGGER_INNER_SHORT,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_padding,
    .describe = describe_padding,
};
