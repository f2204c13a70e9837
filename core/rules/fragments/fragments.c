/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments one by one, and the Identification that holds them together. */
#include "rules/rule.h"

static unsigned payload_bytes(const struct ipip_rule_input *c)
{
    return (unsigned)(input_outer(c)->total_bytes - input_outer(c)->header_bytes);
}

static bool is_id_zero_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->id == IPIP_ID_ANY;
}

static void describe_id_zero(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "the outer Identification is 0 although the packet may be fragmented (DF=0)");
    SAY(text->expected, "an Identification that is unique for 120 seconds");
    SAY(text->actual, "0");
}

const struct rule rule_625 = {
    .about.id = "IPIP625",
    .about.slug = "id-zero-df-clear",
    .about.title = "Identification 0 with DF clear",
    .about.reference = "RFC 6864 section 4.3",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an encapsulator that never sets the Identification, such as VPP",
    .about.kinds = KINDS_READ & ~KINDS_OF_MINIMAL & ~KINDS_OUTSIDE_IPV6,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE | FACT_IPV6,
    .triggers = TRIGGER_ID_ZERO,
    .is_idle = is_id_zero_idle,
    .outer = IPIP_FIELD_ID | IPIP_FIELD_FRAGMENT,
    .describe = describe_id_zero,
};

static void describe_alignment(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char octets[OCTETS_TEXT];

    SAY(text->message, "an %s fragment that is not the last carries %s, not a multiple of 8", input_where(c),
        text_octets(octets, payload_bytes(c)));
    SAY(text->expected, "a multiple of 8");
    SAY(text->actual, "%u", payload_bytes(c));
}

const struct rule rule_631 = {
    .about.id = "IPIP631",
    .about.slug = "frag-alignment",
    .about.title = "fragment payload is not a multiple of 8",
    .about.reference = "RFC 791 section 3.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a broken fragmenter, or a crafted packet",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 8200 section 4.5", false}},
    .applies = FACT_WELL_FORMED | FACT_FRAGMENT,
    .excludes = FACT_WHOLE | FACT_FOREIGN,
    .triggers = TRIGGER_MISALIGNED,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .describe = describe_alignment,
};

static void check_df(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->layer > 0)
        ruling->severity = IPIP_NOTE;
}

static void describe_df(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "an %s fragment has DF set", input_where(c));
    SAY(text->expected, "DF=0 on fragments, or no fragments");
    SAY(text->actual, "DF=1, MF=%u, offset %u", ipip_ip_mf(input_outer(c)), input_outer(c)->fragment_offset);
}

const struct rule rule_632 = {
    .about.id = "IPIP632",
    .about.slug = "frag-with-df",
    .about.title = "fragment with DF set",
    .about.reference = "RFC 6864 section 4.3; RFC 791 section 3.1",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a source that sends fragments with DF (legal), or a router that fragmented despite DF",
    .about.kinds = KINDS_WITH_IPV4,
    .applies = FACT_WELL_FORMED | FACT_FRAGMENT,
    .excludes = FACT_WHOLE | FACT_FOREIGN | FACT_IPV6,
    .triggers = TRIGGER_DF_FRAGMENT,
    .outer = IPIP_FIELD_FRAGMENT,
    .check = check_df,
    .describe = describe_df,
};

static void describe_overflow(const struct ipip_rule_input *c, struct ipip_text *text)
{
    unsigned end = input_outer(c)->fragment_offset + payload_bytes(c);

    SAY(text->message, "an %s fragment ends at octet %u, beyond the maximum datagram size", input_where(c), end);
    SAY(text->expected, "at most %u", input_is_ipv6(c) ? 65535 : 65515);
    SAY(text->actual, "%u", end);
}

const struct rule rule_633 = {
    .about.id = "IPIP633",
    .about.slug = "frag-overflow",
    .about.title = "fragment beyond 65,535 octets",
    .about.reference = "RFC 791 section 3.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an attack (ping of death)",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 8200 section 4.5", false}},
    .applies = FACT_WELL_FORMED | FACT_FRAGMENT,
    .excludes = FACT_WHOLE | FACT_FOREIGN,
    .triggers = TRIGGER_OVERFLOW,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .describe = describe_overflow,
};

/* Over UDP either version may be outside. */
static void check_tiny(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (input_is_ipv6(c))
        ruling->severity = IPIP_ERROR;
}

static void describe_tiny(const struct ipip_rule_input *c, struct ipip_text *text)
{
    if (input_outer(c)->fragment_offset == 0) {
        SAY(text->message, "the first outer fragment carries %u octets, fewer than the %s%s", payload_bytes(c),
            input_layer(c)->shim_bytes > 0 ? "headers up to the inner one" : "inner header",
            input_is_ipv6(c) ? "" : " and 8 octets");
        SAY(text->expected, "at least %u octets", facts_first_fragment_min(input_layer(c)));
        SAY(text->actual, "%u", payload_bytes(c));
    } else {
        SAY(text->message, "an outer fragment starts at octet 8, inside the inner header");
        SAY(text->expected, "offset 0, or one beyond the inner header");
        SAY(text->actual, "offset 8");
    }
}

const struct rule rule_634 = {
    .about.id = "IPIP634",
    .about.slug = "frag-tiny-first",
    .about.title = "outer fragmentation splits the inner header",
    .about.reference = "RFC 1858 section 3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an attempt to evade filters that read the first fragment only",
    .about.kinds = KINDS_RELATED | KINDS_OF_MINIMAL,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 8200 section 4.5; RFC 7112 section 5", false}},
    .applies = FACT_WELL_FORMED | FACT_FRAGMENT | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_TINY,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .check = check_tiny,
    .describe = describe_tiny,
};

static void describe_orphan(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "an outer fragment (offset %u) without the one at offset 0: the inner header is unknown",
        input_outer(c)->fragment_offset);
    SAY(text->expected, "the fragment at offset 0 before it");
    SAY(text->actual, "offset %u", input_outer(c)->fragment_offset);
}

const struct rule rule_902 = {
    .about.id = "IPIP902",
    .about.slug = "fragment-no-inner",
    .about.title = "outer fragment with unknown inner header",
    .about.reference = "capture diagnostics",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a capture that starts too late, packet loss, or fragments on several paths",
    .about.kinds = KINDS_OF_PLAIN_IP | KIND_OF(ESP) | KINDS_OF_MINIMAL,
    .applies = FACT_WELL_FORMED | FACT_FRAGMENT | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_ORPHAN,
    .outer = IPIP_FIELD_FRAGMENT,
    .describe = describe_orphan,
};
