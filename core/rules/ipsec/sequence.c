/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of sequence numbers of ESP and AH (RFC 4303 sections 2.2 and 3.4.3, RFC 4302 section 2.5). */
#include "rules/rule.h"

static const struct sequence_step *step_of(const struct ipip_rule_input *c)
{
    return &c->flow->association.step;
}

static void check_order(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (step_of(c)->number == 0 && !c->flow->association.is_ah) {
        ruling->severity = IPIP_ERROR;
        ruling->confidence = IPIP_LIKELY; /* extended numbers, of which the lower half alone is sent, pass through it */
    } else {
        ruling->other = step_of(c)->other;
    }
}

static void describe_order(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct sequence_step *step = step_of(c);
    const char *header = c->flow->association.is_ah ? "AH" : "ESP";
    uint32_t spi = c->flow->association.spi;

    if (step->number == 0 && !c->flow->association.is_ah)
        SAY(text->message, "ESP with SPI 0x%08x has sequence number 0, but the first one is 1", spi);
    else if (step->order == SEQUENCE_AGAIN)
        SAY(text->message,
            "another packet of %s with SPI 0x%08x had the same sequence number: receivers drop the second", header,
            spi);
    else
        SAY(text->message,
            "the sequence number of %s with SPI 0x%08x is %u below the highest one: receivers drop the packet", header,
            spi, step->last - step->number);
    SAY(text->expected, "sequence number %u", step->order == SEQUENCE_FIRST ? 1 : step->last + 1);
    SAY(text->actual, "sequence number %u", step->number);
}

VALUE_NUMBER(static, association_spi, c->flow->association.spi)

const struct rule rule_842 = {
    .about.id = "IPIP842",
    .about.slug = "esp-seq",
    .about.title = "sequence number of ESP or AH used twice, or too old",
    .about.reference = "RFC 4303 sections 2.2 and 3.4.3; RFC 4302 section 2.5",
    .about.severity = IPIP_WARNING,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "a replay, paths of very different delay, or an association that two senders use",
    .about.kinds = KINDS_READ,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_ASSOCIATION,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_UNSEEN | FACT_ASSOCIATION_OPEN,
    .shim = SHIM_IPSEC_SEQUENCE,
    .check = check_order,
    .describe = describe_order,
    .values = {&value_association_spi},
};
