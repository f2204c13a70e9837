/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/large.h"

#include "flow/state.h"
#include "packet/fingerprint.h"
#include "packet/parsed_packet.h"

/* Where a Total Length is 0, each packet is IPIP903's for itself. */
static bool has_lengths(const struct ipip_stack *stack)
{
    for (unsigned k = 0; k < stack->count; k++) {
        if (stack->layers[k].ip.total_bytes == 0)
            return false;
    }
    return true;
}

bool large_is_size_known(const struct flow *flow, const struct flow_context *context, const struct tunnel *tunnel)
{
    return tunnel->is_wire || context->mtu_expected(context->operator, tunnel->src, tunnel->dst) != 0 ||
           path_mtu(flow_known_path(flow, flow_key_of_ipip(flow, tunnel->src, tunnel->dst)), context->packet->time) !=
               0;
}

void large_take(struct flow *flow, const struct flow_context *context, const struct parsed_packet *parsed,
                unsigned layer, struct tunnel *tunnel)
{
    const struct ipip_stack *stack = &parsed->stack;
    const struct ipip_layer *outer = &stack->layers[layer];
    struct large_packets *large;
    uint64_t hash;
    bool is_new;

    tunnel->has_segments |= flow_is_segments(&stack->layers[stack->count - 1]);
    if (layer > 0 || outer->is_reassembled || ipip_ip_is_fragment(&outer->ip) || !large_may_be(&outer->ip) ||
        outer->ip.total_bytes > LARGE_MAX || !has_lengths(stack) || large_is_size_known(flow, context, tunnel))
        return;
    hash = fingerprint_of_addresses(&flow->large.keys, tunnel->src, tunnel->dst);
    large = lru_row(&flow->large, lru_get(&flow->large, hash, &is_new));
    large->src = tunnel->src;
    large->dst = tunnel->dst;
    if (large->count++ == 0)
        kept_packet_take(&large->first, context->packet);
    if (outer->ip.total_bytes > large->largest)
        large->largest = (uint16_t)outer->ip.total_bytes;
}
