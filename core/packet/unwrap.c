/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/unwrap.h"

bool ipip_unwrap(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_reassembly *reassembly,
                 const struct ipip_packet *packet, unsigned depth, struct ipip_unwrapped *counts)
{
    while (stack->count > 0 && stack->end == IPIP_END_FRAGMENT && stack->count <= depth) {
        const struct ipip_layer *fragment = &stack->layers[stack->count - 1];
        struct ipip_whole whole;

        switch (ipip_reassembly_add(reassembly, fragment, packet->frame, packet->time, &whole)) {
        case IPIP_REASSEMBLY_COMPLETE:
            counts->fragments += whole.count;
            counts->datagrams++;
            ipip_stack_resume(stack, kinds, whole.datagram, whole.ecn);
            break;
        case IPIP_REASSEMBLY_CUT:
        case IPIP_REASSEMBLY_EMPTY:
        case IPIP_REASSEMBLY_TOO_LARGE:
            return true; /* it stays as it is, for a reason that ipip_decap() gives */
        default:
            return false;
        }
    }
    return true;
}
