/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the capture itself hides or adds: diagnostics, never faults of the traffic. */
#include <inttypes.h>

#include "flow/large.h"
#include "ipip/ipv6.h"
#include "rules/rule.h"

static void describe_cut(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_bytes inside = input_inside(c);
    bool is_ipv6 = c->shims != NULL && (c->shims->chain.announced == IPIP_PAYLOAD_IPV6 ||
                                        (inside.captured > 0 && inside.data[0] >> 4 == 6));
    unsigned header = is_ipv6 ? IPIP_IPV6_HEADER : IPIP_IPV4_HEADER_MIN;

    if ((c->facts.context & FACT_SHIM_CUT) != 0)
        SAY(text->message, "the headers in front of the inner one are cut off by the snapshot length");
    else
        SAY(text->message, "the inner header is cut off by the snapshot length: %u of %u octets captured",
            inside.captured, header);
    SAY(text->expected, "at least %u octets of the payload", header);
    SAY(text->actual, "%u", inside.captured);
}

const struct rule rule_901 = {
    .about.id = "IPIP901",
    .about.slug = "truncated",
    .about.title = "inner header not captured",
    .about.reference = "capture diagnostics",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a capture with a short snapshot length",
    .about.kinds = KINDS_READ & ~KINDS_OF_OPAQUE,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER,
    .triggers = TRIGGER_INNER_CUT,
    .describe = describe_cut,
};

static unsigned octets(const struct ipip_rule_input *c)
{
    return input_outer(c)->total_bytes != 0 ? input_outer(c)->total_bytes : input_layer(c)->bytes.wire;
}

/* Of a direction: no single one shows what it is. */
static void describe_large(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message,
        "%" PRIu64 " packets from %s have %d to %d octets, at most %u: jumbo frames, or packets captured before "
        "segmentation; with no MTU known, rules on sizes leave them out",
        c->flow->large, ipip_address_text(src, input_outer(c)->src), LARGE_USUAL + 1, LARGE_MAX, c->flow->largest);
    SAY(text->expected, "packets of at most %d octets, or a known MTU", LARGE_USUAL);
    SAY(text->actual, "%u octets", c->flow->largest);
}

static void describe_super(const struct ipip_rule_input *c, struct ipip_text *text)
{
    if ((c->facts.context & FACT_SUPERPACKET) == 0) {
        describe_large(c, text);
        return;
    }
    SAY(text->message, "the packet has %u octets, more than any link carries: it was captured before segmentation",
        octets(c));
    SAY(text->expected, "packets as on the wire");
    SAY(text->actual, "%u octets, %s %u", octets(c), text_word(input_outer(c), WORD_LENGTH),
        input_outer(c)->total_bytes);
}

static void check_super(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->packet->direction == IPIP_DIRECTION_RECEIVED)
        ruling->verdict = IPIP_PASS;
}

const struct rule rule_903 = {
    .about.id = "IPIP903",
    .about.slug = "superpacket",
    .about.title = "packet larger than any link: segmentation offload",
    .about.reference = "capture diagnostics",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "segmentation offload (TSO, GSO) on the sending host, where the capture was taken",
    .about.kinds = KINDS_READ,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER,
    .triggers = TRIGGER_SUPERPACKET,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_super,
    .describe = describe_super,
};

static void check_merged(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->packet->direction != IPIP_DIRECTION_RECEIVED)
        ruling->verdict = IPIP_PASS;
}

static void describe_merged(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the packet has %u octets, more than any link carries: receive offload merged several",
        octets(c));
    SAY(text->expected, "packets as on the wire");
    SAY(text->actual, "%u octets, %s %u", octets(c), text_word(input_outer(c), WORD_LENGTH),
        input_outer(c)->total_bytes);
}

const struct rule rule_910 = {
    .about.id = "IPIP910",
    .about.slug = "gro-merged",
    .about.title = "packets merged by receive offload",
    .about.reference = "capture diagnostics",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "receive offload (GRO, LRO) on the receiving host, where the capture was taken",
    .about.kinds = KINDS_READ,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER,
    .triggers = TRIGGER_SUPERPACKET,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_merged,
    .describe = describe_merged,
};
