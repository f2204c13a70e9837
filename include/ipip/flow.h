/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the packets of a run have shown so far: per tunnel direction, per inner flow, and the datagrams seen last.
 *
 * A judge feeds it, packet by packet in capture order, and the rules that need more than one packet read it. It is made by
 * whoever makes the judge, so that it can live as long as a capture file is open, and can be asked for afterwards.
 *
 * Memory is bounded: each table grows up to its limit, and then what was used least recently is forgotten, or what was among
 * that; how much of it there was is counted. What is forgotten can be missed by a rule, or, for what is said once per tunnel, be said again.
 *
 * Where a table can't grow to its limit for want of memory, what a run shows would depend on how much of it there happens to be:
 * see ipip_flow_is_out_of_memory().
 */
#ifndef IPIP_FLOW_H
#define IPIP_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/path.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ipip_flow;

/* How much is remembered at most. */
struct ipip_flow_limits {
    uint32_t tunnels;   /* directions: pairs of outer source and destination, at most 256 octets each */
    uint32_t flows;     /* pairs of inner source and destination, at most 192 octets each */
    uint32_t paths;     /* directions that ICMP errors speak of, at most 448 octets each */
    uint32_t datagrams; /* tunnel datagrams seen last, a power of two, 96 octets each, all taken at the first one */
};

enum {
    IPIP_FLOW_TUNNELS = 1 << 20,
    IPIP_FLOW_FLOWS = 1 << 15,
    IPIP_FLOW_PATHS = 1 << 12,
    IPIP_FLOW_DATAGRAMS = 1 << 16, /* as many as there are Identifications */
};

/* NULL where there is no memory. `limits` NULL: the above. `seed` makes the tables hard to attack; no result depends on it. */
struct ipip_flow *ipip_flow_new(const struct ipip_flow_limits *limits, uint64_t seed);
void ipip_flow_free(struct ipip_flow *flow);

/* How much was forgotten before its time. */
struct ipip_flow_losses {
    uint64_t tunnels;
    uint64_t flows;
    uint64_t paths;
    uint64_t datagrams; /* while their Identification must not be used again: 120 s (RFC 6864 section 4.3) */
};

struct ipip_flow_losses ipip_flow_losses(const struct ipip_flow *flow);

/* There was no memory for what should be remembered. Never false again; the judge says nothing more from then on. */
bool ipip_flow_is_out_of_memory(const struct ipip_flow *flow);

/* Directions that are remembered. */
uint32_t ipip_flow_tunnel_count(const struct ipip_flow *flow);

/* Zeros where nothing is known of the direction. */
struct ipip_path ipip_flow_path(const struct ipip_flow *flow, uint32_t src, uint32_t dst);

#ifdef __cplusplus
}
#endif

#endif
