/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of a tunnel header: there should be none, and least of all those of the inner header. */
#include <string.h>

#include "packet/option_kind.h"
#include "rules/rule.h"

/* The first option that is not padding, or a source route if `route`. */
static const struct option_kind *find(const struct ipip_layer *layer, bool route)
{
    struct ipip_option_walk walk = layer_options(layer);
    struct ipip_option option;

    while (ipip_option_next(&walk, &option)) {
        const struct option_kind *kind = option_kind(option.type);

        if (route ? kind->is_source_route : !kind->is_padding)
            return kind;
    }
    return NULL;
}

/* Both headers carry the same option octets, and not only padding. */
static bool is_copied(const struct ipip_rule_input *c)
{
    const struct ipip_layer *outer = input_layer(c);
    struct ipip_option_walk a = layer_options(outer);
    struct ipip_option_walk b;

    if (c->layer + 1 >= c->stack->count || find(outer, false) == NULL)
        return false;
    b = layer_options(outer + 1);
    return a.bytes == b.bytes && memcmp(a.options, b.options, a.bytes) == 0;
}

static void check_outer(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (is_copied(c))
        ruling->severity = c->tunnel_policy->profile->indicative_is_error ? IPIP_ERROR : IPIP_WARNING;
    else if (find(input_layer(c), true) != NULL)
        ruling->severity = IPIP_WARNING;
}

static void describe_outer(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct option_kind *kind = find(input_layer(c), false);

    SAY(text->message, "the outer header carries %u octets of options (%s)%s", layer_options(input_layer(c)).bytes,
        kind != NULL ? kind->name : "padding", is_copied(c) ? ", copied from the inner header" : "");
    SAY(text->expected, "no options");
    SAY(text->actual, "IHL %u", input_outer(c)->header_bytes / 4U);
}

static unsigned option_type(const struct ipip_rule_input *c)
{
    const struct option_kind *kind = find(input_layer(c), false);

    return kind != NULL ? kind->type : 0;
}

VALUE_NUMBER(static, option, option_type(c))

const struct rule rule_110 = {
    .about.id = "IPIP110",
    .about.slug = "outer-options",
    .about.title = "outer header carries options",
    .about.reference = "RFC 2003 section 3.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "options for the tunnel's own path, or an encapsulator that copies the inner ones",
    .about.kinds = KIND_OF(IPIP) | KIND_OF(GRE) | KIND_OF(GRETAP) | KIND_OF(ERSPAN) | KINDS_OF_UDP | KINDS_OF_OPAQUE,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE | FACT_IPV6,
    .blind = FACT_HEADER_CUT,
    .triggers = TRIGGER_OPTIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_outer,
    .describe = describe_outer,
    .values = {&value_option, &value_ihl},
};

static void check_padding(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (find(input_layer(c), false) != NULL)
        ruling->verdict = IPIP_PASS;
}

static void describe_padding(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the outer header is longer than needed: its %u octets of options are all padding",
        layer_options(input_layer(c)).bytes);
    SAY(text->expected, "IHL 5");
    SAY(text->actual, "IHL %u", input_outer(c)->header_bytes / 4U);
}

const struct rule rule_111 = {
    .about.id = "IPIP111",
    .about.slug = "outer-ihl-tunnel",
    .about.title = "outer options are padding only",
    .about.reference = "RFC 791 section 3.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an option that was removed by overwriting it with no-operation octets",
    .about.kinds = KIND_OF(IPIP) | KIND_OF(GRE) | KIND_OF(GRETAP) | KIND_OF(ERSPAN) | KINDS_OF_UDP | KINDS_OF_OPAQUE,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE | FACT_IPV6,
    .blind = FACT_HEADER_CUT,
    .triggers = TRIGGER_OPTIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_padding,
    .describe = describe_padding,
    .values = {&value_ihl},
};
