/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The extension headers of an IPv6 header as a chain: their lengths and their order (RFC 8200 section 4). */
#include <string.h>

#include "rules/extensions.h"

/* In the order of RFC 8200 section 4.1, of which destination options have two places. */
enum place {
    PLACE_HOP_BY_HOP,
    PLACE_FIRST_OPTIONS,
    PLACE_ROUTING,
    PLACE_FRAGMENT,
    PLACE_AUTHENTICATION,
    PLACE_LAST_OPTIONS,
    PLACE_BEHIND
};

/* What is wrong with a chain. */
enum fault {
    FAULT_NONE,
    FAULT_LENGTH,
    FAULT_HOP_BY_HOP,
    FAULT_MANY,
    FAULT_ORDER,
    FAULT_TWICE,
    FAULT_AFTER_LAST,
    FAULTS
};

static const struct {
    enum ipip_severity severity;
    const char *word;
    const char *message;
    const char *expected;
} faults[FAULTS] = {
    [FAULT_NONE] = {IPIP_ERROR, "none", "", ""},
    [FAULT_LENGTH] = {IPIP_ERROR, "length", "an extension header is longer than what is left of the IPv6 packet",
                      "an extension header within the packet"},
    [FAULT_HOP_BY_HOP] = {IPIP_ERROR, "hop-by-hop", "hop-by-hop options are behind another extension header",
                          "hop-by-hop options first"},
    [FAULT_MANY] = {IPIP_ERROR, "many", "the IPv6 header has more extension headers than any packet needs",
                    "at most 16 extension headers"},
    [FAULT_ORDER] = {IPIP_NOTE, "order", "the extension headers are in another order than RFC 8200 has them",
                     "options, routing, fragment, authentication, options"},
    [FAULT_TWICE] = {IPIP_NOTE, "twice", "an extension header is there more often than it may be",
                     "each once, destination options twice"},
    [FAULT_AFTER_LAST] = {IPIP_NOTE, "after-last", "octets follow, although next header 59 announces that nothing does",
                          "nothing behind next header 59"},
};

static enum place place_of(uint8_t type, enum place before)
{
    switch (type) {
    case IPIP_PROTOCOL_HOP_BY_HOP:
        return PLACE_HOP_BY_HOP;
    case IPIP_PROTOCOL_ROUTING:
        return PLACE_ROUTING;
    case IPIP_PROTOCOL_FRAGMENT:
        return PLACE_FRAGMENT;
    case IPIP_PROTOCOL_AH:
        return PLACE_AUTHENTICATION;
    case IPIP_PROTOCOL_DESTINATION_OPTIONS:
        return before <= PLACE_FIRST_OPTIONS ? PLACE_FIRST_OPTIONS : PLACE_LAST_OPTIONS;
    default:
        return PLACE_BEHIND;
    }
}

/* How many of the headers before `walk` is were of this type. */
static unsigned count_of(const struct ipip_layer *layer, const struct ipip_extension_walk *end, uint8_t type)
{
    struct ipip_extension_walk walk = extensions_of(layer);
    struct ipip_extension extension;
    unsigned count = 0;

    while (walk.count < end->count && ipip_extension_next(&walk, &extension))
        count += extension.type == type;
    return count;
}

static enum fault fault_of_order(const struct ipip_layer *layer, struct ipip_extension_walk *walk)
{
    struct ipip_extension extension;
    enum place place = PLACE_HOP_BY_HOP;
    enum fault fault = FAULT_NONE;

    while (ipip_extension_next(walk, &extension)) {
        enum place here = place_of(extension.type, place);
        unsigned most = extension.type == IPIP_PROTOCOL_DESTINATION_OPTIONS ? 2 : 1;

        if (here == PLACE_HOP_BY_HOP && walk->count > 1)
            return FAULT_HOP_BY_HOP;
        if (fault == FAULT_NONE && count_of(layer, walk, extension.type) > most)
            fault = FAULT_TWICE;
        else if (fault == FAULT_NONE && here < place)
            fault = FAULT_ORDER;
        place = here;
    }
    return fault;
}

static enum fault fault_of_end(const struct ipip_extension_walk *walk)
{
    if (walk->is_behind_first)
        return FAULT_NONE;
    if (walk->next == IPIP_PROTOCOL_AH || ipip_ipv6_is_extension(walk->next))
        return walk->count == IPIP_IPV6_EXTENSIONS_MAX ? FAULT_MANY : FAULT_LENGTH;
    return walk->next == IPIP_PROTOCOL_NONE && walk->rest.wire > 0 ? FAULT_AFTER_LAST : FAULT_NONE;
}

/* The gravest fault; `*is_cut` where another one may follow. */
static enum fault fault_of(const struct ipip_layer *layer, bool *is_cut)
{
    struct ipip_extension_walk walk = extensions_of(layer);
    enum fault by_order = fault_of_order(layer, &walk);
    enum fault by_end;

    *is_cut = extensions_are_cut(&walk);
    by_end = *is_cut || by_order == FAULT_HOP_BY_HOP ? FAULT_NONE : fault_of_end(&walk);
    if (by_order == FAULT_NONE || (by_end != FAULT_NONE && faults[by_end].severity > faults[by_order].severity))
        return by_end;
    return by_order;
}

static void check_chain(const struct ipip_rule_input *c, struct ruling *ruling)
{
    bool is_cut;
    enum fault fault = fault_of(input_layer(c), &is_cut);

    ruling->severity = faults[fault].severity;
    if (fault == FAULT_NONE)
        ruling->verdict = is_cut ? IPIP_UNKNOWN : IPIP_PASS;
}

static void describe_chain(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_extension_walk walk = extensions_of(input_layer(c));
    struct ipip_extension extension;
    bool is_cut;
    enum fault fault = fault_of(input_layer(c), &is_cut);
    char types[sizeof text->actual] = "";

    while (ipip_extension_next(&walk, &extension))
        text_say(types + strlen(types), sizeof types - strlen(types), "%u, ", extension.type);
    SAY(text->message, "%s", faults[fault].message);
    SAY(text->expected, "%s", faults[fault].expected);
    SAY(text->actual, "next headers %s%u", types, walk.next);
}

static const char *fault_word(const struct ipip_rule_input *c)
{
    bool is_cut;

    return faults[fault_of(input_layer(c), &is_cut)].word;
}

VALUE_WORD(static, extension_fault, fault_word(c))

const struct rule rule_761 = {
    .about.id = "IPIP761",
    .about.slug = "v6-ext-chain",
    .about.title = "extension headers of IPv6 are not as they must be",
    .about.reference = "RFC 8200 sections 4, 4.1 and 4.3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a crafted packet that is to get past a filter, or a length that was changed",
    RULE_OF_EXTENSIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_chain,
    .describe = describe_chain,
    .values = {&value_extension_fault},
};
