/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first two octets of a GRE header, and what they promise (RFC 2784 section 2). */
#include "rules/rule.h"

#define KINDS_WITH_GRE (KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_MIRRORS | IPIP_KIND_BIT(IPIP_KIND_GRE_UDP))

/* A rule about the GRE header: it must be captured, and be in the first fragment. */
#define RULE_OF_GRE                                                                                      \
    .about.kinds = KINDS_WITH_GRE, .is_always_checked = true, .applies = FACT_WELL_FORMED | FACT_TUNNEL, \
    .excludes = FACT_FRAGMENT_HEADER, .blind = FACT_SHIM_CUT

/* Whether the first 4 octets are there; without, nothing is known. */
static bool is_seen(const struct ipip_rule_input *c)
{
    return c->shims != NULL && c->shims->at[IPIP_SHIM_GRE].captured >= 4;
}

static unsigned flags_of(const struct ipip_rule_input *c)
{
    return c->shims->gre.flags;
}

/* Passes where these flags are clear. */
static bool pass_unless(const struct ipip_rule_input *c, struct ruling *ruling, unsigned flags)
{
    if (!is_seen(c))
        ruling->verdict = IPIP_UNKNOWN;
    else if ((flags_of(c) & flags) == 0)
        ruling->verdict = IPIP_PASS;
    return ruling->verdict == IPIP_FAIL;
}

static void check_version(const struct ipip_rule_input *c, struct ruling *ruling)
{
    pass_unless(c, ruling, IPIP_GRE_VERSION);
}

static void describe_version(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the GRE header has version %u, which no receiver knows", flags_of(c) & IPIP_GRE_VERSION);
    SAY(text->expected, "version 0");
    SAY(text->actual, "version %u", flags_of(c) & IPIP_GRE_VERSION);
}

VALUE_NUMBER(static, gre_version, flags_of(c) & IPIP_GRE_VERSION)

const struct rule rule_801 = {
    .about.id = "IPIP801",
    .about.slug = "gre-version",
    .about.title = "GRE version is not 0",
    .about.reference = "RFC 2784 section 2.3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "corruption, or PPTP with another type than PPP",
    RULE_OF_GRE,
    .outer = IPIP_FIELD_PROTOCOL,
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
    if (pass_unless(c, ruling, RESERVED_RFC1701 | RESERVED_ZERO) && (flags_of(c) & RESERVED_RFC1701) == 0)
        ruling->severity = IPIP_WARNING;
}

static void describe_reserved(const struct ipip_rule_input *c, struct ipip_text *text)
{
    unsigned reserved = flags_of(c) & (RESERVED_RFC1701 | RESERVED_ZERO);

    SAY(text->message, (reserved & RESERVED_RFC1701) != 0
                           ? "reserved bits of the GRE header are set for which receivers must discard the packet"
                           : "reserved bits of the GRE header are set, which must be sent as 0");
    SAY(text->expected, "bits 4 to 12 are 0");
    SAY(text->actual, "0x%04x", reserved);
}

VALUE_NUMBER(static, gre_reserved, flags_of(c) & (RESERVED_RFC1701 | RESERVED_ZERO))

const struct rule rule_802 = {
    .about.id = "IPIP802",
    .about.slug = "gre-reserved",
    .about.title = "reserved bits of the GRE header are set",
    .about.reference = "RFC 2784 section 2.3; RFC 2890 section 2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an implementation of RFC 1701, or corruption",
    RULE_OF_GRE,
    .outer = IPIP_FIELD_PROTOCOL,
    .check = check_reserved,
    .describe = describe_reserved,
    .values = {&value_gre_reserved},
};
