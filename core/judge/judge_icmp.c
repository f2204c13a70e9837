/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors about tunnels, and packets that belong into one. */
#include "judge/judge_internal.h"
#include "judge/policy_check.h"

static uint16_t tunnel_policy_at_hand(const struct ipip_judge *judge)
{
    return tunnel_policy_of(&judge->policy, judge->view.tunnel_src, judge->view.tunnel_dst);
}

/* True where it was a message about a tunnel, or to a sender of what is tunnelled. */
static bool judge_message(struct ipip_judge *judge, unsigned layer)
{
    struct flow_context context = policy_check_context(&judge->policy, judge->packet);
    struct icmp_error error;
    uint64_t events = 0;
    uint32_t facts;

    if (!icmp_error_read(&error, &judge->stack->layers[layer], judge->packet->is_loopback))
        return false;
    evaluate_begin(judge, IPIP_SUBJECT_ICMP);
    if (error.is_of_tunnel) {
        judge->view = (struct flow_view){.icmp = error};
        facts = flow_take_error(judge->flow, &context, &events, &judge->view);
        evaluate_layer(judge, tunnel_policy_at_hand(judge), layer, facts, events, 0);
    }
    if (layer == 0 && judge->flow->inners.count > 0) {
        events = 0;
        judge->view = (struct flow_view){.icmp = error};
        facts = flow_take_relay(judge->flow, &context, &judge->stack->layers[0], &events, &judge->view);
        if (facts != 0)
            evaluate_layer(judge, tunnel_policy_at_hand(judge), layer, facts, events, 0);
    }
    if (judge->key.count == 0)
        return false;
    evaluate_end(judge);
    return true;
}

void judge_inner_side(struct ipip_judge *judge)
{
    struct flow_context context = policy_check_context(&judge->policy, judge->packet);
    const struct ipip_stack *stack = judge->stack;
    unsigned innermost = stack->count - 1;
    struct inner_flow *inner;
    uint64_t events = 0;
    uint32_t facts = 0;

    if (stack->layers[innermost].ip.protocol == IPIP_PROTOCOL_ICMP && stack->end == IPIP_END_PAYLOAD &&
        judge_message(judge, innermost))
        return;
    if (stack->layers[0].is_tunnel || judge->flow->inners.count == 0 || !facts_is_well_formed(stack, 0))
        return;
    inner = flow_hear(judge->flow, &stack->layers[0]);
    if (inner == NULL)
        return;
    judge->view = (struct flow_view){0};
    flow_take_inner_side(judge->flow, &context, inner, &stack->layers[0], &facts, &events, &judge->view);
    events |= policy_check_exit(&judge->policy, stack->layers[0].ip.dst, &facts);
    evaluate_begin(judge, IPIP_SUBJECT_INNER);
    evaluate_layer(judge, tunnel_policy_at_hand(judge), 0, facts, events, 0);
    evaluate_end(judge);
}
