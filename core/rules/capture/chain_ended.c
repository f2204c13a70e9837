/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where what a tunnel carries is no IP packet that can be read. */
#include "rules/rule.h"
#include "wire/octets.h"

/* The last header that was read on the way in. */
static enum ipip_shim last_shim(const struct ipip_rule_input *c)
{
    const struct ipip_chain *chain = &c->shims->chain;

    return chain->count > 0 ? (enum ipip_shim)chain->links[chain->count - 1].shim : IPIP_SHIM_NONE;
}

static bool is_frame(const struct ipip_rule_input *c)
{
    return tunnel_shims_have(c->shims, IPIP_SHIM_GRE) && c->shims->gre.type == IPIP_GRE_TYPE_ETHERNET;
}

/* "ARP", for the types that are met most; "" for others. */
static const char *type_name(uint16_t type)
{
    static const struct {
        uint16_t type;
        const char *name;
    } names[] = {{0x0000, "keepalive"}, {0x00fe, "IS-IS"}, {0x0806, "ARP"},  {0x2000, "CDP"}, {0x2001, "NHRP"},
                 {0x6558, "a frame"},   {0x880b, "PPP"},   {0x883e, "WCCP"}, {0x88cc, "LLDP"}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].type == type)
            return names[i].name;
    }
    return "";
}

static void say_type(struct ipip_text *text, uint16_t type, const char *what)
{
    const char *name = type_name(type);

    SAY(text->message, "what the tunnel carries is no IP packet, and not judged: %s 0x%04x%s%s%s", what, type,
        *name != '\0' ? " (" : "", name, *name != '\0' ? ")" : "");
    SAY(text->actual, "%s 0x%04x", what, type);
}

static void describe_end(const struct ipip_rule_input *c, struct ipip_text *text)
{
    enum { ETHERTYPE = 12 };
    struct ipip_bytes inside = c->shims->chain.inside;

    SAY(text->expected, "an IP packet");
    if (c->shims->chain.end == IPIP_END_OPAQUE) {
        SAY(text->message, "what the tunnel carries is compressed, and not judged");
        SAY(text->actual, "IPComp");
    } else if (is_frame(c) && inside.captured >= ETHERTYPE + 2) {
        say_type(text, wire_get16(inside.data + ETHERTYPE), "EtherType");
    } else if (last_shim(c) == IPIP_SHIM_GRE) {
        say_type(text, c->shims->gre.type, "GRE type");
    } else {
        SAY(text->message, "what the tunnel carries is no IP packet, and not judged");
        SAY(text->actual, "%s",
            last_shim(c) == IPIP_SHIM_GUE ? "another protocol, or a control message" : "something else");
    }
}

const struct rule rule_912 = {
    .about.id = "IPIP912",
    .about.slug = "chain-ended",
    .about.title = "a tunnel carries what is no IP packet, or is compressed",
    .about.reference = "capture diagnostics",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "ARP, routing protocols, keepalives or control messages; IPComp",
    .about.kinds = KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP | KIND_OF(MPLS) | KIND_OF(IPCOMP),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_ENDED,
    .report = REPORT_HABIT,
    .outer = IPIP_FIELD_PROTOCOL,
    .describe = describe_end,
};
