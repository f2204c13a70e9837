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

#include "flow/state.h"
#include "packet/kept_packet.h"
#include "packet/tcp.h"

enum { TRANSPORT_CONNECTIONS = 1 << 12, TRANSPORT_DIRECTIONS = 1 << 12 };

enum { HANDSHAKE_WORDS = 2 * sizeof(struct ipip_addr) / sizeof(uint64_t) + 1 };

/* A SYN in a tunnel or outside it, by the direction of the connection. */
struct handshake {
    struct ipip_addr src, dst;
    uint64_t ports; /* with the addresses, its key */
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
    struct ipip_addr src, dst; /* its key */
    struct large_mss large_mss;
};

/* The innermost datagram of a tunnel packet, at `layer`; `tunnel` is the direction of the layer outside. Returns facts. */
uint64_t transport_take(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                        unsigned layer, const struct tunnel *tunnel);

/* A packet outside a tunnel between hosts that use it. */
void transport_take_beside(struct ipip_flow *flow, const struct ipip_layer *layer, int64_t now);

/* A SYN in a tunnel. Returns facts. */
uint64_t handshake_take(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                        unsigned layer, const struct tcp_header *tcp);
/* Where handshakes are due, a packet that is no SYN. */
uint64_t handshake_take_next(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                             unsigned layer, const struct tcp_header *tcp);
void handshake_take_beside(struct ipip_flow *flow, const struct ipip_layer *inner, const struct tcp_header *tcp,
                           int64_t now);

/* The record of a direction, a new one if need be. Valid until the next one is asked for. */
struct transport_direction *transport_direction(struct ipip_flow *flow, struct ipip_addr src, struct ipip_addr dst);

#endif
