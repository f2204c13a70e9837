/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing headers of IPv6 (RFC 8200 section 4.4). */
#include "rules/extensions.h"

enum { TYPE_SOURCE_ROUTE = 0, TYPE_NIMROD = 1, TYPE_RPL = 3, TYPE_SEGMENTS = 4, TYPE_NONE = 256 };

/* How much it matters. */
static unsigned weight(unsigned type)
{
    static const uint8_t weights[] = {[TYPE_SOURCE_ROUTE] = 3, [TYPE_NIMROD] = 2, [TYPE_RPL] = 1, [TYPE_SEGMENTS] = 1};

    return type < sizeof weights ? weights[type] : 0;
}

/* Of the routing headers the type that matters most, the first one of equals; TYPE_NONE where there is none. */
static unsigned routing_type(const struct ipip_layer *layer, bool *is_cut)
{
    enum { ROUTING_TYPE = 2 };
    struct ipip_extension_walk walk = extensions_of(layer);
    struct ipip_extension extension;
    unsigned most = TYPE_NONE;

    while (ipip_extension_next(&walk, &extension)) {
        unsigned type = TYPE_NONE;

        if (extension.type == IPIP_PROTOCOL_ROUTING)
            type = extension_octets(layer, &extension).data[ROUTING_TYPE];
        if (most == TYPE_NONE || weight(type) > weight(most))
            most = type;
    }
    *is_cut = extensions_are_cut(&walk);
    return most;
}

static void check_routing(const struct ipip_rule_input *c, struct ruling *ruling)
{
    bool is_cut = false;

    switch (routing_type(input_layer(c), &is_cut)) {
    case TYPE_SOURCE_ROUTE:
        ruling->severity = IPIP_ERROR;
        break;
    case TYPE_NIMROD:
        break;
    case TYPE_RPL:
    case TYPE_SEGMENTS:
        ruling->severity = IPIP_NOTE;
        if ((c->facts.context & FACT_OUTERMOST) != 0)
            ruling->verdict = is_cut ? IPIP_UNKNOWN : IPIP_PASS;
        break;
    default:
        ruling->verdict = is_cut ? IPIP_UNKNOWN : IPIP_PASS;
    }
}

static void describe_routing(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_cut = false;
    unsigned type = routing_type(input_layer(c), &is_cut);

    SAY(text->message,
        type <= TYPE_NIMROD ? "the routing header has type %u, which is deprecated"
                            : "a routing header of type %u is inside a tunnel",
        type);
    SAY(text->expected, type <= TYPE_NIMROD ? "no routing header of type 0 or 1" : "it at the outside, if at all");
    SAY(text->actual, "type %u", type);
}

static unsigned shown_type(const struct ipip_rule_input *c)
{
    bool is_cut = false;

    return routing_type(input_layer(c), &is_cut);
}

VALUE_NUMBER(static, routing_type, shown_type(c))

const struct rule rule_765 = {
    .about.id = "IPIP765",
    .about.slug = "v6-routing-header",
    .about.title = "routing header that is deprecated, or hidden in a tunnel",
    .about.reference = "RFC 5095; RFC 8200 section 4.4; RFC 6169 section 2.3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "a crafted packet that is to visit the same routers many times, or segment routing through a tunnel",
    RULE_OF_EXTENSIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_routing,
    .describe = describe_routing,
    .values = {&value_routing_type},
};
