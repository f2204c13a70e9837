/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checksum of a GRE header (RFC 2784 section 2.5). */
#include "packet/shim_sum.h"
#include "rules/gre/gre.h"
#include "rules/offload.h"

static void check_sum(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if ((gre_flags(c) & IPIP_GRE_VERSION) != 0) { /* who knows what it covers there */
        ruling->verdict = IPIP_UNKNOWN;
        return;
    }
    switch (shim_sum_of_gre(c->shims)) {
    case SHIM_SUM_RIGHT:
        ruling->verdict = IPIP_PASS;
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
    struct ipip_bytes at = gre_at(c);
    uint16_t right = sum_in_order(sum_of(at.data, at.wire));

    /* What it would be with the field itself 0: the sum less the field, complemented. */
    right = ipip_checksum_update((uint16_t)~right, c->shims->gre.checksum, 0);
    SAY(text->message, "the GRE checksum is wrong, so that receivers drop the packet");
    SAY(text->expected, "0x%04x", right);
    SAY(text->actual, "0x%04x", c->shims->gre.checksum);
}

const struct rule rule_803 = {
    .about.id = "IPIP803",
    .about.slug = "gre-checksum",
    .about.title = "GRE checksum is wrong",
    .about.reference = "RFC 2784 section 2.5",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "corruption, or a router that changed the payload without the checksum",
    .about.kinds = KINDS_WITH_GRE,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_GRE_CHECKSUM,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_SHIM_SUM,
    .shim = SHIM_GRE_CHECKSUM,
    .check = check_sum,
    .describe = describe_sum,
};
