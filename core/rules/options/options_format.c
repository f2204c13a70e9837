/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The form of IP options in any header, and those that have no business in a tunnel. */
#include "packet/option_kind.h"
#include "rules/rule.h"

enum { SECURITY_BYTES = 11 }; /* fixed by RFC 791, freed by RFC 1108 */

static bool length_is_legal(const struct ipip_option *option)
{
    const struct option_kind *kind = option_kind(option->type);

    return option->claimed >= kind->bytes_min && option->claimed <= kind->bytes_max &&
           option->claimed == option->bytes && (kind->slot_bytes == 0 || (option->claimed - 3) % kind->slot_bytes == 0);
}

/* The first option of impossible length; else the last one of an unusual length. */
static enum ipip_verdict judge_format(const struct ipip_layer *layer, struct ipip_option *fault,
                                      enum ipip_severity *severity)
{
    struct ipip_option_walk walk = layer_options(layer);
    enum ipip_verdict verdict = IPIP_PASS;
    struct ipip_option option;

    while (ipip_option_next(&walk, &option)) {
        bool is_legal = length_is_legal(&option);

        if (is_legal && !(option.type == IPIP_OPTION_SECURITY && option.claimed != SECURITY_BYTES))
            continue;
        *fault = option;
        *severity = is_legal ? IPIP_NOTE : IPIP_ERROR;
        verdict = IPIP_FAIL;
        if (!is_legal)
            break;
    }
    return verdict;
}

static void check_format(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_option fault;

    ruling->verdict = judge_format(input_layer(c), &fault, &ruling->severity);
}

static void describe_format(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_option fault = {0};
    enum ipip_severity severity = IPIP_ERROR;
    char octets[OCTETS_TEXT];
    unsigned left;

    judge_format(input_layer(c), &fault, &severity);
    left = layer_options(input_layer(c)).bytes - (unsigned)fault.offset;
    SAY(text->message, "the option %u (%s) at octet %u of the header has an %s length", fault.type,
        option_kind(fault.type)->name, fault.offset + 20U, severity == IPIP_NOTE ? "unusual" : "impossible");
    SAY(text->expected, "a length that fits the option and the %s left", text_octets(octets, left));
    SAY(text->actual, "length %u", fault.claimed);
}

static unsigned faulty_option(const struct ipip_rule_input *c)
{
    struct ipip_option fault = {0};
    enum ipip_severity severity = IPIP_ERROR;

    judge_format(input_layer(c), &fault, &severity);
    return fault.type;
}

VALUE_NUMBER(static, option, faulty_option(c))

const struct rule rule_609 = {
    .about.id = "IPIP609",
    .about.slug = "opt-format",
    .about.title = "malformed IP option",
    .about.reference = "RFC 791 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "corruption, or a packet crafted to confuse parsers",
    .about.kinds = KINDS_WITH_IPV4,
    RULE_OF_HEADER_WITH_OPTIONS,
    .triggers = TRIGGER_OPTIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_format,
    .describe = describe_format,
    .values = {&value_option},
};

/* The size of the slots that the pointer steps over: of timestamps with an address each, 8 octets. */
static unsigned slot_bytes(const struct ipip_option *option)
{
    bool has_addresses = option->type == IPIP_OPTION_TIMESTAMP && option->bytes >= 4 && (option->data[3] & 15) != 0;

    return has_addresses ? 8 : 4;
}

static bool pointer_is_legal(const struct ipip_option *option)
{
    uint8_t first = option_kind(option->type)->first_pointer;
    uint8_t pointer;

    if (first == 0 || option->bytes < 3 || option->bytes != option->claimed)
        return true;
    pointer = option->data[2];
    /* A pointer beyond the option: the room is used up. */
    return pointer > option->bytes || (pointer >= first && (pointer - first) % slot_bytes(option) == 0);
}

static bool find_bad_pointer(const struct ipip_layer *layer, struct ipip_option *option)
{
    struct ipip_option_walk walk = layer_options(layer);

    while (ipip_option_next(&walk, option)) {
        if (!pointer_is_legal(option))
            return true;
    }
    return false;
}

static void check_pointer(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_option option;

    if (!find_bad_pointer(input_layer(c), &option))
        ruling->verdict = IPIP_PASS;
}

static void describe_pointer(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_option option = {0};

    if (!find_bad_pointer(input_layer(c), &option))
        return;
    SAY(text->message, "the pointer of the option %s does not point at a slot", option_kind(option.type)->name);
    SAY(text->expected, "%u, or a multiple of %u more", option_kind(option.type)->first_pointer, slot_bytes(&option));
    SAY(text->actual, "pointer %u", option.data[2]);
}

static unsigned option_with_pointer(const struct ipip_rule_input *c)
{
    struct ipip_option option = {0};

    find_bad_pointer(input_layer(c), &option);
    return option.type;
}

static void get_pointed(const struct ipip_rule_input *c, struct ipip_value *value)
{
    value->number = option_with_pointer(c);
}

static const struct value value_pointed = {"option", IPIP_VALUE_NUMBER, get_pointed};

const struct rule rule_610 = {
    .about.id = "IPIP610",
    .about.slug = "opt-pointer",
    .about.title = "invalid pointer in an IP option",
    .about.reference = "RFC 791 section 3.1",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a crafted or corrupted option",
    .about.kinds = KINDS_WITH_IPV4,
    RULE_OF_HEADER_WITH_OPTIONS,
    .triggers = TRIGGER_OPTIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_pointer,
    .describe = describe_pointer,
    .values = {&value_pointed},
};

enum route_fault { NO_ROUTE, SOURCE_ROUTE, REPEATED, TWO_ROUTES };

/* The gravest fault; `*kind` is the option that shows it. */
static enum route_fault judge_routes(const struct ipip_layer *layer, const struct option_kind **kind)
{
    struct ipip_option_walk walk = layer_options(layer);
    enum route_fault fault = NO_ROUTE;
    bool seen[256] = {false};
    struct ipip_option option;

    while (ipip_option_next(&walk, &option)) {
        const struct option_kind *this = option_kind(option.type);

        if (this->once && seen[option.type]) {
            *kind = this;
            return REPEATED;
        }
        seen[option.type] = true;
        if (this->is_source_route) {
            *kind = this;
            fault = fault == NO_ROUTE ? SOURCE_ROUTE : TWO_ROUTES;
        }
    }
    return fault;
}

static void check_routes(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct option_kind *kind;
    enum route_fault fault = judge_routes(input_layer(c), &kind);

    if (fault == NO_ROUTE)
        ruling->verdict = IPIP_PASS;
    else if (fault != SOURCE_ROUTE)
        ruling->severity = IPIP_ERROR;
}

static void describe_routes(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const char *where = input_where(c);
    const struct option_kind *kind = option_kind(0);

    switch (judge_routes(input_layer(c), &kind)) {
    case REPEATED:
        SAY(text->message, "the %s header carries the option %s twice", where, kind->name);
        SAY(text->expected, "the option once");
        SAY(text->actual, "the option twice");
        break;
    case TWO_ROUTES:
        SAY(text->message, "the %s header carries a loose and a strict source route", where);
        SAY(text->expected, "at most one source route");
        SAY(text->actual, "two");
        break;
    default:
        SAY(text->message, "the %s header carries a %s", where, kind->name);
        SAY(text->expected, "no source route");
        SAY(text->actual, "option %u", kind->type);
    }
}

static const char *route_fault(const struct ipip_rule_input *c)
{
    static const char *const words[] = {
        [NO_ROUTE] = "", [SOURCE_ROUTE] = "one", [REPEATED] = "repeated", [TWO_ROUTES] = "loose_and_strict"};
    const struct option_kind *kind;

    return words[judge_routes(input_layer(c), &kind)];
}

VALUE_WORD(static, routes, route_fault(c))

const struct rule rule_611 = {
    .about.id = "IPIP611",
    .about.slug = "opt-source-route",
    .about.title = "source route, or an option that may occur only once",
    .about.reference = "RFC 7126 section 4.3; RFC 6169 section 2.3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an attempt to bypass filters by source routing, or a crafted packet",
    .about.kinds = KINDS_WITH_IPV4,
    RULE_OF_HEADER_WITH_OPTIONS,
    .triggers = TRIGGER_OPTIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_routes,
    .describe = describe_routes,
    .values = {&value_routes},
};
