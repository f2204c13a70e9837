/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The octets in clear of ESP (RFC 4303 section 2) and IPComp (RFC 3173 section 3.3). */
#include "packet/ipsec.h"
#include "rules/rule.h"

/* A rule about those octets: captured, and not of a later fragment. */
#define RULE_OF_OPAQUE \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN, .triggers = TRIGGER_SHIM_ODD

static struct ipip_bytes opaque_at(const struct ipip_rule_input *c)
{
    return tunnel_shims_opaque(c->shims);
}

static void check_flags(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (opaque_at(c).captured < IPSEC_IPCOMP_HEADER)
        ruling->verdict = IPIP_UNKNOWN;
    else if (opaque_at(c).data[1] == 0)
        ruling->verdict = IPIP_PASS;
}

static void describe_flags(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the flags of the IPComp header are set, which are reserved");
    SAY(text->expected, "0x00");
    SAY(text->actual, "0x%02x", opaque_at(c).data[1]);
}

VALUE_NUMBER(static, ipcomp_flags, opaque_at(c).data[1])

const struct rule rule_845 = {
    .about.id = "IPIP845",
    .about.slug = "ipcomp-format",
    .about.title = "reserved flags of the IPComp header are set",
    .about.reference = "RFC 3173 section 3.3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a broken implementation, or something else under protocol 108",
    .about.kinds = KIND_OF(IPCOMP),
    RULE_OF_OPAQUE,
    .shim = SHIM_IPCOMP_FLAGS,
    .check = check_flags,
    .describe = describe_flags,
    .values = {&value_ipcomp_flags},
};

static uint32_t spi_of(const struct ipip_rule_input *c)
{
    struct ipsec_numbers numbers = {0};

    ipsec_esp_read(&numbers, opaque_at(c));
    return numbers.spi;
}

static void check_spi(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipsec_numbers numbers;

    if (!ipsec_esp_read(&numbers, opaque_at(c)))
        ruling->verdict = IPIP_UNKNOWN;
    else if (numbers.spi >= IPSEC_SPI_RESERVED)
        ruling->verdict = IPIP_PASS;
    else if (numbers.spi != 0)
        ruling->severity = IPIP_NOTE;
}

static void describe_spi(const struct ipip_rule_input *c, struct ipip_text *text)
{
    if (spi_of(c) == 0)
        SAY(text->message, "ESP with SPI 0, which is never sent");
    else
        SAY(text->message, "ESP with SPI %u, one of those that are reserved", spi_of(c));
    SAY(text->expected, "an SPI of %d or more", IPSEC_SPI_RESERVED);
    SAY(text->actual, "SPI %u", spi_of(c));
}

VALUE_NUMBER(static, esp_spi, spi_of(c))

const struct rule rule_846 = {
    .about.id = "IPIP846",
    .about.slug = "esp-spi",
    .about.title = "ESP with a reserved SPI",
    .about.reference = "RFC 4303 section 2.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a security association that was set up by hand, or something else under protocol 50",
    .about.kinds = KIND_OF(ESP),
    RULE_OF_OPAQUE,
    .shim = SHIM_ESP_SPI,
    .check = check_spi,
    .describe = describe_spi,
    .values = {&value_esp_spi},
};

static void describe_encrypted(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipsec_numbers numbers = {0};

    ipsec_esp_read(&numbers, opaque_at(c));
    SAY(text->actual, "SPI 0x%08x, sequence number %u at first", numbers.spi, numbers.sequence);
    SAY(text->message,
        "what is inside ESP is not read, as it usually is encrypted: of its packets the outer header and the ESP header are judged");
    SAY(text->expected, "a capture behind the decryption, for all else");
}

const struct rule rule_841 = {
    .about.id = "IPIP841",
    .about.slug = "esp-opaque",
    .about.title = "what is inside ESP is not judged",
    .about.reference = "RFC 4303 section 2",
    .about.severity = IPIP_NOTE,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "IPsec, in tunnel mode or around another tunnel",
    .about.kinds = KIND_OF(ESP),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN, /* without them it is not known which association it is */
    .triggers = TRIGGER_ESP,
    .report = REPORT_HABIT,
    .shim = SHIM_ESP,
    .describe = describe_encrypted,
};
