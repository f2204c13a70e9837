/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time to Live in one packet. */
#include "rules/rule.h"

static void describe_inner_zero(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "a datagram with TTL 0 (%s) was encapsulated", text_endpoints(endpoints, input_inner(c)));
    SAY(text->expected, "inner TTL >= 1");
    SAY(text->actual, "inner TTL 0");
}

const struct rule rule_115 = {
    .about.id = "IPIP115",
    .about.slug = "inner-ttl-zero",
    .about.title = "datagram with inner TTL 0 encapsulated",
    .about.reference = "RFC 2003 section 3.1; RFC 1122 section 3.2.1.7; RFC 1812 section 4.2.2.9",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a raw socket on the encapsulator, or an encapsulator that decrements without checking",
    RULE_OF_RELATION,
    .triggers = TRIGGER_INNER_TTL_ZERO,
    .inner = IPIP_FIELD_TTL,
    .describe = describe_inner_zero,
};

static void describe_outer_zero(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "the tunnel packet (%s) has TTL 0 and must not be sent",
        text_endpoints(endpoints, input_outer(c)));
    SAY(text->expected, "outer TTL >= 1");
    SAY(text->actual, "outer TTL 0");
}

const struct rule rule_608 = {
    .about.id = "IPIP608",
    .about.slug = "outer-ttl-zero",
    .about.title = "outer TTL 0",
    .about.reference = "RFC 1812 section 4.2.2.9",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an inherited inner TTL of 0, or a crafted packet",
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_TTL_ZERO,
    .outer = IPIP_FIELD_TTL,
    .describe = describe_outer_zero,
};
