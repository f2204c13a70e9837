/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams that `ipip pair` has found on one side of a tunnel only, and can't tell why. */
#include "rules/sides/sides.h"

#define RULE_OF_ONE_SIDE                                                 \
    .about.scope = IPIP_SCOPE_FLOW, .about.subject = IPIP_SUBJECT_SIDES, \
    .about.kinds = KINDS_OF_TWO_HEADERS | KINDS_OF_MIRRORS | KINDS_OF_MINIMAL, .about.severity = IPIP_NOTE

VALUE_WORD(static, reason, c->flow->one_sided->reason)

static void check_one_sided(const struct ipip_rule_input *c, struct ruling *ruling)
{
    (void)c;
    ruling->confidence = IPIP_LIKELY;
}

static void describe(const struct ipip_rule_input *c, struct ipip_text *text, const char *expected)
{
    const struct one_sided *datagram = c->flow->one_sided;
    char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s > %s, protocol %u, %u octets: %s", ipip_address_text(src, datagram->src),
        ipip_address_text(dst, datagram->dst), datagram->protocol, datagram->bytes, datagram->where);
    SAY(text->expected, "%s", expected);
    SAY(text->actual, "%s", datagram->there);
}

static void describe_not_out(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe(c, text, "the same datagram on the other side, or a reason why not");
}

static void describe_not_in(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe(c, text, "the same datagram in the tunnel, or a reason why not");
}

const struct rule rule_411 = {
    .about.id = "IPIP411",
    .about.slug = "decap-missing",
    .about.title = "tunnel packet without counterpart on the other side",
    .about.reference = "RFC 2003 section 3",
    .about.usual_cause = "a loss at the exit or, between two ends, on the path; a capture that lost packets",
    RULE_OF_ONE_SIDE,
    .applies = SIDES_FACT_NOT_OUT,
    .blind = SIDES_FACT_MAY_BE_THERE,
    .check = check_one_sided,
    .describe = describe_not_out,
    .values = {&value_reason},
};

const struct rule rule_412 = {
    .about.id = "IPIP412",
    .about.slug = "encap-missing",
    .about.title = "packet before the tunnel without counterpart in it",
    .about.reference = "RFC 2003 section 3",
    .about.usual_cause = "a drop in the encapsulator (queue, filter, loop check); a capture that lost packets",
    RULE_OF_ONE_SIDE,
    .applies = SIDES_FACT_NOT_IN,
    .blind = SIDES_FACT_MAY_BE_THERE,
    .check = check_one_sided,
    .describe = describe_not_in,
    .values = {&value_reason},
};
