/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksums: of the headers, and of the transport inside. */
#include <string.h>

#include "rules/rule.h"

/* The checksum that the header of the case's layer should have, if its TTL were `more` higher. */
static uint16_t computed(const struct ipip_rule_input *c, unsigned more)
{
    const struct ipip_layer *layer = input_layer(c);
    uint8_t header[IPIP_IPV4_HEADER_MAX];

    memcpy(header, layer->bytes.data, layer->ip.header_bytes);
    header[8] = (uint8_t)(header[8] + more);
    memset(header + 10, 0, 2);
    return ipip_checksum(header, layer->ip.header_bytes);
}

static void describe_sum(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->expected, "checksum 0x%04x", computed(c, 0));
    SAY(text->actual, "checksum 0x%04x", input_outer(c)->checksum);
}

/* A field that is still empty will be filled in by the sender's network card: if the capture was taken before that. */
static enum tunnel_sums meaning_of_zero(const struct ipip_rule_input *c)
{
    if (input_outer(c)->checksum != 0)
        return TUNNEL_SUMS_WRONG;
    switch (c->tunnel_policy->vantage) {
    case IPIP_VANTAGE_HOST_TX:
        return TUNNEL_SUMS_OFFLOAD;
    case IPIP_VANTAGE_UNKNOWN:
        return (enum tunnel_sums)c->flow->tunnel->sums;
    default:
        return TUNNEL_SUMS_WRONG;
    }
}

static void check_outer(const struct ipip_rule_input *c, struct ruling *ruling)
{
    enum tunnel_sums meaning = meaning_of_zero(c);

    if (meaning != TUNNEL_SUMS_WRONG)
        ruling->verdict = meaning == TUNNEL_SUMS_OPEN ? IPIP_UNKNOWN : IPIP_NOT_APPLICABLE;
}

static void describe_outer(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the checksum of the outer header is wrong");
    describe_sum(c, text);
}

const struct rule rule_109 = {
    .about.id = "IPIP109",
    .about.slug = "outer-checksum",
    .about.title = "outer header checksum wrong",
    .about.reference = "RFC 2003 section 3.1; RFC 791 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "checksum offload if captured on the sending host (`--vantage host-tx`), corruption otherwise",
    .about.kinds = KINDS_READ & ~KINDS_OUTSIDE_IPV6,
    .applies = FACT_WELL_FORMED | FACT_OUTERMOST | FACT_TUNNEL,
    .excludes = FACT_WHOLE | FACT_IPV6,
    .blind = FACT_HEADER_CUT,
    .triggers = TRIGGER_CHECKSUM_WRONG,
    .outer = IPIP_FIELD_CHECKSUM,
    .check = check_outer,
    .describe = describe_outer,
};

static void describe_inner(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_stale = input_outer(c)->checksum == computed(c, 1);

    SAY(text->message, "the checksum of the inner header is wrong%s",
        is_stale ? ": it is right for a TTL one higher, so it was not updated when the TTL was decremented" : "");
    describe_sum(c, text);
}

VALUE_NUMBER(static, stale_ttl, input_outer(c)->checksum == computed(c, 1))

const struct rule rule_612 = {
    .about.id = "IPIP612",
    .about.slug = "inner-checksum",
    .about.title = "inner header checksum wrong",
    .about.reference = "RFC 791 section 3.1; RFC 2003 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that decremented the inner TTL without updating the checksum, or corruption",
    .about.kinds = KIND_OF(IPIP) | KIND_OF(4IN6) | KINDS_OF_GRE | KINDS_OF_UDP,
    .is_of_frames = true,
    .applies = FACT_WELL_FORMED | FACT_ENCAPSULATED,
    .excludes = FACT_WHOLE | FACT_FOREIGN | FACT_IPV6,
    .blind = FACT_HEADER_CUT,
    .triggers = TRIGGER_CHECKSUM_WRONG,
    .outer = IPIP_FIELD_CHECKSUM,
    .describe = describe_inner,
    .values = {&value_stale_ttl},
};

static const char *transport_name(const struct ipip_rule_input *c)
{
    return input_outer(c)->protocol == IPIP_PROTOCOL_TCP ? "TCP" : "UDP";
}

static void describe_transport(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the %s checksum inside is wrong", transport_name(c));
    SAY(text->expected, "a correct %s checksum", transport_name(c));
    SAY(text->actual, "a wrong one");
}

const struct rule rule_613 = {
    .about.id = "IPIP613",
    .about.slug = "inner-l4-checksum",
    .about.title = "TCP or UDP checksum inside wrong",
    .about.reference = "RFC 9293 section 3.1; RFC 768",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "address translation without a checksum update, or a payload that was corrupted on the path",
    .about.kinds = KINDS_OF_PACKETS | KINDS_OF_MINIMAL,
    .is_of_frames = true,
    .applies = FACT_WELL_FORMED | FACT_ENCAPSULATED | FACT_TRANSPORT,
    .excludes = FACT_WHOLE | FACT_SUPERPACKET,
    .blind = FACT_PAYLOAD_CUT,
    .triggers = TRIGGER_TRANSPORT_WRONG,
    .describe = describe_transport,
    .values = {&value_protocol},
};

static void check_offload(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if ((c->facts.triggers & TRIGGER_TRANSPORT_PARTIAL) != 0)
        return;
    if ((c->facts.context & FACT_OUTERMOST) == 0 || meaning_of_zero(c) != TUNNEL_SUMS_OFFLOAD)
        ruling->verdict = IPIP_PASS;
    else if (c->tunnel_policy->vantage == IPIP_VANTAGE_UNKNOWN)
        ruling->confidence = IPIP_LIKELY;
}

static void describe_offload(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_transport = (c->facts.triggers & TRIGGER_TRANSPORT_PARTIAL) != 0;

    SAY(text->message, "checksums are incomplete (%s): captured on %s",
        is_transport ? "only the pseudo-header is summed" : "the outer field is 0",
        is_transport ? "a host, between its IP stack and its network card"
                     : "the sending host, before the network card");
    SAY(text->expected, "complete checksums");
    SAY(text->actual, "%s", is_transport ? "partial transport checksum" : "outer checksum 0x0000");
}

VALUE_WORD(static, incomplete, (c->facts.triggers & TRIGGER_TRANSPORT_PARTIAL) != 0 ? "transport" : "outer")

const struct rule rule_904 = {
    .about.id = "IPIP904",
    .about.slug = "tx-offload",
    .about.title = "checksums left to the network card",
    .about.reference = "capture diagnostics",
    .about.severity = IPIP_NOTE,
    .about.usual_cause =
        "offload on the host where the capture was taken: sums not filled in yet, or segments merged on receipt",
    .about.kinds = KINDS_READ & ~KINDS_OF_MIRRORS,
    .applies = FACT_WELL_FORMED,
    .excludes = FACT_WHOLE,
    .blind = FACT_PAYLOAD_CUT,
    .triggers = TRIGGER_TRANSPORT_PARTIAL | TRIGGER_CHECKSUM_WRONG,
    .report = REPORT_ONCE,
    .check = check_offload,
    .describe = describe_offload,
    .values = {&value_incomplete},
};
