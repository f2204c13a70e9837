/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a header is one at all, in the order of RFC 1812 section 5.2.2. */
#include "ipip/ipv6.h"
#include "rules/rule.h"

static void describe_version(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the link layer announces IPv4, but the header says version %u", input_outer(c)->version);
    SAY(text->expected, "version 4");
    SAY(text->actual, "version %u", input_outer(c)->version);
}

const struct rule rule_601 = {
    .about.id = "IPIP601",
    .about.slug = "ip-version",
    .about.title = "version is not 4 where IPv4 was announced",
    .about.reference = "RFC 791 section 3.1; RFC 1812 section 5.2.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "corruption of the first octet",
    .applies = FACT_OUTERMOST,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_VERSION_WRONG,
    .outer = IPIP_FIELD_VERSION,
    .describe = describe_version,
    .values = {&value_version},
};

/* Whose inner header may be IPv4. Outside a header that is none shows IPv4 in IPv4 alone, by its protocol. */
#define KINDS_AROUND_IPV4 (KIND_OF(IPIP) | KIND_OF(4IN6) | KINDS_OF_GRE | KINDS_OF_UDP)

/* And those over IPv4 that a protocol number alone announces, as which a header counts whose lengths are impossible. */
#define KINDS_BY_NUMBER (KIND_OF(6IN4) | KINDS_OF_MINIMAL | KINDS_OF_OPAQUE)

static void describe_ihl(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the %s header claims to be %u octets long", input_where(c), input_outer(c)->header_bytes);
    SAY(text->expected, "IHL >= 5");
    SAY(text->actual, "IHL %u", input_outer(c)->header_bytes / 4U);
}

const struct rule rule_602 = {
    .about.id = "IPIP602",
    .about.slug = "ip-ihl",
    .about.title = "IHL below 5",
    .about.reference = "RFC 791 section 3.1; RFC 1812 section 5.2.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "corruption, or a crafted packet",
    .about.kinds = KINDS_AROUND_IPV4 | KINDS_BY_NUMBER,
    .excludes = FACT_WHOLE | FACT_FOREIGN | FACT_IPV6 | FACT_VERSION_WRONG,
    .triggers = TRIGGER_IHL_SHORT,
    .outer = IPIP_FIELD_VERSION,
    .describe = describe_ihl,
    .values = {&value_ihl},
};

static void describe_total(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the %s Total Length is less than the header's own length", input_where(c));
    SAY(text->expected, "Total Length >= %u", input_outer(c)->header_bytes);
    SAY(text->actual, "Total Length %u", input_outer(c)->total_bytes);
}

const struct rule rule_603 = {
    .about.id = "IPIP603",
    .about.slug = "ip-len-lt-ihl",
    .about.title = "Total Length below the header length",
    .about.reference = "RFC 791 section 3.1; RFC 1812 section 5.2.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "corruption, or a crafted packet",
    .about.kinds = KINDS_AROUND_IPV4 | KINDS_BY_NUMBER,
    .excludes = FACT_WHOLE | FACT_FOREIGN | FACT_IPV6 | FACT_VERSION_WRONG | FACT_IHL_SHORT,
    .triggers = TRIGGER_TOTAL_SHORT,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .describe = describe_total,
};

/* What is announced inside: of several families by the octet that is there. */
static bool announces_ipv6(const struct ipip_rule_input *c)
{
    struct ipip_bytes inside = input_inside(c);

    if (c->shims == NULL || c->shims->chain.announced == IPIP_PAYLOAD_IPV4)
        return false;
    return c->shims->chain.announced == IPIP_PAYLOAD_IPV6 || (inside.captured > 0 && inside.data[0] >> 4 == 6);
}

static const char *announcer(const struct ipip_rule_input *c)
{
    switch (input_layer(c)->kind) {
    case IPIP_KIND_IPIP:
    case IPIP_KIND_4IN6:
        return "protocol 4";
    case IPIP_KIND_6IN4:
    case IPIP_KIND_6IN6:
        return "protocol 41";
    default:
        return "the tunnel";
    }
}

static void describe_room(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_bytes inside = input_inside(c);
    bool is_ipv6 = announces_ipv6(c);
    char octets[OCTETS_TEXT];

    SAY(text->message, "%s announces an IPv%u header, but only %s follow%s", announcer(c), is_ipv6 ? 6 : 4,
        text_octets(octets, inside.wire), inside.wire == 1 ? "s" : "");
    SAY(text->expected, "at least %u octets", is_ipv6 ? IPIP_IPV6_HEADER : IPIP_IPV4_HEADER_MIN);
    SAY(text->actual, "%u", inside.wire);
}

const struct rule rule_604 = {
    .about.id = "IPIP604",
    .about.slug = "ip-link-min",
    .about.title = "no room for an IPv4 header",
    .about.reference = "RFC 1812 section 5.2.2; RFC 2003 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a crafted packet, or an encapsulator that lost the payload",
    .about.kinds = KINDS_RELATED,
    .variants = {{KIND_OF(6IN4), IPIP_ERROR, "RFC 4213 section 3.5; RFC 8200 section 3", false},
                 {KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_ERROR, "RFC 2473 section 3", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES, IPIP_ERROR, "RFC 2784 section 2", false},
                 {KINDS_OF_UDP, IPIP_ERROR, "RFC 768", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_NO_ROOM,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .describe = describe_room,
};

static void describe_beyond(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const char *length = text_word(input_outer(c), WORD_LENGTH);
    char octets[OCTETS_TEXT];

    SAY(text->message, "the outer %s reaches %s beyond the end of the frame", length,
        text_octets(octets, input_outer(c)->total_bytes - input_layer(c)->bytes.wire));
    SAY(text->expected, "%s <= %u", length, input_layer(c)->bytes.wire);
    SAY(text->actual, "%s %u", length, input_outer(c)->total_bytes);
}

const struct rule rule_606 = {
    .about.id = "IPIP606",
    .about.slug = "ip-truncated-on-wire",
    .about.title = "outer Total Length beyond the frame",
    .about.reference = "RFC 1812 section 5.2.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a packet cut on the wire, or a capture file whose lengths were edited",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 8200 section 3", false}},
    .applies = FACT_OUTERMOST,
    .excludes = FACT_WHOLE | FACT_VERSION_WRONG | FACT_IHL_SHORT | FACT_TOTAL_SHORT,
    .triggers = TRIGGER_TOTAL_LONG,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .describe = describe_beyond,
};

static void check_reserved(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->layer > 0)
        ruling->severity = IPIP_NOTE;
}

static void describe_reserved(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the reserved flag of the %s header is set; routers must not drop the packet for it",
        input_where(c));
    SAY(text->expected, "0");
    SAY(text->actual, "1");
}

const struct rule rule_607 = {
    .about.id = "IPIP607",
    .about.slug = "ip-reserved-flag",
    .about.title = "reserved flag set",
    .about.reference = "RFC 791 section 3.1; RFC 1812 section 4.2.2.3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a crafted packet",
    .about.kinds = KINDS_WITH_IPV4,
    RULE_OF_IPV4_HEADER,
    .triggers = TRIGGER_RESERVED_FLAG,
    .outer = IPIP_FIELD_FLAGS,
    .check = check_reserved,
    .describe = describe_reserved,
};
