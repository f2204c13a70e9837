/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first two octets of a GRE header, and what they promise (RFC 2784 section 2). */
#include "rules/gre/gre.h"
#include "wire/octets.h"

unsigned gre_flags(const struct ipip_rule_input *c)
{
    struct ipip_bytes at = gre_at(c);

    return at.captured >= 2 ? wire_get16(at.data) : 0;
}

/* Passes where these flags are clear. */
static bool fail_with(const struct ipip_rule_input *c, struct ruling *ruling, unsigned flags)
{
    if (gre_is_there(c, ruling) && (gre_flags(c) & flags) == 0)
        ruling->verdict = IPIP_PASS;
    return ruling->verdict == IPIP_FAIL;
}

static void check_version(const struct ipip_rule_input *c, struct ruling *ruling)
{
    fail_with(c, ruling, IPIP_GRE_VERSION);
}

static void describe_version(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the GRE header has version %u, which no receiver knows", gre_flags(c) & IPIP_GRE_VERSION);
    SAY(text->expected, "version 0");
    SAY(text->actual, "version %u", gre_flags(c) & IPIP_GRE_VERSION);
}

VALUE_NUMBER(static, gre_version, gre_flags(c) & IPIP_GRE_VERSION)

const struct rule rule_801 = {
    .about.id = "IPIP801",
    .about.slug = "gre-version",
    .about.title = "GRE version is not 0",
    .about.reference = "RFC 2784 section 2.3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "corruption, or PPTP with another type than PPP",
    .about.kinds = KINDS_WITH_GRE,
    RULE_OF_GRE,
    .triggers = TRIGGER_SHIM_ODD,
    .shim = SHIM_GRE_VERSION,
    .check = check_version,
    .describe = describe_version,
    .values = {&value_gre_version},
};

enum {
    RESERVED_RFC1701 = 0x0c00, /* bits 4 and 5 */
    RESERVED_ZERO = 0x03f8,    /* bits 6 to 12 */
};

static void check_reserved(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (fail_with(c, ruling, RESERVED_RFC1701 | RESERVED_ZERO) && (gre_flags(c) & RESERVED_RFC1701) == 0)
        ruling->severity = IPIP_WARNING;
}

static void describe_reserved(const struct ipip_rule_input *c, struct ipip_text *text)
{
    unsigned reserved = gre_flags(c) & (RESERVED_RFC1701 | RESERVED_ZERO);

    SAY(text->message, (reserved & RESERVED_RFC1701) != 0
                           ? "reserved bits of the GRE header are set for which receivers must discard the packet"
                           : "reserved bits of the GRE header are set, which must be sent as 0");
    SAY(text->expected, "bits 4 to 12 are 0");
    SAY(text->actual, "0x%04x", reserved);
}

VALUE_NUMBER(static, gre_reserved, gre_flags(c) & (RESERVED_RFC1701 | RESERVED_ZERO))

const struct rule rule_802 = {
    .about.id = "IPIP802",
    .about.slug = "gre-reserved",
    .about.title = "reserved bits of the GRE header are set",
    .about.reference = "RFC 2784 section 2.3; RFC 2890 section 2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an implementation of RFC 1701, or corruption",
    .about.kinds = KINDS_WITH_GRE,
    RULE_OF_GRE,
    .triggers = TRIGGER_SHIM_ODD,
    .shim = SHIM_GRE_FLAGS,
    .check = check_reserved,
    .describe = describe_reserved,
    .values = {&value_gre_reserved},
};

static void check_reserved1(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct ipip_gre *gre = &c->shims->gre;

    if (c->shims->gre_status != IPIP_OK || (gre->flags & IPIP_GRE_VERSION) != 0)
        ruling->verdict = IPIP_UNKNOWN;
    else if ((gre->flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != IPIP_GRE_CHECKSUM || gre->reserved == 0)
        ruling->verdict = IPIP_PASS;
}

static void describe_reserved1(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the two octets behind the checksum of the GRE header are not 0");
    SAY(text->expected, "0x0000");
    SAY(text->actual, "0x%04x", c->shims->gre.reserved);
}

VALUE_NUMBER(static, gre_reserved1, c->shims->gre.reserved)

const struct rule rule_804 = {
    .about.id = "IPIP804",
    .about.slug = "gre-reserved1",
    .about.title = "Reserved1 of the GRE header is not 0",
    .about.reference = "RFC 2784 section 2.6",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an offset of RFC 1701 without its list of source routes, or corruption",
    .about.kinds = KINDS_WITH_GRE,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_GRE | FACT_GRE_CHECKSUM,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_SHIM_ODD,
    .shim = SHIM_GRE_RESERVED1,
    .check = check_reserved1,
    .describe = describe_reserved1,
    .values = {&value_gre_reserved1},
};

/* Octets that the header has by its flags, without a list of source routes. */
static uint32_t promised(const struct ipip_rule_input *c)
{
    unsigned flags = gre_flags(c);

    return 4 + 4 * (((flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != 0) + ((flags & IPIP_GRE_KEY) != 0) +
                    ((flags & IPIP_GRE_SEQUENCE) != 0));
}

enum { LINUX_LEAST = 12 };

/* It has nothing but its header. */
static bool is_keepalive(const struct ipip_rule_input *c)
{
    return c->shims->gre_status == IPIP_OK && c->shims->gre.type == 0;
}

static void check_length(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (gre_at(c).wire < promised(c))
        return;
    if (gre_at(c).wire < LINUX_LEAST && !is_keepalive(c))
        ruling->severity = IPIP_NOTE;
    else
        ruling->verdict = IPIP_PASS;
}

static void describe_length(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint32_t there = gre_at(c).wire;
    char octets[OCTETS_TEXT];

    if (there < promised(c)) {
        SAY(text->message, "the GRE header has %u octets by its flags, but only %s there", promised(c),
            text_octets(octets, there));
        SAY(text->expected, "%u octets or more", promised(c));
    } else {
        SAY(text->message, "GRE header and payload have %s: Linux drops what has fewer than %u",
            text_octets(octets, there), LINUX_LEAST);
        SAY(text->expected, "%u octets or more", LINUX_LEAST);
    }
    SAY(text->actual, "%s", text_octets(octets, there));
}

const struct rule rule_806 = {
    .about.id = "IPIP806",
    .about.slug = "gre-header-len",
    .about.title = "the packet is too short for its GRE header",
    .about.reference = "RFC 2784 section 2; RFC 2890 section 2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a packet that was cut, or flags of fields that are not there",
    .about.kinds = KINDS_WITH_GRE,
    RULE_OF_GRE,
    .triggers = TRIGGER_SHIM_ODD,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .shim = SHIM_GRE,
    .check = check_length,
    .describe = describe_length,
};

/* The list has no end within the packet. */
static bool is_route_broken(const struct ipip_rule_input *c)
{
    return c->shims->gre_status == IPIP_MALFORMED && gre_at(c).wire >= promised(c);
}

static void check_route(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (fail_with(c, ruling, IPIP_GRE_ROUTING) && is_route_broken(c))
        ruling->severity = IPIP_ERROR;
}

static void describe_route(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, is_route_broken(c) ? "the GRE header has a list of source routes that goes beyond the packet"
                                          : "the GRE header has a list of source routes, for which receivers drop it");
    SAY(text->expected, "bit 1 is 0");
    SAY(text->actual, "0x%04x", gre_flags(c));
}

const struct rule rule_812 = {
    .about.id = "IPIP812",
    .about.slug = "gre-source-route",
    .about.title = "GRE header with source routes",
    .about.reference = "RFC 2784 sections 2.3 and 5; RFC 1701",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an implementation of RFC 1701, or corruption",
    .about.kinds = KINDS_WITH_GRE,
    RULE_OF_GRE,
    .triggers = TRIGGER_SHIM_ODD,
    .shim = SHIM_GRE_FLAGS,
    .check = check_route,
    .describe = describe_route,
};
