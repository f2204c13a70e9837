/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Authentication headers of several lengths in one tunnel direction: what is outside is not always as much larger than what is inside. */
#include "rules/rule.h"

static void describe_sizes(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message,
        "authentication headers take %u octets here, and %u before: what the tunnel adds to a packet, and so its MTU, varies",
        c->flow->ah_bytes, c->flow->ah_first);
    SAY(text->expected, "%u octets", c->flow->ah_first);
    SAY(text->actual, "%u octets", c->flow->ah_bytes);
}

const struct rule rule_413 = {
    .about.id = "IPIP413",
    .about.slug = "size-arithmetic",
    .about.title = "what the tunnel adds to a packet varies",
    .about.reference = "RFC 2003 section 3.1; RFC 4302 section 2.6",
    .about.severity = IPIP_WARNING,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause =
        "an association that was set up anew with another algorithm, or two IPsec policies between the ends",
    .about.kinds = KINDS_OPENED,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_SHIM,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_SHIM_CUT | FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .outer = IPIP_FIELD_PROTOCOL,
    .describe = describe_sizes,
};
