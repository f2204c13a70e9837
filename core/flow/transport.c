/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/transport.h"

#include "flow/request.h"

#include "packet/facts.h"
#include "packet/fingerprint.h"

enum { ECHO_REPLY = 0, ECHO_REQUEST = 8 };

struct transport_direction *transport_direction(struct flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    uint64_t hash = fingerprint_of_addresses(&flow->directions.keys, src, dst);
    struct transport_direction *direction;
    bool is_new;

    direction = lru_row(&flow->directions, lru_get(&flow->directions, hash, &is_new));
    direction->src = src;
    direction->dst = dst;
    return direction;
}

/* What a TCP header shows at fixed places. */
struct tcp_glance {
    bool has_data;
    uint8_t flags;
};

/* False where the header is not there, or not captured. */
static inline bool glance(struct tcp_glance *t, const struct ipip_layer *inner)
{
    struct ipip_bytes payload = ipip_layer_payload(inner);
    uint32_t header;

    if (payload.captured < TCP_HEADER_MIN || ipip_ip_is_fragment(&inner->ip))
        return false;
    header = (uint32_t)payload.data[12] >> 4 << 2;
    t->has_data = payload.wire > header;
    t->flags = payload.data[13];
    return true;
}

/* SYN and reset: what opens a connection, or answers one that asks for it. */
static void take_answer(struct flow *flow, const struct ipip_layer *inner, unsigned flags)
{
    if ((flags & TCP_RST) != 0 || (flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
        request_answer(flow, inner->ip.dst, inner->ip.src);
}

static __attribute__((noinline)) uint64_t take_connection(struct flow *flow, const struct flow_context *context,
                                                          const struct ipip_stack *stack, unsigned layer,
                                                          const struct tunnel *tunnel)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    struct tcp_header tcp;
    uint64_t facts;

    if (inner->ip.version != 4 || !tcp_read(&tcp, inner))
        return 0;
    take_answer(flow, inner, tcp.flags);
    if ((tcp.flags & TCP_SYN) == 0)
        return handshake_take_next(flow, context, stack, layer, &tcp);
    facts = handshake_take(flow, context, stack, layer, &tcp);
    return (tcp.flags & TCP_ACK) == 0 ? facts | request_take(flow, context, stack, layer, tunnel) : facts;
}

static uint64_t take_tcp(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                         unsigned layer, struct tunnel *tunnel)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    struct tcp_glance t;
    uint64_t facts = 0;

    if (!glance(&t, inner))
        return ipip_ip_is_fragment(&inner->ip) ||
                       inner->ip.total_bytes < inner->ip.header_bytes + (uint32_t)TCP_HEADER_MIN
                   ? 0
                   : FACT_SEGMENT | FACT_SEGMENT_OPEN;
    if ((t.flags & (TCP_SYN | TCP_RST)) != 0 || flow->handshakes_due > 0)
        facts = take_connection(flow, context, stack, layer, tunnel);
    return facts | segment_take(flow, context, stack, layer, tunnel, t.has_data);
}

/* Of an ICMP message; -1 where it is not captured. */
static int type_of(const struct ipip_layer *inner)
{
    struct ipip_bytes payload = ipip_layer_payload(inner);

    return payload.captured > 0 && inner->ip.fragment_offset == 0 ? payload.data[0] : -1;
}

static __attribute__((noinline)) uint64_t take_icmp(struct flow *flow, const struct flow_context *context,
                                                    const struct ipip_stack *stack, unsigned layer,
                                                    struct tunnel *tunnel)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    int type = type_of(inner);

    if (type != ECHO_REPLY && type != ECHO_REQUEST)
        return 0;
    segment_take_echo(flow, context, stack, layer, tunnel);
    if (type == ECHO_REQUEST)
        return request_take(flow, context, stack, layer, tunnel);
    request_answer(flow, inner->ip.dst, inner->ip.src);
    return 0;
}

uint64_t transport_take(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                        unsigned layer, struct tunnel *tunnel)
{
    return stack->layers[layer].ip.protocol == IPIP_PROTOCOL_TCP ? take_tcp(flow, context, stack, layer, tunnel)
                                                                 : take_icmp(flow, context, stack, layer, tunnel);
}

static void take_tcp_outside(struct flow *flow, const struct ipip_layer *layer, int64_t now)
{
    struct tcp_header tcp;
    struct tcp_glance t;

    if (!glance(&t, layer) || (t.flags & (TCP_SYN | TCP_RST)) == 0 || layer->ip.version != 4 || !tcp_read(&tcp, layer))
        return;
    take_answer(flow, layer, t.flags);
    if ((t.flags & TCP_SYN) != 0)
        handshake_take_outside(flow, layer, &tcp, now);
}

/* As transport_is_idle(), outside. */
static inline bool is_idle(const struct flow *flow, const struct ipip_layer *layer)
{
    const struct ipip_ip *ip = &layer->ip;
    const uint8_t *tcp = layer->bytes.data + ip->header_bytes;
    uint32_t end = ip->header_bytes + (uint32_t)TCP_HEADER_MIN;

    if (ip->protocol != IPIP_PROTOCOL_TCP)
        return ip->protocol != IPIP_PROTOCOL_ICMP;
    if (ipip_ip_is_fragment(ip) || layer->bytes.captured < end || ip->total_bytes < end)
        return false;
    return (tcp[13] & (TCP_SYN | TCP_RST)) == 0 && (tcp[14] | tcp[15]) != 0 &&
           !sent_flows_wait(&flow->sent, ip->src, ip->dst, wire_get32(tcp));
}

void transport_take_outside(struct flow *flow, const struct ipip_layer *layer, int64_t now)
{
    if (is_idle(flow, layer))
        return;
    if (layer->ip.protocol == IPIP_PROTOCOL_TCP)
        take_tcp_outside(flow, layer, now);
    else if (layer->ip.protocol == IPIP_PROTOCOL_ICMP && type_of(layer) == ECHO_REPLY)
        request_answer(flow, layer->ip.dst, layer->ip.src);
    segment_take_outside(flow, layer, now);
}
