/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/transport.h"

#include "packet/facts.h"
#include "packet/fingerprint.h"

enum { TCP_OCTET_OF_FLAGS = 13 };

struct transport_direction *transport_direction(struct ipip_flow *flow, uint32_t src, uint32_t dst)
{
    uint64_t hash = fingerprint_of_addresses(&flow->directions.keys, src, dst);
    bool is_new;
    struct transport_direction *d =
        lru_row(&flow->directions, lru_get(&flow->directions, (uint64_t)src << 32 | dst, 0, hash, &is_new));

    d->src = src;
    d->dst = dst;
    return d;
}

/* Its flags; -1 where they are not captured, or not there. */
static int flags_of(const struct ipip_layer *inner)
{
    struct ipip_bytes payload = ipip_layer_payload(inner);

    return payload.captured > TCP_OCTET_OF_FLAGS ? payload.data[TCP_OCTET_OF_FLAGS] : -1;
}

static uint64_t take_tcp(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                         unsigned layer)
{
    int flags = flags_of(&stack->layers[layer]);
    struct tcp_header tcp;

    if (flags < 0 || ((flags & TCP_SYN) == 0 && flow->handshakes_due == 0) || !tcp_read(&tcp, &stack->layers[layer]))
        return 0;
    return (flags & TCP_SYN) != 0 ? handshake_take(flow, context, stack, layer, &tcp)
                                  : handshake_take_next(flow, context, stack, layer, &tcp);
}

uint64_t transport_take(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                        unsigned layer, struct tunnel *tunnel)
{
    (void)tunnel;
    return stack->layers[layer].ip.protocol == IPIP_PROTOCOL_TCP ? take_tcp(flow, context, stack, layer) : 0;
}

void transport_take_beside(struct ipip_flow *flow, const struct ipip_layer *layer, int64_t now)
{
    int flags = layer->ip.protocol == IPIP_PROTOCOL_TCP ? flags_of(layer) : -1;
    struct tcp_header tcp;

    if (flags >= 0 && (flags & TCP_SYN) != 0 && tcp_read(&tcp, layer))
        handshake_take_beside(flow, layer, &tcp, now);
}
