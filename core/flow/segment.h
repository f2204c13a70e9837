/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP segments in a tunnel that are retransmitted and never acknowledged, by their size (IPIP319). */
#ifndef IPIP_CORE_SEGMENT_H
#define IPIP_CORE_SEGMENT_H

#include "flow/state.h"
#include "packet/kept_packet.h"
#include "packet/sent_flows.h"

/* Of a tunnel direction. */
struct segment_sizes {
    struct ipip_sizes sizes;
    /* Of what was answered: when the two that were sent last were sent. */
    int64_t sent_times[2];
    uint32_t answers;
    /* The segment that counted as lost first, with the packet that completed it. */
    struct kept_packet kept;
    struct moment first;
    uint64_t number;
    int64_t last;
    int64_t large_time; /* of the latest that was larger than all that was answered */
    struct ipip_addr src, dst;
    uint16_t sport, dport;
    uint16_t size, overhead, layer;
    uint16_t sent_max;
    uint8_t times;
    bool has_kept;
    bool is_overtaken;     /* something that was sent later is acknowledged in a flow that lost a segment */
    bool is_worked_around; /* what was lost is acknowledged in smaller pieces */
};

/* Why large ones are lost. */
struct segment_story {
    uint16_t lost;    /* the smallest of those larger than all that was answered; 0: none */
    uint32_t flows;   /* that lost such a one */
    bool is_compared; /* smaller ones were acknowledged meanwhile */
    bool is_failure;
};

struct segment_story segment_story_of(const struct segment_sizes *s);

/* The story of this direction is a failure. */
bool segment_loses_large(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst);

/* A TCP segment in a tunnel. Returns facts. */
uint64_t segment_take(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                      unsigned layer, struct tunnel *tunnel, bool has_data);

/* An echo request or reply in a tunnel, which may show that a size gets through. */
void segment_take_echo(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                       unsigned layer, struct tunnel *tunnel);

/* What may answer, beside the tunnel. */
void segment_take_outside(struct flow *flow, const struct ipip_layer *inner, int64_t now);

/* For sent_flows_init(). */
struct ipip_sizes *segment_sizes_of(void *flow, struct ipip_addr src, struct ipip_addr dst, uint64_t sort);

#endif
