/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors about tunnels, and packets that belong into one. */
#include "flow/gre_keys.h"
#include "flow/request.h"
#include "flow/transport.h"
#include "judge/judge_internal.h"
#include "judge/policy_check.h"
#include "packet/parse.h"

static void evaluate(const struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
                     struct facts facts, struct rule_set triggered)
{
    uint16_t tunnel_policy = tunnel_policy_of(&judge->policy, e->view.direction.src, e->view.direction.dst);

    evaluate_layer(judge, e, parsed, tunnel_policy, layer, facts, triggered, 0);
}

/* True where it was a message about a tunnel, or to a sender of what is tunnelled. */
static bool judge_message(struct ipip_judge *judge, struct parsed_packet *parsed, unsigned layer)
{
    const struct ipip_stack *stack = &parsed->stack;
    struct flow_context context = policy_check_context(&judge->policy, &parsed->packet);
    struct icmp_error error;
    struct evaluation e;
    struct rule_set triggered = {{0}};
    struct facts facts;

    if (!icmp_error_read(&error, judge->policy.kinds, &stack->layers[layer], parsed->packet.is_loopback))
        return false;
    if (!error.is_of_tunnel && error.doubt == ICMP_BELIEVED)
        request_answer(judge->flow, error.quoted.src, error.quoted.dst);
    evaluate_begin(&e, IPIP_SUBJECT_ICMP, parsed->packet.frame);
    if (error.is_of_tunnel) {
        e.view = (struct flow_view){.icmp = error};
        facts = flow_take_error(judge->flow, &context, &triggered, &e.view);
        if (rule_set_has(&triggered, RULE_311))
            gre_keys_refuse(judge->flow, &error.direction);
        evaluate(judge, &e, parsed, layer, facts, triggered);
    }
    if (layer == 0 && judge->flow->inners.count > 0) {
        triggered = (struct rule_set){{0}};
        e.view = (struct flow_view){.icmp = error};
        facts = flow_take_relay(judge->flow, &context, &stack->layers[0], &triggered, &e.view);
        if (facts.context != 0)
            evaluate(judge, &e, parsed, layer, facts, triggered);
    }
    if (e.key.count == 0)
        return false;
    evaluate_end(judge, &e);
    return true;
}

static void judge_inner_packet(struct ipip_judge *judge, struct parsed_packet *parsed, struct inner_flow *inner)
{
    const struct ipip_layer *layer = &parsed->stack.layers[0];
    struct flow_context context = policy_check_context(&judge->policy, &parsed->packet);
    struct evaluation e;
    struct rule_set triggered = {{0}};
    struct facts facts = {0, 0};

    evaluate_begin(&e, IPIP_SUBJECT_INNER, parsed->packet.frame);
    /* All that these rules look at, but for what comes with the one that is triggered: the view is too large to be cleared. */
    e.view.tunnel = NULL;
    e.view.is_at_device = false;
    flow_take_inner_side(judge->flow, &context, inner, parsed, &facts, &triggered, &e.view);
    policy_check_exit(&judge->policy, layer->ip.dst, &facts, &triggered);
    evaluate(judge, &e, parsed, 0, facts, triggered);
    evaluate_end(judge, &e);
    if (e.view.sides.is_there)
        judge_sides(judge, parsed, &e.view.sides);
}

void judge_inner_side(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    const struct ipip_stack *stack = &parsed->stack;
    unsigned innermost = stack->count - 1;
    struct inner_flow *inner = NULL;

    if (icmp_is_protocol(stack->layers[innermost].ip.protocol) && stack->end == IPIP_END_PAYLOAD &&
        judge_message(judge, parsed, innermost))
        return;
    if (stack->layers[0].kind != IPIP_KIND_NONE || (judge->flow->inners.count == 0 && judge->flow->sides.credit == 0) ||
        !facts_is_well_formed(stack, 0))
        return;
    if (parsed->of[0].content == 0)
        parse_beside(judge->parser, parsed);
    if (judge->flow->inners.count > 0) {
        inner = flow_hear(judge->flow, &stack->layers[0].ip, parsed->of[0].addresses);
        transport_take_outside(judge->flow, &stack->layers[0], parsed->packet.time);
    }
    if (inner != NULL)
        judge_inner_packet(judge, parsed, inner);
    else if (judge->flow->sides.credit > 0)
        flow_take_early(judge->flow, parsed);
}
