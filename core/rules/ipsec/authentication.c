/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The authentication header (RFC 4302 section 2) in front of what a tunnel carries. */
#include "packet/ipsec.h"
#include "rules/rule.h"

enum ah_fault { AH_RIGHT, AH_UNSEEN, AH_RESERVED_SPI, AH_RESERVED_BITS, AH_UNALIGNED, AH_NO_SPI, AH_NO_SEQUENCE };

static enum ah_fault fault_in(const struct ipsec_ah *ah, bool is_ipv6)
{
    enum { ALIGNED = 8 };

    if (is_ipv6 && ah->bytes % ALIGNED != 0)
        return AH_UNALIGNED;
    if (ah->numbers.spi == 0)
        return AH_NO_SPI;
    if (ah->numbers.sequence == 0)
        return AH_NO_SEQUENCE;
    if (ah->reserved != 0)
        return AH_RESERVED_BITS;
    return ah->numbers.spi < IPSEC_SPI_RESERVED ? AH_RESERVED_SPI : AH_RIGHT;
}

/* Of the first header that has one. */
static enum ah_fault fault_of(const struct ipip_rule_input *c, struct ipsec_ah *ah)
{
    struct ipsec_ah_walk walk = ipsec_ahs(input_layer(c));
    enum ah_fault fault = AH_RIGHT;

    while (fault == AH_RIGHT && ipsec_ah_next(&walk, ah))
        fault = fault_in(ah, walk.is_ipv6);
    return fault == AH_RIGHT && walk.headers.next == IPIP_PROTOCOL_AH ? AH_UNSEEN : fault;
}

static void check_format(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipsec_ah ah;

    switch (fault_of(c, &ah)) {
    case AH_RIGHT:
        ruling->verdict = IPIP_PASS;
        break;
    case AH_UNSEEN:
        ruling->verdict = IPIP_UNKNOWN;
        break;
    case AH_NO_SEQUENCE: /* extended numbers, of which the lower half alone is sent, pass through it */
        ruling->confidence = IPIP_LIKELY;
        break;
    case AH_RESERVED_BITS:
        ruling->severity = IPIP_WARNING;
        break;
    case AH_RESERVED_SPI:
        ruling->severity = IPIP_NOTE;
        break;
    default:
        break;
    }
}

static void describe_format(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipsec_ah ah;

    switch (fault_of(c, &ah)) {
    case AH_UNALIGNED:
        SAY(text->message,
            "the authentication header has %u octets, and what follows in IPv6 begins at no multiple of 8", ah.bytes);
        SAY(text->expected, "a multiple of 8 octets");
        SAY(text->actual, "%u octets", ah.bytes);
        break;
    case AH_NO_SPI:
        SAY(text->message, "the authentication header has SPI 0, which is never sent");
        SAY(text->expected, "an SPI of %d or more", IPSEC_SPI_RESERVED);
        SAY(text->actual, "SPI 0");
        break;
    case AH_NO_SEQUENCE:
        SAY(text->message, "the authentication header has sequence number 0, but the first one is 1");
        SAY(text->expected, "sequence number 1 or more");
        SAY(text->actual, "sequence number 0");
        break;
    case AH_RESERVED_BITS:
        SAY(text->message, "the reserved bits of the authentication header are set");
        SAY(text->expected, "0x0000");
        SAY(text->actual, "0x%04x", ah.reserved);
        break;
    default:
        SAY(text->message, "the authentication header has SPI %u, one of those that are reserved", ah.numbers.spi);
        SAY(text->expected, "an SPI of %d or more", IPSEC_SPI_RESERVED);
        SAY(text->actual, "SPI %u", ah.numbers.spi);
    }
}

static const char *fault_word(const struct ipip_rule_input *c)
{
    static const char *const words[] = {
        [AH_RESERVED_SPI] = "spi", [AH_RESERVED_BITS] = "reserved", [AH_UNALIGNED] = "length",
        [AH_NO_SPI] = "spi",       [AH_NO_SEQUENCE] = "sequence",
    };
    struct ipsec_ah ah;

    return words[fault_of(c, &ah)];
}

VALUE_WORD(static, ah_field, fault_word(c))

const struct rule rule_844 = {
    .about.id = "IPIP844",
    .about.slug = "ah-format",
    .about.title = "authentication header is impossible or unusual",
    .about.reference = "RFC 4302 sections 2.2 to 2.5",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a broken IPsec implementation, hand-made packets, or corruption",
    .about.kinds = KINDS_READ,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_SHIM,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_UNSEEN,
    .triggers = TRIGGER_SHIM,
    .shim = SHIM_AH,
    .check = check_format,
    .describe = describe_format,
    .values = {&value_ah_field},
};
