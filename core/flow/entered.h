/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram seen in a tunnel: the one that was seen going in, or of a flow that nothing is missed of. */
#ifndef IPIP_CORE_FLOW_ENTERED_H
#define IPIP_CORE_FLOW_ENTERED_H

#include "flow/state.h"
#include "wire/always_inline.h"

static inline uint16_t flow_overhead_of(const struct ipip_layer *outer)
{
    return (uint16_t)(outer->ip.header_bytes + outer->shim_bytes);
}

/* Anything but one datagram more, like those before it. As flow_take_entered(). */
bool inner_flow_enter(struct flow *flow, const struct flow_context *context, struct inner_flow *f,
                      const struct ipip_layer *outer, uint64_t addresses);

/*
 * The datagram inside the tunnel header at `layer`, `outer` and `inner`, has been seen in the tunnel. Whether it was seen going in to be
 * forwarded.
 */
static ALWAYS_INLINE bool flow_take_entered(struct flow *flow, const struct flow_context *context,
                                            struct parsed_packet *parsed, unsigned layer,
                                            const struct ipip_layer *outer, const struct ipip_layer *inner)
{
    uint64_t addresses = parsed->of[layer].addresses;
    struct inner_flow *f = flow_inner(flow, parsed->of[layer + 1].addresses);

    if (__builtin_expect(f->tunnel_addresses == addresses && f->overhead == flow_overhead_of(outer) &&
                             !f->is_arrival_open && inner->ip.total_bytes <= f->entered_max &&
                             (f->lost | flow->df_clear.count) == 0,
                         1))
        return false;
    return inner_flow_enter(flow, context, f, &parsed_layers(parsed)[layer], addresses);
}

/* Of minimal encapsulation, which has but few octets of a header more. */
bool flow_take_entered_folded(struct flow *flow, const struct flow_context *context, struct parsed_packet *parsed,
                              unsigned layer);

#endif
