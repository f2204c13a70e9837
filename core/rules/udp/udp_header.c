/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The UDP header in front of a tunnel: length, checksum, source port. */
#include "rules/udp/udp.h"

#include "packet/shim_sum.h"
#include "rules/offload.h"

/* The operator answers for the network (RFC 6936 section 4, RFC 8086 section 2.1.1). */
static bool is_zero_fine(const struct ipip_rule_input *c)
{
    const struct ipip_expectation *x = c->tunnel_policy->expectation;

    return x != NULL && x->is_zero_checksum_fine;
}

static void check_sum(const struct ipip_rule_input *c, struct ruling *ruling)
{
    bool is_ipv6 = (c->facts.context & FACT_IPV6) != 0;

    ruling->is_of_tunnel = false;
    switch (shim_sum_of_udp(c->shims, input_layer(c))) {
    case SHIM_SUM_RIGHT:
        ruling->verdict = IPIP_PASS;
        break;
    case SHIM_SUM_NONE:
        ruling->is_of_tunnel = true;
        if (is_zero_fine(c))
            ruling->verdict = IPIP_PASS;
        else if (!is_ipv6)
            ruling->severity = IPIP_NOTE;
        else if (facts_kind(c->facts.context) != IPIP_KIND_GRE_UDP)
            ruling->severity = IPIP_WARNING;
        break;
    case SHIM_SUM_WRONG:
        if (offload_is_pending(c))
            ruling->verdict = IPIP_UNKNOWN;
        break;
    default:
        ruling->verdict = IPIP_UNKNOWN;
    }
}

static void describe_sum(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint16_t found = c->shims->udp.checksum;
    struct ipip_bytes at = udp_at(c);
    uint32_t bytes = c->shims->udp.length;

    SAY(text->actual, "0x%04x", found);
    if (found == 0 && (c->facts.context & FACT_IPV6) != 0) {
        SAY(text->message, "the tunnel sends UDP without a checksum over IPv6, whose header has none either");
        SAY(text->expected, "a checksum");
    } else if (found == 0) {
        SAY(text->message, "the tunnel sends UDP without a checksum");
        SAY(text->expected, "a checksum, which is optional over IPv4");
    } else {
        uint64_t pseudo = 0;
        uint16_t right;

        transport_pseudo_header(&pseudo, input_layer(c), IPIP_PROTOCOL_UDP, bytes);
        right = ipip_checksum_update((uint16_t)~sum_in_order(sum_add(pseudo, sum_of(at.data, bytes))), found, 0);
        SAY(text->message, "the UDP checksum is wrong, so that receivers drop the packet");
        SAY(text->expected, "0x%04x", right != 0 ? right : UINT16_MAX);
    }
}

const struct rule rule_833 = {
    .about.id = "IPIP833",
    .about.slug = "udp-tunnel-checksum",
    .about.title = "UDP checksum of a tunnel is wrong or missing",
    .about.reference = "RFC 768; RFC 6935 section 5; RFC 6936 sections 4 and 5; RFC 8086 section 6",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a tunnel without `encap-csum` or `encap-csum6`; or corruption",
    .about.kinds = KINDS_OF_UDP,
    RULE_OF_UDP,
    .triggers = TRIGGER_SHIM_SUM,
    .report = REPORT_ONCE,
    .shim = SHIM_UDP_CHECKSUM,
    .check = check_sum,
    .describe = describe_sum,
};

static void describe_port(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the source ports of GRE in UDP are none of the dynamic ones, which spread flows over paths");
    SAY(text->expected, "source port 49152 to 65535");
    SAY(text->actual, "source port %u", c->shims->udp.source);
}

const struct rule rule_834 = {
    .about.id = "IPIP834",
    .about.slug = "greudp-port",
    .about.title = "source port of GRE in UDP is not a dynamic one",
    .about.reference = "RFC 8086 sections 2.1.1 and 3.2.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "Linux, which takes ports of net.ipv4.ip_local_port_range, or a fixed `encap-sport`",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_GRE_UDP),
    RULE_OF_UDP,
    .triggers = TRIGGER_LOW_PORT,
    .report = REPORT_HABIT,
    .shim = SHIM_UDP_SOURCE,
    .describe = describe_port,
};

enum { LINK_MAX = 1500 }; /* what is larger may be a packet that offload has yet to cut */

static void check_length(const struct ipip_rule_input *c, struct ruling *ruling)
{
    uint32_t there = udp_at(c).wire;
    uint32_t length = c->shims->udp.length;

    bool is_offloaded = length == 0 && (there > LINK_MAX || (c->facts.context & FACT_SUPERPACKET) != 0);

    if (udp_at(c).captured < IPIP_UDP_HEADER || udp_is_partial(c) || is_offloaded)
        ruling->verdict = IPIP_UNKNOWN;
    else if (length == there)
        ruling->verdict = IPIP_PASS;
    else if (length >= IPIP_UDP_HEADER && length < there)
        ruling->severity = IPIP_NOTE;
}

static void describe_length(const struct ipip_rule_input *c, struct ipip_text *text)
{
    uint32_t there = udp_at(c).wire;
    uint32_t length = c->shims->udp.length;
    char octets[OCTETS_TEXT];

    if (length < IPIP_UDP_HEADER)
        SAY(text->message, "the UDP Length of %u is less than its header", length);
    else if (length > there)
        SAY(text->message, "the UDP Length reaches %s beyond the outer payload", text_octets(octets, length - there));
    else
        SAY(text->message, "surplus in the outer payload: %s behind the end of UDP",
            text_octets(octets, there - length));
    SAY(text->expected, "UDP Length %u", there);
    SAY(text->actual, "UDP Length %u", length);
}

const struct rule rule_836 = {
    .about.id = "IPIP836",
    .about.slug = "udp-length",
    .about.title = "UDP Length does not fit the outer payload",
    .about.reference = "RFC 768",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a packet that was cut, an encapsulator that writes wrong lengths, or a trailer",
    .about.kinds = KINDS_OF_UDP,
    RULE_OF_UDP,
    .triggers = TRIGGER_SHIM_ODD,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .shim = SHIM_UDP_LENGTH,
    .check = check_length,
    .describe = describe_length,
};
