/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels of Mobile IP, and what the mobile node has registered (RFC 5944 section 3, RFC 3024). */
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

static void describe_unregistered(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char care_of[IPIP_ADDRESS_TEXT];
    char home[IPIP_ADDRESS_TEXT];

    ipip_address_text(care_of, input_outer(c)->src);
    ipip_address_text(home, input_inner(c)->src);
    SAY(text->message, "a reverse tunnel from %s to the home agent, with %s inside: no registration grants it", care_of,
        home);
    SAY(text->expected, "the care-of address and the encapsulation that %s has registered", home);
    SAY(text->actual, "%s, in %s", care_of, ipip_kind_about((enum ipip_kind)facts_kind(c->facts.context))->title);
}

const struct rule rule_829 = {
    .about.id = "IPIP829",
    .about.slug = "mip-no-binding",
    .about.title = "a reverse tunnel that no mobile node has registered",
    .about.reference = "RFC 3024 section 4.3.2",
    .about.severity = IPIP_WARNING,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "a forged tunnel packet, or a mobile node that has moved or whose registration is over",
    .about.kinds = KIND_OF(IPIP) | KIND_OF(GRE) | KINDS_OF_MINIMAL,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_TO_HOME_AGENT,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | FACT_INNER_IPV6,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN | FACT_SHIM_CUT | FACT_REGISTRATION_OPEN,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_PROTOCOL,
    .inner = IPIP_FIELD_SRC,
    .describe = describe_unregistered,
};
