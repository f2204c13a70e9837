/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sequence number of GRE between a tunnel header and what it carries. */
#include "flow/sequence.h"
#include "judge/judge_internal.h"

__attribute__((noinline)) void judge_sequence(struct ipip_judge *judge, struct evaluation *e,
                                              const struct parsed_packet *parsed, unsigned layer, struct facts *facts,
                                              struct rule_set *triggered)
{
    struct tunnel_shims shims;

    tunnel_shims_read(&shims, judge->policy.kinds, &parsed->stack.layers[layer]);
    e->view.sequence = sequence_take(judge->flow, parsed->of[layer].addresses, &parsed->packet, shims.gre.sequence,
                                     sequence_content(&judge->flow->sequences.keys, shims.chain.inside));
    if (e->view.sequence.order == SEQUENCE_FIRST)
        facts->context |= FACT_SEQUENCE_OPEN;
    else if (e->view.sequence.order > SEQUENCE_COPY)
        rule_set_add(triggered, RULE_808);
}
