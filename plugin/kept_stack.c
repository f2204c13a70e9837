/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kept_stack.h"

enum { NOT_IN_FRAME = UINT32_MAX };

struct kept_stack {
    struct ipip_stack stack;
    uint32_t in_frame[IPIP_STACK_MAX]; /* where a layer begins in the packet; NOT_IN_FRAME: it has octets of its own */
};

static uint32_t offset_in(struct ipip_bytes layer, struct ipip_bytes around)
{
    uintptr_t offset = (uintptr_t)layer.data - (uintptr_t)around.data;

    return offset <= around.captured && layer.captured <= around.captured - offset ? (uint32_t)offset : NOT_IN_FRAME;
}

/* Those of a datagram inside one that was kept are there already. */
static const uint8_t *octets_of(wmem_allocator_t *scope, struct ipip_bytes layer, struct ipip_bytes last,
                                const uint8_t *last_kept)
{
    uint32_t offset = last_kept != NULL ? offset_in(layer, last) : NOT_IN_FRAME;

    if (offset != NOT_IN_FRAME)
        return last_kept + offset;
    return (const uint8_t *)wmem_memdup(scope, layer.data, layer.captured);
}

const struct kept_stack *kept_stack_new(wmem_allocator_t *scope, const struct ipip_stack *stack,
                                        struct ipip_bytes packet)
{
    struct kept_stack *kept = wmem_new(scope, struct kept_stack);
    struct ipip_bytes last = {NULL, 0, 0};
    const uint8_t *last_kept = NULL;

    kept->stack = *stack;
    for (unsigned k = 0; k < stack->count; k++) {
        struct ipip_bytes layer = stack->layers[k].bytes;

        kept->in_frame[k] = offset_in(layer, packet);
        if (kept->in_frame[k] != NOT_IN_FRAME)
            continue;
        last_kept = octets_of(scope, layer, last, last_kept);
        last = layer;
        kept->stack.layers[k].bytes.data = last_kept;
    }
    return kept;
}

const struct ipip_stack *kept_stack_at(wmem_allocator_t *scope, const struct kept_stack *kept, struct ipip_bytes packet)
{
    struct ipip_stack *stack = (struct ipip_stack *)wmem_memdup(scope, &kept->stack, sizeof kept->stack);

    for (unsigned k = 0; k < stack->count; k++) {
        if (kept->in_frame[k] != NOT_IN_FRAME && kept->in_frame[k] <= packet.captured)
            stack->layers[k].bytes.data = packet.data + kept->in_frame[k];
    }
    return stack;
}
