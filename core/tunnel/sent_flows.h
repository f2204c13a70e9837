/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inner TCP flows and pings, in one direction each, with what was sent in a tunnel and not answered yet: of which sizes
 * get through.
 *
 * As many as there is room for, on a first come basis within a bucket; of two that share one the idle one is evicted.
 */
#ifndef IPIP_CORE_SENT_FLOWS_H
#define IPIP_CORE_SENT_FLOWS_H

#include "ipip/sizes.h"
#include "ipip/stack.h"
#include "table/hash.h"

struct sent_flow;

struct sent_flows {
    struct hash_keys keys;
    struct sent_flow *rows; /* SENT_FLOWS; NULL: none yet */
};

/* False where there is no memory. */
bool sent_flows_init(struct sent_flows *flows, uint64_t seed);
void sent_flows_free(struct sent_flows *flows);

/*
 * The innermost datagram of a packet, all of whose octets can be read. `sizes` is the row of the tunnel direction that carries it,
 * which must stay where it is; NULL: none does. `is_answered`: the other direction of the tunnel is in the capture. Returns the row
 * of what this packet answers, or NULL.
 */
struct ipip_sizes *sent_flows_add(struct sent_flows *flows, const struct ipip_stack *stack, struct ipip_sizes *sizes,
                                  bool is_answered, int64_t time);

#endif
