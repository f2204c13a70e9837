/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Fragment header of IPv6 (RFC 8200 section 4.5). */
#include "rules/extensions.h"

static void describe_reserved(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "reserved bits of the Fragment header are set, which must be sent as 0");
    SAY(text->expected, "octet 1 and bits 13 and 14 of octets 2 and 3 are 0");
    SAY(text->actual, "they are not");
}

const struct rule rule_763 = {
    .about.id = "IPIP763",
    .about.slug = "v6-frag-reserved",
    .about.title = "reserved bits of the Fragment header are set",
    .about.reference = "RFC 8200 section 4.5",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a covert channel, or corruption",
    .about.kinds = KINDS_WITH_IPV6,
    .applies = FACT_WELL_FORMED | FACT_IPV6 | FACT_OPTIONS,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_RESERVED_FLAG,
    .outer = IPIP_FIELD_OPTIONS,
    .describe = describe_reserved,
};

enum { LINK_MIN = 1280 }; /* RFC 8200 section 5 */

static void check_small(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!ipip_ip_mf(input_outer(c)) || input_outer(c)->total_bytes >= LINK_MIN)
        ruling->verdict = IPIP_PASS;
}

static void describe_small(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char octets[OCTETS_TEXT];

    SAY(text->message, "a fragment that is not the last one has %s: every IPv6 link carries more",
        text_octets(octets, input_outer(c)->total_bytes));
    SAY(text->expected, "at least 1280 octets");
    SAY(text->actual, "%s", octets);
}

const struct rule rule_764 = {
    .about.id = "IPIP764",
    .about.slug = "v6-frag-small",
    .about.title = "fragment smaller than any IPv6 link needs",
    .about.reference = "RFC 8200 section 5",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an attempt to get past a filter, or a sender from before RFC 8200 on a narrow path",
    .about.kinds = KINDS_WITH_IPV6,
    .applies = FACT_WELL_FORMED | FACT_IPV6 | FACT_FRAGMENT,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_FRAGMENT,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_small,
    .describe = describe_small,
};

static bool has_fragment_header(const struct ipip_layer *layer, bool *is_cut)
{
    struct ipip_extension_walk walk = extensions_of(layer);
    struct ipip_extension extension;

    while (ipip_extension_next(&walk, &extension)) {
        if (extension.type == IPIP_PROTOCOL_FRAGMENT)
            return true;
    }
    *is_cut = extensions_are_cut(&walk);
    return false;
}

static void check_atomic(const struct ipip_rule_input *c, struct ruling *ruling)
{
    bool is_cut = false;

    if (ipip_ip_is_fragment(input_outer(c)))
        ruling->verdict = IPIP_PASS;
    else if (!has_fragment_header(input_layer(c), &is_cut))
        ruling->verdict = is_cut ? IPIP_UNKNOWN : IPIP_PASS;
}

static void describe_atomic(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the packet has a Fragment header, but is whole");
    SAY(text->expected, "no Fragment header");
    SAY(text->actual, "offset 0, M 0, identification 0x%08x", input_outer(c)->id);
}

const struct rule rule_749 = {
    .about.id = "IPIP749",
    .about.slug = "v6tun-frag-hdr",
    .about.title = "atomic fragment: a Fragment header on a whole packet",
    .about.reference = "RFC 6946 section 4; RFC 8021; RFC 8200 section 4.5",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a translator by RFC 6145, or a sender that learnt of a path MTU below 1280",
    RULE_OF_EXTENSIONS,
    .outer = IPIP_FIELD_OPTIONS,
    .check = check_atomic,
    .describe = describe_atomic,
};
