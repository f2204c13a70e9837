/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a GRE header announces, and what it carries. */
#include "flow/keepalive.h"
#include "ipip/ipv6.h"
#include "rules/gre/gre.h"
#include "wire/octets.h"

/* What an IPv4 or IPv6 header was announced for. */
static unsigned announced_version(const struct ipip_rule_input *c)
{
    return c->shims->chain.announced == IPIP_PAYLOAD_IPV6 ? 6 : 4;
}

/* One version was announced, and another one is there. */
static bool is_other_version(const struct ipip_rule_input *c)
{
    const struct ipip_chain *chain = &c->shims->chain;

    return chain->end == IPIP_END_COUNT && chain->inside.captured > 0 &&
           chain->announced != (IPIP_PAYLOAD_IPV4 | IPIP_PAYLOAD_IPV6) &&
           chain->inside.data[0] >> 4 != announced_version(c);
}

enum { ARUBA_FIRST = 0x8200, ARUBA_LAST = 0x8370 }; /* IEEE 802.11 from access points */

/* Types of RFC 1701, of IANA's EtherTypes and of vendors that are seen in GRE. */
static bool is_known_type(uint16_t type)
{
    static const uint16_t known[] = {
        0x0000, /* keepalive */
        0x0004,
        0x00fe,
        0x0200,
        0x0600,
        IPIP_GRE_TYPE_IPV4,
        0x0804,
        0x0806,
        0x0808,
        0x0bad,
        0x0bae,
        0x0baf,
        0x2000, /* CDP */
        0x2001, /* NHRP */
        IPIP_GRE_TYPE_ERSPAN_3,
        0x6003,
        0x6400, /* EoIP */
        IPIP_GRE_TYPE_ETHERNET,
        0x6559,
        0x8019,
        0x809b,
        0x8100,
        0x8137,
        IPIP_GRE_TYPE_IPV6,
        0x876b,
        0x876c,
        0x876d,
        IPIP_GRE_TYPE_PPP,
        0x883e, /* WCCP */
        IPIP_GRE_TYPE_MPLS,
        IPIP_GRE_TYPE_MPLS_MULTICAST,
        0x8863,
        0x8864,
        0x8881, /* CDMA2000 */
        0x88a8,
        IPIP_GRE_TYPE_ERSPAN,
        0x88cc,
        0x894f,
    };

    if (type >= ARUBA_FIRST && type <= ARUBA_LAST)
        return true;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i] == type)
            return true;
    }
    return false;
}

static bool is_ipv4(struct ipip_bytes at)
{
    uint32_t header = (at.data[0] & 15) * 4U;

    return at.captured >= IPIP_IPV4_HEADER_MIN && header >= IPIP_IPV4_HEADER_MIN && header <= at.captured &&
           wire_get16(at.data + 2) >= header && wire_get16(at.data + 2) <= at.wire &&
           ipip_ipv4_checksum_ok(at.data, header);
}

static bool is_ipv6(struct ipip_bytes at)
{
    return at.captured >= IPIP_IPV6_HEADER && IPIP_IPV6_HEADER + (uint32_t)wire_get16(at.data + 4) == at.wire;
}

/* A valid IP header, whatever announced it. */
static unsigned version_in(struct ipip_bytes at)
{
    unsigned version = at.captured > 0 ? at.data[0] >> 4 : 0;

    return (version == 4 && is_ipv4(at)) || (version == 6 && is_ipv6(at)) ? version : 0;
}

static bool is_unknown_type(const struct ipip_rule_input *c)
{
    return c->shims->gre_status == IPIP_OK && (c->shims->gre.flags & IPIP_GRE_VERSION) == 0 &&
           !is_known_type(c->shims->gre.type);
}

static void check_proto(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (is_other_version(c))
        return;
    if (is_unknown_type(c) && version_in(c->shims->chain.inside) != 0)
        ruling->severity = IPIP_NOTE;
    else
        ruling->verdict = IPIP_PASS;
}

static void describe_proto(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_bytes inside = c->shims->chain.inside;
    uint16_t type = c->shims->gre.type;

    SAY(text->actual, "version %u (first octet 0x%02x)", inside.data[0] >> 4, inside.data[0]);
    if (!is_other_version(c)) {
        SAY(text->message, "the GRE header has type 0x%04x, which stands for nothing, and IPv%u inside", type,
            inside.data[0] >> 4);
        SAY(text->expected, "type 0x%04x", inside.data[0] >> 4 == 6 ? IPIP_GRE_TYPE_IPV6 : IPIP_GRE_TYPE_IPV4);
        SAY(text->actual, "type 0x%04x", type);
        return;
    }
    SAY(text->message, "the %s announces IPv%u, but the payload has version %u",
        type == IPIP_GRE_TYPE_ETHERNET ? "frame in GRE" : "GRE header", announced_version(c), inside.data[0] >> 4);
    SAY(text->expected, "version %u", announced_version(c));
}

VALUE_NUMBER(static, gre_type, c->shims->gre.type)
VALUE_NUMBER(static, gre_inner_version, c->shims->chain.inside.data[0] >> 4)

const struct rule rule_805 = {
    .about.id = "IPIP805",
    .about.slug = "gre-proto",
    .about.title = "GRE type and inner version disagree",
    .about.reference = "RFC 2784 section 3; RFC 7676 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "IPv6 sent as type 0800 or IPv4 as 86dd, corruption, or a proprietary payload",
    .about.kinds = KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_GRE,
    .excludes = FACT_FRAGMENT_HEADER | FACT_NO_ROOM,
    .blind = FACT_SHIM_CUT | FACT_VERSION_UNSEEN,
    .triggers = TRIGGER_DEMUX | TRIGGER_SHIM_ODD,
    .shim = SHIM_GRE_TYPE,
    .inner = IPIP_FIELD_VERSION,
    .check = check_proto,
    .describe = describe_proto,
    .values = {&value_gre_type, &value_gre_inner_version},
};

/* A keepalive comes back to where it was made: IPIP814. */
static void check_loop(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (keepalive_is(input_layer(c)))
        ruling->verdict = IPIP_NOT_APPLICABLE;
    else if (keepalive_may_be(input_layer(c)))
        ruling->verdict = IPIP_UNKNOWN;
}

static void describe_loop(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char address[IPIP_ADDRESS_TEXT];

    SAY(text->message, "the packet in GRE goes to the encapsulator itself, %s, and may come back to it for ever",
        ipip_address_text(address, input_inner(c)->dst));
    SAY(text->expected, "an inner destination behind %s", ipip_address_text(address, input_outer(c)->dst));
    SAY(text->actual, "inner destination %s", ipip_address_text(address, input_inner(c)->dst));
}

const struct rule rule_807 = {
    .about.id = "IPIP807",
    .about.slug = "gre-loop",
    .about.title = "the packet in GRE is for the encapsulator",
    .about.reference = "RFC 2784 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a route to the encapsulator's own address that leads into the tunnel, on the far side or on its own",
    .about.kinds = KINDS_OF_GRE | KINDS_OF_UDP,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_GRE,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN | FACT_SHIM_CUT,
    .triggers = TRIGGER_DST_IS_ENTRY,
    .outer = IPIP_FIELD_SRC,
    .inner = IPIP_FIELD_DST,
    .check = check_loop,
    .describe = describe_loop,
    .values = {&value_inner_dst},
};

static bool is_frame_broken(const struct ipip_rule_input *c)
{
    return c->shims->gre_status == IPIP_OK && c->shims->gre.type == IPIP_GRE_TYPE_ETHERNET &&
           c->shims->chain.end == IPIP_END_BAD_SHIM;
}

static void check_frame(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_frame_broken(c))
        ruling->verdict = IPIP_PASS;
}

static void describe_frame(const struct ipip_rule_input *c, struct ipip_text *text)
{
    enum { ETHERNET = 14 };
    uint32_t there = c->shims->chain.inside.wire;
    char octets[OCTETS_TEXT];

    SAY(text->message,
        there < ETHERNET ? "the Ethernet frame in GRE has %s, which is no header"
                         : "the Ethernet frame in GRE has %s, and ends within its tags",
        text_octets(octets, there));
    SAY(text->expected, there < ETHERNET ? "%u octets or more" : "more than %u octets",
        there < ETHERNET ? ETHERNET : there);
    SAY(text->actual, "%s", text_octets(octets, there));
}

const struct rule rule_815 = {
    .about.id = "IPIP815",
    .about.slug = "gre-frame-short",
    .about.title = "the Ethernet frame in GRE is too short",
    .about.reference = "IEEE 802.3 clause 3.2; RFC 2784 section 2.4",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a packet that was cut, or another payload under type 6558",
    .about.kinds = KINDS_OF_FRAMES,
    RULE_OF_GRE,
    .triggers = TRIGGER_SHIM_ODD,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_frame,
    .describe = describe_frame,
};

static void check_type(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_unknown_type(c) || version_in(c->shims->chain.inside) != 0)
        ruling->verdict = IPIP_PASS;
}

static void describe_type(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the GRE header has type 0x%04x, which stands for no known protocol", c->shims->gre.type);
    SAY(text->expected, "an EtherType, or a type of RFC 1701");
    SAY(text->actual, "type 0x%04x", c->shims->gre.type);
}

const struct rule rule_817 = {
    .about.id = "IPIP817",
    .about.slug = "gre-unknown-type",
    .about.title = "unknown type of GRE payload",
    .about.reference = "RFC 2784 section 2.4",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a proprietary payload, or corruption",
    .about.kinds = KINDS_OF_GRE | KINDS_OF_UDP,
    RULE_OF_GRE,
    .triggers = TRIGGER_SHIM_ODD,
    .shim = SHIM_GRE_TYPE,
    .check = check_type,
    .describe = describe_type,
    .values = {&value_gre_type},
};
