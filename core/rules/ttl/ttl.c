/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time to Live in one packet. */
#include "rules/rule.h"

/* The destination of an IPv6 packet takes it with Hop Limit 0, too. */
static void check_inner_zero(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (input_inner_is_ipv6(c))
        ruling->severity = IPIP_WARNING;
}

static void describe_inner_zero(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const char *ttl = text_word(input_inner(c), WORD_TTL);
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "a datagram with %s 0 (%s) was encapsulated", ttl, text_endpoints(endpoints, input_inner(c)));
    SAY(text->expected, "inner %s >= 1", ttl);
    SAY(text->actual, "inner %s 0", ttl);
}

const struct rule rule_115 = {
    .about.id = "IPIP115",
    .about.slug = "inner-ttl-zero",
    .about.title = "datagram with inner TTL 0 encapsulated",
    .about.reference = "RFC 2003 section 3.1; RFC 1122 section 3.2.1.7; RFC 1812 section 4.2.2.9",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a raw socket on the encapsulator, or an encapsulator that decrements without checking",
    .about.kinds = KINDS_OF_PACKETS,
    .is_of_frames = true,
    .variants = {{KINDS_INSIDE_IPV6, IPIP_WARNING, "RFC 8200 section 3", false},
                 {KINDS_OF_PACKETS & ~KIND_OF(IPIP), IPIP_ERROR,
                  "RFC 1122 section 3.2.1.7; RFC 1812 section 4.2.2.9; RFC 8200 section 3", false}},
    RULE_OF_RELATION,
    .triggers = TRIGGER_INNER_TTL_ZERO,
    .inner = IPIP_FIELD_TTL,
    .check = check_inner_zero,
    .describe = describe_inner_zero,
};

static void describe_outer_zero(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const char *ttl = text_word(input_outer(c), WORD_TTL);
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "the tunnel packet (%s) has %s 0 and must not be sent",
        text_endpoints(endpoints, input_outer(c)), ttl);
    SAY(text->expected, "outer %s >= 1", ttl);
    SAY(text->actual, "outer %s 0", ttl);
}

const struct rule rule_608 = {
    .about.id = "IPIP608",
    .about.slug = "outer-ttl-zero",
    .about.title = "outer TTL 0",
    .about.reference = "RFC 1812 section 4.2.2.9",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an inherited inner TTL of 0, or a crafted packet",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 8200 section 3", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_TTL_ZERO,
    .outer = IPIP_FIELD_TTL,
    .describe = describe_outer_zero,
};
