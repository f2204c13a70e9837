/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Layers that a packet does not show by itself: what minimal encapsulation folded in, and later fragments. */
#include "judge/judge_internal.h"
#include "packet/fingerprint.h"
#include "packet/parse.h"
#include "packet/unfold.h"

__attribute__((noinline)) void judge_unfold(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    struct unfold_room *room = reassembly_unfold_room(judge->reassembly);
    struct ipip_stack *stack = &parsed->stack;
    unsigned last = stack->count - 1;

    while (stack->end == IPIP_END_FOLDED && stack_unfold(stack, judge->policy.kinds, room)) {
        if (stack->count == last + 1)
            return;
        parse_unfolded(judge->parser, parsed, last);
        last = stack->count - 1;
    }
}

__attribute__((noinline)) void judge_recognise(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    unsigned last = parsed->stack.count - 1;
    struct ipip_layer *fragment = &parsed->stack.layers[last];
    struct ipip_bytes first = ipip_reassembly_first(judge->reassembly, fragment);
    struct ipip_stack stack;

    if (first.data == NULL && fragment->ip.fragment_offset != 0 &&
        (facts_of_header(&parsed->stack, last).context & FACT_WELL_FORMED) != 0)
        ipip_reassembly_keep(judge->reassembly, fragment, parsed->packet.frame, parsed->packet.time);
    if (first.data == NULL || ipip_stack_read(&stack, judge->policy.kinds, first) != IPIP_OK) {
        parsed->stack.end = IPIP_END_PAYLOAD;
        return;
    }
    fragment->kind = stack.layers[0].kind;
    judge->recognised = ipip_discriminator_of(judge->policy.kinds, &stack.layers[0]);
    parsed->of[last].addresses =
        fingerprint_of_layer(&judge->flow->tunnels.keys, judge->policy.kinds, &stack.layers[0]);
}
