/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/unfold.h"

#include <stddef.h>

#include "ipip/minimal.h"

bool stack_unfold(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct unfold_room *room)
{
    const struct ipip_layer *outer = &stack->layers[stack->count - 1];
    const struct ipip_chain_link *minimal;
    struct ipip_chain chain;
    struct ipip_bytes inner;

    ipip_layer_chain(&chain, kinds, outer);
    minimal = ipip_chain_find(&chain, IPIP_SHIM_MINIMAL);
    if (minimal == NULL || ipip_minimal_unfold(&inner, room->octets + room->used, UNFOLD_OCTETS - room->used,
                                               &outer->ip, outer->bytes, minimal->offset) != IPIP_OK)
        return false;
    room->used += inner.captured;
    ipip_stack_resume_folded(stack, kinds, inner);
    return true;
}
