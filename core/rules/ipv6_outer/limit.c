/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The encapsulation limit in destination options of a tunnel over IPv6 (RFC 2473 section 4.1.1). */
#include "rules/ipv6_outer/limit.h"

#include "rules/extensions.h"
#include "wire/ipv6_options.h"

/* What is wrong with the limits of one header. */
enum fault { FAULT_NONE, FAULT_LENGTH, FAULT_TWICE, FAULT_HOP_BY_HOP, FAULTS };

static const struct {
    const char *word;
    const char *message;
    const char *expected;
    const char *actual;
} faults[FAULTS] = {
    {"none", "", "", ""},
    {"length", "the option with the encapsulation limit has a length other than 1", "option 4 with length 1",
     "another length"},
    {"twice", "the tunnel header has two encapsulation limits", "one at most", "two or more"},
    {"hop-by-hop", "the encapsulation limit is in a hop-by-hop options header", "it in destination options",
     "it in hop-by-hop options"},
};

struct limits {
    unsigned count;
    bool has_length;
    bool is_hop_by_hop;
    bool is_cut;
};

static void take_options(struct ipip_bytes header, bool is_hop_by_hop, struct limits *limits)
{
    struct ipv6_option_walk walk = ipv6_options(header);
    struct ipv6_option option;

    while (ipv6_option_next(&walk, &option)) {
        if (option.type != IPIP_IPV6_OPTION_LIMIT)
            continue;
        limits->count++;
        limits->has_length |= option.bytes != 1;
        limits->is_hop_by_hop |= is_hop_by_hop;
    }
    limits->is_cut |= walk.is_cut;
}

static struct limits limits_of(const struct ipip_layer *layer)
{
    struct ipip_extension_walk walk = extensions_of(layer);
    struct ipip_extension extension;
    struct limits limits = {0, false, false, false};

    while (ipip_extension_next(&walk, &extension)) {
        if (extension_has_options(&extension))
            take_options(extension_octets(layer, &extension), extension.type == IPIP_PROTOCOL_HOP_BY_HOP, &limits);
    }
    limits.is_cut |= extensions_are_cut(&walk);
    return limits;
}

static enum fault fault_of(const struct limits *limits)
{
    if (limits->has_length)
        return FAULT_LENGTH;
    if (limits->count > 1)
        return FAULT_TWICE;
    return limits->is_hop_by_hop ? FAULT_HOP_BY_HOP : FAULT_NONE;
}

static void check_format(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct limits limits = limits_of(input_layer(c));

    if (fault_of(&limits) == FAULT_NONE)
        ruling->verdict = limits.is_cut ? IPIP_UNKNOWN : IPIP_PASS;
    else if (fault_of(&limits) == FAULT_HOP_BY_HOP)
        ruling->severity = IPIP_WARNING;
}

static enum fault shown_fault(const struct ipip_rule_input *c)
{
    struct limits limits = limits_of(input_layer(c));

    return fault_of(&limits);
}

static void describe_format(const struct ipip_rule_input *c, struct ipip_text *text)
{
    enum fault fault = shown_fault(c);

    SAY(text->message, "%s", faults[fault].message);
    SAY(text->expected, "%s", faults[fault].expected);
    SAY(text->actual, "%s", faults[fault].actual);
}

VALUE_WORD(static, limit_fault, faults[shown_fault(c)].word)

const struct rule rule_744 = {
    .about.id = "IPIP744",
    .about.slug = "tel-format",
    .about.title = "encapsulation limit that no receiver can read",
    .about.reference = "RFC 2473 section 4.1.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that writes options wrong, or a crafted packet",
    .about.kinds = IPIP_KINDS_OVER_IPV6 & KINDS_WITH_IPV6,
    .applies = FACT_WELL_FORMED | FACT_IPV6 | FACT_OPTIONS | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_OPTIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_format,
    .describe = describe_format,
    .values = {&value_limit_fault},
};

unsigned limit_of(const struct ipip_layer *layer)
{
    uint32_t offset = ipip_ipv6_limit_offset(layer->bytes);

    if (offset != 0)
        return layer->bytes.data[offset];
    return layer->bytes.captured < layer->ip.header_bytes || limits_of(layer).is_cut ? LIMIT_CUT : LIMIT_NONE;
}

static void check_decrement(const struct ipip_rule_input *c, struct ruling *ruling)
{
    unsigned inner = limit_of(input_layer(c) + 1);
    unsigned outer = limit_of(input_layer(c));

    if (inner == LIMIT_CUT || (inner != LIMIT_NONE && inner != 0 && outer == LIMIT_CUT))
        ruling->verdict = IPIP_UNKNOWN;
    else if (inner == LIMIT_NONE)
        ruling->verdict = IPIP_NOT_APPLICABLE;
    else if (inner != 0 && outer == inner - 1)
        ruling->verdict = IPIP_PASS;
}

static void describe_decrement(const struct ipip_rule_input *c, struct ipip_text *text)
{
    unsigned inner = limit_of(input_layer(c) + 1);
    unsigned outer = limit_of(input_layer(c));

    if (inner == 0) {
        SAY(text->message, "a packet with encapsulation limit 0 was encapsulated once more");
        SAY(text->expected, "no tunnel header around it");
    } else {
        SAY(text->message, "around encapsulation limit %u there must be %u", inner, inner - 1);
        SAY(text->expected, "limit %u", inner - 1);
    }
    if (outer >= LIMIT_NONE)
        SAY(text->actual, "no limit outside");
    else
        SAY(text->actual, "limit %u outside", outer);
}

VALUE_NUMBER(static, inner_limit, limit_of(input_layer(c) + 1))

const struct rule rule_745 = {
    .about.id = "IPIP745",
    .about.slug = "tel-decrement",
    .about.title = "encapsulation limit does not go down",
    .about.reference = "RFC 2473 section 4.1.1 b and c",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that does not look for the option of the packet that it encapsulates",
    .about.kinds = IPIP_KINDS_OVER_IPV6 & KINDS_WITH_IPV6,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_INNER_OPTIONS,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .triggers = TRIGGER_INNER_OPTIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .inner = IPIP_FIELD_OPTIONS,
    .check = check_decrement,
    .describe = describe_decrement,
    .values = {&value_inner_limit},
};
