/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The encapsulation that a mobile node has registered (RFC 5944 section 3). */
#include "rules/rule.h"

static void describe_unrequested(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_minimal = input_layer(c)->kind == IPIP_KIND_MINIMAL;
    char home[IPIP_ADDRESS_TEXT];

    ipip_address_text(home, input_inner(c)->dst);
    SAY(text->message, "the home agent sends to %s in %s, for which its registration did not ask", home,
        is_minimal ? "minimal encapsulation" : "GRE");
    SAY(text->expected, "IPv4 in IPv4, or a registration with %s", is_minimal ? "M=1" : "G=1");
    SAY(text->actual, "protocol %u", input_outer(c)->protocol);
}

const struct rule rule_828 = {
    .about.id = "IPIP828",
    .about.slug = "mip-encap-unrequested",
    .about.title = "encapsulation that no mobile node has asked for",
    .about.reference = "RFC 5944 section 3.3",
    .about.severity = IPIP_WARNING,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "a home agent with a fixed encapsulation",
    .about.kinds = KIND_OF(GRE) | KINDS_OF_MINIMAL,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN | FACT_SHIM_CUT | FACT_BINDING_OPEN,
    .outer = IPIP_FIELD_PROTOCOL,
    .inner = IPIP_FIELD_DST,
    .describe = describe_unrequested,
};
