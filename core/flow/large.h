/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tunnel packets larger than links usually carry, and no larger than any does: jumbo frames, or packets that offload segments
 * later or has merged. Where neither an MTU nor a place of capture on a link is known, rules on sizes leave them out (IPIP903).
 */
#ifndef IPIP_CORE_FLOW_LARGE_H
#define IPIP_CORE_FLOW_LARGE_H

#include "flow/tunnel.h"
#include "packet/kept_packet.h"

struct flow;
struct flow_context;
struct parsed_packet;

enum {
    LARGE_USUAL = 1500,          /* octets that every link carries */
    LARGE_MAX = 9216,            /* more than that is no frame of any link */
    LARGE_DIRECTIONS = 1U << 8U, /* that are remembered */
};

/* Those of a tunnel direction. */
struct large_packets {
    struct ipip_addr src, dst;
    struct kept_packet first;
    uint64_t count;
    uint16_t largest;
};

/* The datagram may be one: its Total Length says so, or nothing. */
static inline bool large_may_be(const struct ipip_ip *ip)
{
    return ip->total_bytes - 1 >= LARGE_USUAL;
}

/* Large ones of the direction are taken as they are: nothing merges packets on a link, or there is an MTU to compare with. */
bool large_is_size_known(const struct flow *flow, const struct flow_context *context, const struct tunnel *tunnel);

/* A tunnel packet with a datagram that may be one, at `layer` or innermost. */
void large_take(struct flow *flow, const struct flow_context *context, const struct parsed_packet *parsed,
                unsigned layer, struct tunnel *tunnel);

#endif
