/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Optional fields of GRE that some packets of a direction have, and others not. */
#include "rules/gre/gre.h"

static const char *field(const struct ipip_rule_input *c)
{
    switch (c->flow->gre_varied) {
    case IPIP_GRE_CHECKSUM:
        return "checksum";
    case IPIP_GRE_SEQUENCE:
        return "sequence number";
    default:
        return "checksum and sequence number";
    }
}

/* This packet has what the first one had not. */
static bool is_there(const struct ipip_rule_input *c)
{
    return (c->shims->gre.flags & c->flow->gre_varied) != 0;
}

static void describe_fields(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_one = c->flow->gre_varied != (IPIP_GRE_CHECKSUM | IPIP_GRE_SEQUENCE);

    SAY(text->message, "only some packets of the tunnel have %s%s in GRE", is_one ? "a " : "", field(c));
    SAY(text->expected, "the fields that the first packet had");
    if (is_one)
        SAY(text->actual, "%s %s", is_there(c) ? "a" : "no", field(c));
    else
        SAY(text->actual, "C %s, S %s", (c->shims->gre.flags & IPIP_GRE_CHECKSUM) != 0 ? "set" : "clear",
            (c->shims->gre.flags & IPIP_GRE_SEQUENCE) != 0 ? "set" : "clear");
}

VALUE_WORD(static, gre_field, field(c))

const struct rule rule_813 = {
    .about.id = "IPIP813",
    .about.slug = "gre-fields-vary",
    .about.title = "optional fields of GRE on some packets only",
    .about.reference = "RFC 2784 section 2.2; RFC 2890 section 2",
    .about.severity = IPIP_NOTE,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "a tunnel that was set up anew, or two devices between the same two ends",
    .about.kinds = KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP,
    RULE_OF_GRE,
    .shim = SHIM_GRE_FLAGS,
    .describe = describe_fields,
    .values = {&value_gre_field},
};
