/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two hosts of a TCP connection agree on, and whether it fits their tunnel (RFC 6691). */
#include "flow/transport.h"
#include "packet/facts.h"

#define AGAIN (200 * IPIP_AGE_MILLISECOND)

enum {
    MSS_USUAL = 536,   /* without an option (RFC 9293 section 3.7.1) */
    HEADERS = 40,      /* of IPv4 and TCP without options */
    PATH_USUAL = 1500, /* more is not to be expected of a path of which nothing is known */
};

static struct handshake *row(struct flow *flow, struct ipip_addr src, struct ipip_addr dst, uint16_t sport,
                             uint16_t dport, bool is_wanted)
{
    const uint64_t key[] = {src.high, src.low, dst.high, dst.low, (uint64_t)sport << 16 | dport, 0};
    uint64_t hash = hash_of(&flow->handshakes.keys, key, 3);
    uint32_t number = lru_find(&flow->handshakes, hash);

    if (number == 0 && is_wanted)
        number = lru_add(&flow->handshakes, hash);
    return number != 0 ? lru_row(&flow->handshakes, number) : NULL;
}

/* Of the connection in which this is a packet, by its first SYN's direction. */
static struct handshake *handshake_of(struct flow *flow, const struct ipip_ip *ip, const struct tcp_header *tcp)
{
    return row(flow, ip->src, ip->dst, tcp->sport, tcp->dport, false);
}

static struct handshake *handshake_answered(struct flow *flow, const struct ipip_ip *ip, const struct tcp_header *tcp)
{
    struct handshake *h = row(flow, ip->dst, ip->src, tcp->dport, tcp->sport, false);

    return h != NULL && tcp->ack == h->seq + 1 ? h : NULL;
}

static uint16_t mss_of(const struct tcp_header *tcp)
{
    return tcp->mss != 0 ? tcp->mss : MSS_USUAL;
}

/* The first SYN. False where it was sent before and not answered; seen in several places it is one. */
static bool begin(struct flow *flow, const struct ipip_ip *ip, const struct tcp_header *tcp,
                  const struct ipip_layer *outer, int64_t now)
{
    struct handshake *h = row(flow, ip->src, ip->dst, tcp->sport, tcp->dport, true);
    bool is_again = h->mss != 0 && h->seq == tcp->seq;
    bool is_late = is_again && ipip_age_exceeds(now, h->time, AGAIN);

    if (is_again && (outer == NULL || h->overhead != 0)) {
        h->time = now;
        return !is_late;
    }
    *h = (struct handshake){.time = now, .seq = tcp->seq, .mss = mss_of(tcp), .is_cut = tcp->is_cut};
    if (outer != NULL) {
        h->tunnel_src = outer->ip.src;
        h->tunnel_dst = outer->ip.dst;
        h->overhead = (uint16_t)(outer->ip.header_bytes + outer->shim_bytes);
    }
    return !is_late;
}

static void agree(struct handshake *h, const struct tcp_header *tcp)
{
    if (mss_of(tcp) < h->mss)
        h->mss = mss_of(tcp);
    h->is_cut |= tcp->is_cut;
}

/* What the path takes, by ICMP or by the operator's word; 0: not known. */
static uint16_t known_mtu(struct flow *flow, const struct flow_context *context, struct ipip_addr src,
                          struct ipip_addr dst)
{
    uint16_t learnt = path_mtu(flow_known_path(flow, flow_key_of_ipip(flow, src, dst)), context->packet->time);
    uint16_t declared = context->mtu_expected(context->operator, src, dst);

    return learnt == 0 || (declared != 0 && declared < learnt) ? declared : learnt;
}

static unsigned outside(const struct large_mss *l)
{
    return (unsigned)l->mss + HEADERS + l->overhead;
}

/* Whether it does not fit, for certain if the MTU is known. */
static bool is_too_large(struct large_mss *l, struct flow *flow, const struct flow_context *context,
                         struct ipip_addr src, struct ipip_addr dst)
{
    l->path_src = src;
    l->path_dst = dst;
    l->mtu = known_mtu(flow, context, src, dst);
    return outside(l) > (l->mtu != 0 ? l->mtu : PATH_USUAL);
}

static void fail(struct flow *flow, const struct flow_context *context, const struct large_mss *found,
                 const struct ipip_ip *outer)
{
    struct large_mss *l = &transport_direction(flow, outer->src, outer->dst)->large_mss;

    if (l->count++ > 0)
        return;
    *l = *found;
    l->count = 1;
    kept_packet_take(&l->kept, context->packet);
}

/* Both are known: each direction of the tunnel has a path of its own. */
static uint64_t judge(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                      unsigned layer, struct handshake *h)
{
    const struct ipip_layer *outer = &stack->layers[layer - 1];
    struct large_mss here = {
        .layer = (uint16_t)layer, .mss = h->mss, .overhead = (uint16_t)(outer->ip.header_bytes + outer->shim_bytes)};
    struct large_mss there = here;
    bool is_here, is_there;

    flow->handshakes_due -= h->is_due;
    h->is_due = false;
    h->is_done = true;
    if (h->is_cut)
        return FACT_HANDSHAKE | FACT_HANDSHAKE_OPEN;
    is_here = is_too_large(&here, flow, context, outer->ip.src, outer->ip.dst);
    there.overhead = h->overhead;
    is_there = h->overhead != 0 && is_too_large(&there, flow, context, h->tunnel_src, h->tunnel_dst);
    if (is_there && (!is_here || here.mtu == 0))
        fail(flow, context, &there, &outer->ip);
    else if (is_here)
        fail(flow, context, &here, &outer->ip);
    return FACT_HANDSHAKE;
}

uint64_t handshake_take(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                        unsigned layer, const struct tcp_header *tcp)
{
    const struct ipip_ip *ip = &stack->layers[layer].ip;
    struct handshake *h;

    if ((tcp->flags & TCP_ACK) == 0)
        return begin(flow, ip, tcp, &stack->layers[layer - 1], context->packet->time)
                   ? 0
                   : FACT_HANDSHAKE | FACT_HANDSHAKE_OPEN;
    h = handshake_answered(flow, ip, tcp);
    if (h == NULL)
        return FACT_HANDSHAKE | FACT_HANDSHAKE_OPEN;
    if (h->is_done)
        return 0;
    agree(h, tcp);
    return judge(flow, context, stack, layer, h);
}

uint64_t handshake_take_next(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                             unsigned layer, const struct tcp_header *tcp)
{
    struct handshake *h = handshake_of(flow, &stack->layers[layer].ip, tcp);

    if (h == NULL || !h->is_due)
        return 0;
    return judge(flow, context, stack, layer, h);
}

void handshake_take_outside(struct flow *flow, const struct ipip_layer *inner, const struct tcp_header *tcp,
                            int64_t now)
{
    struct handshake *h;

    if ((tcp->flags & TCP_ACK) == 0) {
        begin(flow, &inner->ip, tcp, NULL, now);
        return;
    }
    h = handshake_answered(flow, &inner->ip, tcp);
    if (h == NULL || h->overhead == 0 || h->is_done || h->is_due)
        return;
    agree(h, tcp);
    h->is_due = true;
    flow->handshakes_due++;
}
