/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnel packets that never become whole: what the fragment at offset 0 shows of the relation to the header inside. */
#include "judge/judge_internal.h"
#include "judge/policy_check.h"
#include "packet/parse.h"

bool prepare_partial(struct ipip_judge *judge)
{
    struct ipip_parsed_packet *partial = &judge->partial;
    struct ipip_stack *stack = &partial->stack;
    unsigned layer = judge->stack->count - 1;

    *partial = *judge->parsed;
    ipip_stack_resume_partial(stack, stack->layers[layer].bytes);
    if (stack->count == layer + 1)
        return stack->end == IPIP_END_INNER_VERSION;
    return stack->layers[layer + 1].bytes.captured >= stack->layers[layer + 1].ip.header_bytes;
}

/* Nothing of it goes into the flow: what it would be compared with is not all there. */
static void judge_header(struct ipip_judge *judge, unsigned layer)
{
    uint64_t facts = judge->parsed->of[layer].facts;
    uint64_t events = 0;
    struct tunnel *tunnel = meet_tunnel(judge, layer, &events);
    bool is_related =
        layer + 1 < judge->stack->count && (facts & FACT_WELL_FORMED) != 0 && (facts & FACT_INNER_BAD) == 0;

    judge->view.tunnel = tunnel;
    judge->view.has_arrived = false;
    events = judge->knows_much && is_related
                 ? policy_check_relation(&judge->tunnel_policies[tunnel->tunnel_policy], &judge->stack->layers[layer],
                                         &judge->stack->layers[layer + 1])
                 : 0;
    evaluate_layer(judge, tunnel->tunnel_policy, layer, facts, events, 0);
}

void judge_partial(struct ipip_judge *judge)
{
    struct ipip_parsed_packet *whole = judge->parsed;
    unsigned first = judge->stack->count - 1;

    judge->parsed = &judge->partial;
    judge->stack = &judge->partial.stack;
    parse_layers(judge->parser, judge->parsed, first);
    /* A fragment inside this one is judged as far as it goes, too. */
    if (judge->stack->end == IPIP_END_FRAGMENT && judge->stack->count > first + 1)
        judge->parsed->of[judge->stack->count - 1].facts = facts_of_header(judge->stack, judge->stack->count - 1) |
                                                           facts_of_relation(judge->stack, judge->stack->count - 1);
    for (unsigned k = first; k < judge->stack->count; k++) {
        if (judge->stack->layers[k].is_tunnel)
            judge_header(judge, k);
        else
            judge_innermost(judge, k, judge->parsed->of[k].facts);
    }
    judge->parsed = whole;
    judge->stack = &whole->stack;
}
