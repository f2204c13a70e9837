/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keepalives of GRE that do not come back. */
#include "flow/keepalive.h"
#include "rules/gre/gre.h"

static void describe_keepalive(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char address[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%d keepalives and more in a row have not come back from %s, which sends other packets",
        KEEPALIVES_UNANSWERED, ipip_address_text(address, input_outer(c)->dst));
    SAY(text->expected, "each within %d s", KEEPALIVE_SECONDS);
    SAY(text->actual, "none of the last %d", KEEPALIVES_UNANSWERED);
}

const struct rule rule_814 = {
    .about.id = "IPIP814",
    .about.slug = "gre-keepalive-unanswered",
    .about.title = "keepalives of GRE do not come back",
    .about.reference = "RFC 2784 section 3",
    .about.severity = IPIP_WARNING,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "a far end that drops what comes from its own address, as Linux does",
    .about.kinds = KIND_OF(GRE),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_GRE,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN | FACT_INNER_CUT | FACT_KEEPALIVE_OPEN,
    .outer = IPIP_FIELD_DST,
    .inner = IPIP_FIELD_DST,
    .describe = describe_keepalive,
};
