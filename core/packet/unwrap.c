/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/unwrap.h"

#include "packet/unfold.h"

/* Whether it is one of a tunnel packet shows the fragment at offset 0, and that is not held. */
static bool is_unknown(const struct ipip_reassembly *reassembly, const struct ipip_layer *fragment)
{
    return fragment->kind == IPIP_KIND_NONE && fragment->ip.fragment_offset != 0 &&
           ipip_reassembly_first(reassembly, fragment).data == NULL;
}

/* Nothing that it carries can be read, whole or not. */
static bool is_closed(const struct ipip_kinds *kinds, const struct ipip_layer *fragment)
{
    const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)fragment->kind);

    return about != NULL && about->payload == IPIP_PAYLOAD_OPAQUE &&
           (fragment->kind != IPIP_KIND_ESP || kinds->esp_check_bytes == 0);
}

bool ipip_unwrap(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_reassembly *reassembly,
                 const struct ipip_packet *packet, unsigned depth, struct ipip_unwrapped *counts)
{
    struct unfold_room *room = reassembly_unfold_room(reassembly);

    room->used = 0;
    while (stack->count > 0 && stack->count <= depth) {
        const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
        struct ipip_whole whole;

        if (stack->end == IPIP_END_FOLDED && stack_unfold(stack, kinds, room))
            continue;
        if (stack->end != IPIP_END_FRAGMENT)
            return true;
        if (is_unknown(reassembly, innermost)) {
            ipip_reassembly_keep(reassembly, innermost, packet->frame, packet->time);
            return true;
        }
        if (is_closed(kinds, innermost)) {
            stack->end = IPIP_END_OPAQUE;
            return true;
        }
        switch (ipip_reassembly_add(reassembly, innermost, packet->frame, packet->time, &whole)) {
        case IPIP_REASSEMBLY_COMPLETE:
            counts->fragments += whole.count;
            counts->early += whole.early;
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
