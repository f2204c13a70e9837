/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What leaves a tunnel: an IP packet, or a frame or a label stack, in which there may be one. */
#ifndef IPIP_CORE_LEAVING_H
#define IPIP_CORE_LEAVING_H

#include "ipip/stack.h"

struct leaving {
    enum ipip_payload type;
    struct ipip_bytes bytes;
};

/* The same of any kind but IPv4 in IPv4. */
bool leaving_find_other(struct leaving *leaving, const struct ipip_stack *stack, const struct ipip_kinds *kinds,
                        unsigned depth);

/* What is inside the layer before layer `depth` (1 to the count of layers). False where nothing of use is there. */
static inline bool leaving_find(struct leaving *leaving, const struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                unsigned depth)
{
    if (stack->layers[depth - 1].kind != IPIP_KIND_IPIP)
        return leaving_find_other(leaving, stack, kinds, depth);
    if (depth == stack->count)
        return false;
    leaving->type = IPIP_PAYLOAD_IPV4;
    leaving->bytes = stack->layers[depth].bytes;
    return true;
}

/* Whether what leaves is an IP packet, or a frame with one, so that congestion that this layer met is marked in it: labels are not read. */
bool leaving_merges_ecn_other(const struct ipip_layer *layer, const struct ipip_kinds *kinds);

static inline bool leaving_merges_ecn(const struct ipip_layer *layer, const struct ipip_kinds *kinds)
{
    return layer->kind == IPIP_KIND_IPIP || leaving_merges_ecn_other(layer, kinds);
}

/* Why what is inside a layer does not leave, being of another version than that announces. */
enum ipip_status leaving_version(const struct ipip_layer *layer, const struct ipip_kinds *kinds);

#endif
