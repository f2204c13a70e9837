/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generic UDP encapsulation (draft-ietf-intarea-gue), and what UDP carries without it: foo over UDP. */
#include "rules/udp/udp.h"

#include "wire/octets.h"

/* What is inside was announced by GUE, or is what the port is declared for; not by GRE. */
static unsigned announced_version(const struct ipip_rule_input *c)
{
    return c->shims->chain.announced == IPIP_PAYLOAD_IPV6 ? 6 : 4;
}

static bool is_any_version(const struct ipip_rule_input *c)
{
    return c->shims->chain.announced == (IPIP_PAYLOAD_IPV4 | IPIP_PAYLOAD_IPV6);
}

static unsigned version_inside(const struct ipip_rule_input *c)
{
    return c->shims->chain.inside.data[0] >> 4;
}

static void describe_inner(const struct ipip_rule_input *c, struct ipip_text *text)
{
    unsigned version = version_inside(c);

    if (is_any_version(c)) {
        SAY(text->message, "GUE of variant 1 holds an IP packet and nothing else, but the payload has version %u",
            version);
        SAY(text->expected, "version 4 or 6");
    } else {
        SAY(text->message, "%s announces IPv%u, but the payload has version %u",
            facts_kind(c->facts.context) == IPIP_KIND_GUE ? "the GUE header" : "the declared port",
            announced_version(c), version);
        SAY(text->expected, "version %u", announced_version(c));
    }
    SAY(text->actual, "version %u (first octet 0x%02x)", version, c->shims->chain.inside.data[0]);
}

VALUE_NUMBER(static, udp_inner_version, version_inside(c))

const struct rule rule_831 = {
    .about.id = "IPIP831",
    .about.slug = "fou-gue-inner",
    .about.title = "UDP carries another protocol than was announced",
    .about.reference = "draft-ietf-intarea-gue section 3; ip-fou(8)",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a port that the two ends have declared for different protocols, other traffic on it, or corruption",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_FOU) | IPIP_KIND_BIT(IPIP_KIND_GUE),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER | FACT_NO_ROOM | FACT_GRE,
    .blind = FACT_SHIM_CUT | FACT_VERSION_UNSEEN,
    .triggers = TRIGGER_DEMUX,
    .shim = SHIM_UDP_DESTINATION,
    .inner = IPIP_FIELD_VERSION,
    .describe = describe_inner,
    .values = {&value_udp_inner_version},
};

static struct ipip_bytes gue_at(const struct ipip_rule_input *c)
{
    return c->shims->at[IPIP_SHIM_GUE];
}

enum gue_fault { GUE_RIGHT, GUE_VARIANT, GUE_TOO_LONG, GUE_TOO_SHORT, GUE_FLAGS, GUE_CONTROL, GUE_UNSEEN };

static enum gue_fault gue_fault_of(const struct ipip_rule_input *c)
{
    const struct ipip_gue *gue = &c->shims->gue;
    struct ipip_bytes at = gue_at(c);

    if (at.data == NULL) /* variant 1 has no header */
        return GUE_RIGHT;
    if (at.captured == 0)
        return at.wire == 0 ? GUE_TOO_LONG : GUE_UNSEEN;
    if (at.data[0] >> 6 > 1)
        return GUE_VARIANT;
    if (c->shims->gue_status == IPIP_TRUNCATED)
        return GUE_UNSEEN;
    if (c->shims->gue_status == IPIP_MALFORMED)
        return at.wire < gue->header_bytes ? GUE_TOO_LONG : GUE_TOO_SHORT;
    if ((gue->flags & ~(unsigned)IPIP_GUE_PRIVATE) != 0)
        return GUE_FLAGS;
    return gue->is_control ? GUE_CONTROL : GUE_RIGHT;
}

static void check_gue(const struct ipip_rule_input *c, struct ruling *ruling)
{
    switch (gue_fault_of(c)) {
    case GUE_RIGHT:
        ruling->verdict = IPIP_PASS;
        break;
    case GUE_UNSEEN:
        ruling->verdict = IPIP_UNKNOWN;
        break;
    case GUE_FLAGS:
        ruling->severity = IPIP_WARNING;
        break;
    case GUE_CONTROL:
        ruling->severity = IPIP_NOTE;
        break;
    default:
        break;
    }
}

static void describe_gue(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_gue *gue = &c->shims->gue;
    char octets[OCTETS_TEXT];

    switch (gue_fault_of(c)) {
    case GUE_VARIANT:
        SAY(text->message, "the GUE header has variant %u, which is not defined", gue->variant);
        SAY(text->expected, "variant 0 or 1");
        SAY(text->actual, "variant %u", gue->variant);
        break;
    case GUE_TOO_LONG:
        SAY(text->message, "the GUE header is longer than what UDP carries");
        SAY(text->expected, "%u octets or more", gue->header_bytes != 0 ? gue->header_bytes : IPIP_GUE_HEADER);
        SAY(text->actual, "%s", text_octets(octets, gue_at(c).wire));
        break;
    case GUE_TOO_SHORT:
        SAY(text->message, "the GUE header has flags of fields for which its Hlen leaves no room");
        SAY(text->expected, "more than %u octets of optional fields", gue->header_bytes - (unsigned)IPIP_GUE_HEADER);
        SAY(text->actual, "flags 0x%04x, Hlen %u", gue->flags, gue_at(c).data[0] & 0x1f);
        break;
    case GUE_FLAGS:
        SAY(text->message, "the GUE header has flags that few receivers know; Linux drops the packet");
        SAY(text->expected, "flags 0x0000 or 0x0001");
        SAY(text->actual, "flags 0x%04x", gue->flags);
        break;
    default:
        SAY(text->message, "the GUE packet is a control message, of type %u: nothing is tunnelled", gue->protocol);
        SAY(text->expected, "C=0");
        SAY(text->actual, "C=1");
    }
}

VALUE_NUMBER(static, gue_flags, c->shims->gue.flags)

const struct rule rule_832 = {
    .about.id = "IPIP832",
    .about.slug = "gue-header",
    .about.title = "GUE header is impossible or unusual",
    .about.reference = "draft-ietf-intarea-gue section 3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "other traffic on the port, an implementation of extensions, or corruption",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_GUE),
    RULE_OF_UDP,
    .triggers = TRIGGER_SHIM_ODD,
    .shim = SHIM_GUE,
    .check = check_gue,
    .describe = describe_gue,
    .values = {&value_gue_flags},
};

/* From the end of the GUE header on: what the offsets of remote checksum offload count from. */
static uint32_t offloaded_bytes(const struct ipip_rule_input *c)
{
    return gue_at(c).wire - c->shims->gue.header_bytes;
}

static void check_remcsum(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct ipip_gue *gue = &c->shims->gue;
    uint32_t bytes;

    if (gue_at(c).data == NULL || c->shims->gue_status != IPIP_OK || !gue->has_remcsum) {
        ruling->verdict = IPIP_PASS;
        return;
    }
    bytes = offloaded_bytes(c);
    if (gue->checksum_start <= bytes && gue->checksum_offset + 2U <= bytes &&
        gue->checksum_offset >= gue->checksum_start)
        ruling->verdict = IPIP_PASS;
}

static void describe_remcsum(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_gue *gue = &c->shims->gue;

    SAY(text->message, "remote checksum offload in the GUE header points to where no checksum can be");
    SAY(text->expected, "start <= offset <= %u", offloaded_bytes(c) < 2 ? 0 : offloaded_bytes(c) - 2);
    SAY(text->actual, "start %u, offset %u", gue->checksum_start, gue->checksum_offset);
}

const struct rule rule_837 = {
    .about.id = "IPIP837",
    .about.slug = "gue-remcsum",
    .about.title = "remote checksum offload beyond the packet",
    .about.reference = "draft-herbert-remotecsumoffload; draft-ietf-intarea-gue-extensions",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that counts from another header, or corruption",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_GUE),
    RULE_OF_UDP,
    .triggers = TRIGGER_SHIM_ODD,
    .shim = SHIM_GUE,
    .check = check_remcsum,
    .describe = describe_remcsum,
};
