/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels that are named only: what says which one it is, and how many packets each direction has. */
#include "ipip/ipv4.h"
#include "ipip/ipv6.h"
#include "judge/judge_internal.h"
#include "packet/fingerprint.h"

struct tunnel *meet_unread(struct ipip_judge *judge, const struct ipip_tunnel_direction *direction, int64_t now)
{
    bool is_new;
    struct tunnel *tunnel =
        flow_tunnel(judge->flow, fingerprint_of_direction(&judge->flow->tunnels.keys, direction), &is_new);

    if (is_new) {
        tunnel->src = direction->src;
        tunnel->dst = direction->dst;
        tunnel->kind = direction->kind & ((1U << FACT_KIND_BITS) - 1);
        tunnel->discriminator = direction->discriminator & ((UINT64_C(1) << 56) - 1);
        tunnel_take_policy(judge, tunnel, tunnel_policy_of(&judge->policy, direction->src, direction->dst));
        tunnel->first_time = now;
    }
    tunnel->last_time = now;
    tunnel->met++;
    return tunnel;
}

static struct facts facts_of_named(const struct ipip_stack *stack, unsigned layer)
{
    return (struct facts){
        FACT_TUNNEL | FACTS_OF_KIND(stack->next_kind) | (facts_is_well_formed(stack, layer) ? FACT_WELL_FORMED : 0), 0};
}

__attribute__((noinline)) void judge_named(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    const struct ipip_stack *stack = &parsed->stack;
    unsigned layer = stack->count - 1;
    const struct ipip_ip *ip = &stack->layers[layer].ip;
    struct rule_set triggered = {{0}};
    struct evaluation e;

    evaluate_begin(&e, IPIP_SUBJECT_NAMED, parsed->packet.frame);
    e.view = (struct flow_view){.direction = {ip->src, ip->dst, (enum ipip_kind)stack->next_kind, 0}};
    e.view.tunnel = meet_unread(judge, &e.view.direction, parsed->packet.time);
    rule_set_add(&triggered, RULE_811);
    rule_set_add(&triggered, RULE_911);
    evaluate_layer(judge, &e, parsed, e.view.tunnel->tunnel_policy, layer, facts_of_named(stack, layer), triggered, 0);
    evaluate_end(judge, &e);
}

enum ipip_kind judge_named_carrier(struct ipip_judge *judge, const struct parsed_packet *parsed,
                                   struct ipip_bytes carrier)
{
    bool is_ipv4 = carrier.data[0] >> 4 == 4;
    struct parsed_room room = {.parsed = {.packet = parsed->packet, .status = IPIP_OK}};
    struct ipip_stack *stack = &room.parsed.stack;
    struct ipip_layer *layer = &stack->layers[0];
    struct ipip_chain chain;

    layer->bytes = room.parsed.packet.ip = carrier;
    if ((is_ipv4 ? ipip_ipv4_read(&layer->ip, carrier.data, carrier.captured) : ipip_ipv6_read(&layer->ip, carrier)) !=
        IPIP_OK)
        return IPIP_KIND_NONE;
    ipip_layer_chain(&chain, judge->policy.kinds, layer);
    if (chain.end != IPIP_END_UNSUPPORTED || (judge->policy.kinds->set & IPIP_KIND_BIT(chain.kind)) == 0)
        return IPIP_KIND_NONE;
    stack->count = 1;
    stack->end = chain.end;
    stack->next = chain.protocol;
    stack->next_kind = chain.kind;
    parsed_packet_close(&room.parsed);
    judge_named(judge, &room.parsed);
    return (enum ipip_kind)chain.kind;
}
