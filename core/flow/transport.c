/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/transport.h"

#include "flow/request.h"

#include "packet/facts.h"
#include "packet/fingerprint.h"

enum { TCP_OCTET_OF_FLAGS = 13, ECHO_REPLY = 0, ECHO_REQUEST = 8 };

struct transport_direction *transport_direction(struct ipip_flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    uint64_t hash = fingerprint_of_addresses(&flow->directions.keys, src, dst);
    bool is_new;

    return lru_row(&flow->directions, lru_get(&flow->directions, DIRECTION(src, dst), DIRECTION_WORDS, hash, &is_new));
}

/* Its flags; -1 where they are not captured, or not there. */
static int flags_of(const struct ipip_layer *inner)
{
    struct ipip_bytes payload = ipip_layer_payload(inner);

    return payload.captured > TCP_OCTET_OF_FLAGS ? payload.data[TCP_OCTET_OF_FLAGS] : -1;
}

/* SYN and reset: what opens a connection, or answers one that asks for it. */
static void take_answer(struct ipip_flow *flow, const struct ipip_layer *inner, int flags)
{
    if ((flags & TCP_RST) != 0 || (flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
        request_answer(flow, inner->ip.dst, inner->ip.src);
}

static uint64_t take_tcp(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                         unsigned layer, const struct tunnel *tunnel)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    int flags = flags_of(inner);
    struct tcp_header tcp;
    uint64_t facts;

    if (flags < 0 || ((flags & (TCP_SYN | TCP_RST)) == 0 && flow->handshakes_due == 0) || !tcp_read(&tcp, inner))
        return 0;
    take_answer(flow, inner, flags);
    if ((flags & TCP_SYN) == 0)
        return handshake_take_next(flow, context, stack, layer, &tcp);
    facts = handshake_take(flow, context, stack, layer, &tcp);
    return (flags & TCP_ACK) == 0 ? facts | request_take(flow, context, stack, layer, tunnel) : facts;
}

/* Of an ICMP message; -1 where it is not captured. */
static int type_of(const struct ipip_layer *inner)
{
    struct ipip_bytes payload = ipip_layer_payload(inner);

    return payload.captured > 0 && inner->ip.fragment_offset == 0 ? payload.data[0] : -1;
}

static uint64_t take_icmp(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                          unsigned layer, const struct tunnel *tunnel)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    int type = type_of(inner);

    if (type == ECHO_REPLY)
        request_answer(flow, inner->ip.dst, inner->ip.src);
    return type == ECHO_REQUEST ? request_take(flow, context, stack, layer, tunnel) : 0;
}

uint64_t transport_take(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                        unsigned layer, const struct tunnel *tunnel)
{
    return stack->layers[layer].ip.protocol == IPIP_PROTOCOL_TCP ? take_tcp(flow, context, stack, layer, tunnel)
                                                                 : take_icmp(flow, context, stack, layer, tunnel);
}

static void take_tcp_beside(struct ipip_flow *flow, const struct ipip_layer *layer, int64_t now)
{
    int flags = flags_of(layer);
    struct tcp_header tcp;

    if (flags < 0 || (flags & (TCP_SYN | TCP_RST)) == 0 || !tcp_read(&tcp, layer))
        return;
    take_answer(flow, layer, flags);
    if ((flags & TCP_SYN) != 0)
        handshake_take_beside(flow, layer, &tcp, now);
}

void transport_take_beside(struct ipip_flow *flow, const struct ipip_layer *layer, int64_t now)
{
    if (layer->ip.protocol == IPIP_PROTOCOL_TCP)
        take_tcp_beside(flow, layer, now);
    else if (layer->ip.protocol == IPIP_PROTOCOL_ICMP && type_of(layer) == ECHO_REPLY)
        request_answer(flow, layer->ip.dst, layer->ip.src);
}
