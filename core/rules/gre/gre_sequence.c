/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of sequence numbers in GRE (RFC 2890 section 2.2). */
#include "rules/gre/gre.h"

static void check_order(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct sequence_step *step = &c->flow->sequence;

    ruling->other = step->other;
    switch (step->order) {
    case SEQUENCE_AGAIN:
        ruling->severity = IPIP_ERROR;
        break;
    case SEQUENCE_GAP:
    case SEQUENCE_RESTART:
        ruling->severity = IPIP_NOTE;
        break;
    default:
        break;
    }
}

static void describe_order(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct sequence_step *step = &c->flow->sequence;
    uint32_t missing = step->number - step->last - 1;

    switch (step->order) {
    case SEQUENCE_AGAIN:
        SAY(text->message, "another packet of the tunnel had the same sequence number");
        break;
    case SEQUENCE_GAP:
        SAY(text->message, "%u sequence number%s missing: lost before here, or by the capture", missing,
            missing == 1 ? " is" : "s are");
        break;
    case SEQUENCE_RESTART:
        SAY(text->message, "the sequence numbers begin anew");
        break;
    default:
        SAY(text->message,
            "the sequence number is %u below the highest one: a receiver that goes by them drops the packet",
            step->last - step->number);
    }
    SAY(text->expected, "sequence number %u", step->last + 1);
    SAY(text->actual, "sequence number %u", step->number);
}

const struct rule rule_808 = {
    .about.id = "IPIP808",
    .about.slug = "gre-seq",
    .about.title = "GRE sequence number out of order",
    .about.reference = "RFC 2890 section 2.2",
    .about.severity = IPIP_WARNING,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "several paths between the two ends, loss, or a tunnel that was set up anew",
    .about.kinds = KINDS_WITH_GRE,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_GRE_SEQUENCE,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN | FACT_SEQUENCE_OPEN | FACT_HELD,
    .shim = SHIM_GRE_SEQUENCE,
    .check = check_order,
    .describe = describe_order,
};
