/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options in extension headers of IPv6, each for itself (RFC 8200 section 4.2). */
#include "rules/extensions.h"
#include "wire/ipv6_options.h"

enum { PADDING_MAX = 5 /* octets of data that PadN needs at most, to fill 8 */ };

/* What is wrong with an option. */
enum fault { FAULT_NONE, FAULT_LENGTH, FAULT_PADDING, FAULT_UNKNOWN, FAULTS };

static const struct {
    const char *word;
    const char *expected;
} faults[FAULTS] = {
    {"none", ""},
    {"length", "an option within its header"},
    {"padding", "PadN with at most 5 octets"},
    {"unknown", "an option that receivers know"},
};

/* Assigned by IANA with action bits other than 00, or that far in use. */
static bool is_known(uint8_t type)
{
    static const uint8_t known[] = {0x63, 0x6d, 0x8a, 0x8b, 0x8c, 0xc2, 0xc3, 0xc9, 0xee, 0x4d};

    for (unsigned i = 0; i < sizeof known; i++) {
        if (known[i] == type)
            return true;
    }
    return false;
}

struct finding {
    enum fault fault;
    struct ipv6_option option;
    bool is_cut;
};

static enum fault fault_of(const struct ipv6_option *option)
{
    enum { ACTION = 0xc0 };

    if (option->type == IPV6_OPTION_PADN && option->bytes > PADDING_MAX)
        return FAULT_PADDING;
    return (option->type & ACTION) != 0 && !is_known(option->type) ? FAULT_UNKNOWN : FAULT_NONE;
}

/* The first fault of one header; a broken option is the gravest, and the last. */
static void search_header(struct ipip_bytes header, struct finding *found)
{
    struct ipv6_option_walk walk = ipv6_options(header);
    struct ipv6_option option;

    while (ipv6_option_next(&walk, &option)) {
        if (found->fault == FAULT_NONE && fault_of(&option) != FAULT_NONE)
            *found = (struct finding){fault_of(&option), option, found->is_cut};
    }
    found->is_cut |= walk.is_cut;
    if (walk.is_broken)
        *found = (struct finding){FAULT_LENGTH, {walk.rest.data[0], 0}, found->is_cut};
}

static struct finding search(const struct ipip_layer *layer)
{
    struct ipip_extension_walk walk = extensions_of(layer);
    struct ipip_extension extension;
    struct finding found = {FAULT_NONE, {0, 0}, false};

    while (found.fault != FAULT_LENGTH && ipip_extension_next(&walk, &extension)) {
        if (extension_has_options(&extension))
            search_header(extension_octets(layer, &extension), &found);
    }
    found.is_cut |= extensions_are_cut(&walk);
    return found;
}

static void check_options(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct finding found = search(input_layer(c));

    if (found.fault == FAULT_NONE)
        ruling->verdict = found.is_cut ? IPIP_UNKNOWN : IPIP_PASS;
    else if (found.fault != FAULT_LENGTH)
        ruling->severity = IPIP_NOTE;
}

static void describe_options(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct finding found = search(input_layer(c));

    switch (found.fault) {
    case FAULT_LENGTH:
        SAY(text->message, "option %u of an IPv6 header is longer than the extension header that holds it",
            found.option.type);
        break;
    case FAULT_PADDING:
        SAY(text->message, "padding of an IPv6 header has %u octets, more than any alignment needs",
            found.option.bytes);
        break;
    default:
        SAY(text->message, "option %u of an IPv6 header is not assigned, and has receivers discard the packet",
            found.option.type);
    }
    SAY(text->expected, "%s", faults[found.fault].expected);
    SAY(text->actual, "option %u", found.option.type);
}

VALUE_WORD(static, option_fault, faults[search(input_layer(c)).fault].word)
VALUE_NUMBER(static, option_type, search(input_layer(c)).option.type)

const struct rule rule_762 = {
    .about.id = "IPIP762",
    .about.slug = "v6-option-format",
    .about.title = "an option of IPv6 is not as it must be",
    .about.reference = "RFC 8200 section 4.2; RFC 4942 section 2.1.9",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a crafted packet, or a covert channel in the padding",
    RULE_OF_EXTENSIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_options,
    .describe = describe_options,
    .values = {&value_option_fault, &value_option_type},
};
