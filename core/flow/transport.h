/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the transport inside a tunnel shows of it: what two hosts agree on in their handshake (IPIP320), and
 * whether requests are answered (request.h).
 *
 * Connections and directions are followed in tables of at most TRANSPORT_CONNECTIONS and TRANSPORT_DIRECTIONS rows, of which the
 * ones used least recently are forgotten. Packets that are none of these messages cost nothing.
 */
#ifndef IPIP_CORE_TRANSPORT_H
#define IPIP_CORE_TRANSPORT_H

#include "flow/segment.h"
#include "flow/state.h"
#include "packet/facts.h"
#include "packet/kept_packet.h"
#include "packet/tcp.h"
#include "wire/octets.h"

enum { TRANSPORT_CONNECTIONS = 1 << 12, TRANSPORT_DIRECTIONS = 1 << 12 };

/* A SYN in a tunnel or outside it, by the direction of the connection. */
struct handshake {
    int64_t time;
    uint32_t seq;
    struct ipip_addr tunnel_src, tunnel_dst; /* none: outside */
    uint16_t overhead;
    uint16_t mss; /* the smaller one, once the other SYN came */
    bool is_cut;  /* not all options are captured */
    bool is_due;  /* the other SYN came outside the tunnel: the next packet inside is judged */
    bool is_done;
};

/* The first handshake of a tunnel direction whose MSS does not fit. */
struct large_mss {
    struct kept_packet kept;
    uint32_t count;                      /* of handshakes */
    struct ipip_addr path_src, path_dst; /* for which it is too large */
    uint16_t layer, mss, overhead;
    uint16_t mtu; /* of the path; 0: not known */
};

/* A tunnel direction. */
struct transport_direction {
    struct ipip_addr src, dst;
    struct large_mss large_mss;
    struct segment_sizes segments;
};

/*
 * Whether transport_take() has nothing to do: no TCP or ICMP, or a segment that opens and ends nothing while nothing waits for an
 * answer, and that is no larger than what got through. Sets facts.
 */
static inline bool transport_is_idle(const struct flow *flow, const struct tunnel *tunnel,
                                     const struct ipip_layer *outer, const struct ipip_layer *inner, uint64_t *facts)
{
    const struct ipip_ip *ip = &inner->ip;
    const uint8_t *tcp = inner->bytes.data + ip->header_bytes;
    uint32_t end;

    if (ip->protocol != IPIP_PROTOCOL_TCP)
        return ip->protocol != IPIP_PROTOCOL_ICMP;
    end = ip->header_bytes + (uint32_t)TCP_HEADER_MIN;
    if (ipip_ip_is_fragment(ip) || inner->bytes.captured < end || ip->total_bytes < end)
        return false;
    if (flow->handshakes_due > 0 || (tcp[13] & (TCP_SYN | TCP_RST)) != 0 || (tcp[14] | tcp[15]) == 0 ||
        sent_flows_wait(&flow->sent, ip->src, ip->dst, wire_get32(tcp)))
        return false;
    if (ip->total_bytes <= ip->header_bytes + ((uint32_t)tcp[12] >> 4 << 2))
        return true;
    /* Fragmented where it is too large: of such a segment no answer is due. */
    if (!ipip_ip_df(ip) && !ipip_ip_df(&outer->ip))
        return true;
    if (tunnel->is_watched || (ip->total_bytes > tunnel->answered && (tunnel->is_answered || flow->has_heard)))
        return false;
    *facts |= ip->total_bytes > tunnel->answered ? FACT_SEGMENT | FACT_SEGMENT_OPEN : FACT_SEGMENT;
    return true;
}

/* The innermost datagram of a tunnel packet, at `layer`; `tunnel` is the direction of the layer outside. Returns facts. */
uint64_t transport_take(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                        unsigned layer, struct tunnel *tunnel);

/* A packet outside a tunnel between hosts that use it. */
void transport_take_outside(struct flow *flow, const struct ipip_layer *layer, int64_t now);

/* A SYN in a tunnel. Returns facts. */
uint64_t handshake_take(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                        unsigned layer, const struct tcp_header *tcp);
/* Where handshakes are due, a packet that is no SYN. */
uint64_t handshake_take_next(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                             unsigned layer, const struct tcp_header *tcp);
void handshake_take_outside(struct flow *flow, const struct ipip_layer *inner, const struct tcp_header *tcp,
                            int64_t now);

/* The record of a direction, a new one if need be. Valid until the next one is asked for. */
struct transport_direction *transport_direction(struct flow *flow, struct ipip_addr src, struct ipip_addr dst);

#endif
