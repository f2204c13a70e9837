/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "ipip/encap.h"
#include "wire/octets.h"

/* Why there is no layer `depth` in the stack to come out. */
static enum ipip_status missing(const struct ipip_stack *stack)
{
    switch (stack->end) {
    case IPIP_END_FRAGMENT:
        return IPIP_FRAGMENT;
    case IPIP_END_CUT:
        return IPIP_TRUNCATED;
    case IPIP_END_INNER_VERSION:
        return stack->next >> 4 == 4 ? IPIP_MALFORMED : IPIP_NOT_IPV4;
    case IPIP_END_NO_ROOM:
    case IPIP_END_BAD_HEADER:
        return IPIP_MALFORMED;
    default:
        return IPIP_NOT_A_TUNNEL;
    }
}

/* The ECN field of the datagram `depth` layers inside when it has left them all. */
static enum ipip_ecn ecn_leaving(const struct ipip_layer *layers, unsigned depth, enum ipip_ecn_decap mode)
{
    enum ipip_ecn ecn = layers[0].ecn;

    for (unsigned i = 1; i <= depth && ecn != IPIP_ECN_DROPPED; i++) {
        enum ipip_ecn arriving = layers[i].ecn;

        ecn = arriving == IPIP_ECN_DROPPED ? arriving : ipip_ecn_decap(mode, arriving, ecn);
    }
    return ecn;
}

static enum ipip_status rewrite_ecn(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                                    const struct ipip_layer *inner, enum ipip_ecn ecn)
{
    if (head_capacity < IPIP_IPV4_HEADER_MIN)
        return IPIP_NO_SPACE;
    memcpy(head, inner->bytes.data, IPIP_IPV4_HEADER_MIN);
    head[1] = (uint8_t)((head[1] & ~3) | ecn);
    wire_put16(head + 10, ipip_checksum_update(inner->ip.checksum, wire_get16(inner->bytes.data), wire_get16(head)));
    out->head_bytes = IPIP_IPV4_HEADER_MIN;
    out->rest = ipip_bytes_after(inner->bytes, IPIP_IPV4_HEADER_MIN);
    return IPIP_OK;
}

enum ipip_status ipip_decap(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                            const struct ipip_stack *stack, unsigned depth, enum ipip_ecn_decap ecn)
{
    const struct ipip_layer *inner;
    enum ipip_ecn leaving;

    if (depth == 0 || stack->count == 0)
        return IPIP_NOT_A_TUNNEL;
    if (depth >= stack->count)
        return missing(stack);
    inner = &stack->layers[depth];
    leaving = ecn_leaving(stack->layers, depth, ecn);
    if (leaving == IPIP_ECN_DROPPED)
        return IPIP_ECN_DROP;
    if (leaving != inner->ecn)
        return rewrite_ecn(out, head, head_capacity, inner, leaving);
    out->head_bytes = 0;
    out->rest = inner->bytes;
    return IPIP_OK;
}
