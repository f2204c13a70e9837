/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "ipip/encap.h"
#include "ipip/ipv6.h"
#include "tunnel/leaving.h"
#include "wire/octets.h"

/* Why there is nothing that could come out behind the innermost layer. */
static enum ipip_status missing(const struct ipip_stack *stack, const struct ipip_kinds *kinds)
{
    static const uint8_t why[IPIP_END_COUNT] = {
        [IPIP_END_PAYLOAD] = IPIP_NOT_A_TUNNEL,
        [IPIP_END_UNSUPPORTED] = IPIP_NOT_A_TUNNEL,
        [IPIP_END_FRAGMENT] = IPIP_FRAGMENT,
        [IPIP_END_CUT] = IPIP_TRUNCATED,
        [IPIP_END_NO_ROOM] = IPIP_MALFORMED,
        [IPIP_END_BAD_HEADER] = IPIP_MALFORMED,
        [IPIP_END_NESTING_LIMIT] = IPIP_NOT_A_TUNNEL,
        [IPIP_END_BAD_SHIM] = IPIP_MALFORMED,
        [IPIP_END_OPAQUE] = IPIP_OPAQUE,
        [IPIP_END_NOT_IP] = IPIP_NOT_IP,
        [IPIP_END_FOLDED] = IPIP_MALFORMED,
    };

    if (stack->end == IPIP_END_INNER_VERSION)
        return leaving_version(&stack->layers[stack->count - 1], kinds);
    return (enum ipip_status)why[stack->end];
}

/* The ECN field of the datagram `depth` layers inside when it has left them all. */
static enum ipip_ecn ecn_leaving(const struct ipip_stack *stack, const struct ipip_kinds *kinds, unsigned depth,
                                 enum ipip_ecn_decap mode)
{
    const struct ipip_layer *layers = stack->layers;
    enum ipip_ecn ecn = layers[0].ecn;

    for (unsigned i = 1; i <= depth && ecn != IPIP_ECN_DROPPED; i++) {
        enum ipip_ecn arriving = layers[i].ecn;

        ecn = arriving == IPIP_ECN_DROPPED || !leaving_merges_ecn(&layers[i - 1], kinds)
                  ? arriving
                  : ipip_ecn_decap(mode, arriving, ecn);
    }
    return ecn;
}

static void put_ecn(uint8_t *header, const struct ipip_ip *ip, enum ipip_ecn ecn)
{
    uint16_t before = wire_get16(header);

    if (ip->version == 6) {
        header[1] = (uint8_t)((header[1] & ~0x30) | ecn << 4);
        return;
    }
    header[1] = (uint8_t)((header[1] & ~3) | ecn);
    wire_put16(header + 10, ipip_checksum_update(ip->checksum, before, wire_get16(header)));
}

static enum ipip_status rewrite_ecn(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                                    struct ipip_bytes leaving, const struct ipip_layer *inner, enum ipip_ecn ecn)
{
    uint32_t before = (uint32_t)(inner->bytes.data - leaving.data);
    uint32_t bytes = before + (inner->ip.version == 6 ? (uint32_t)IPIP_IPV6_HEADER : (uint32_t)IPIP_IPV4_HEADER_MIN);

    if (head_capacity < bytes)
        return IPIP_NO_SPACE;
    memcpy(head, leaving.data, bytes);
    put_ecn(head + before, &inner->ip, ecn);
    out->head_bytes = bytes;
    out->rest = ipip_bytes_after(leaving, bytes);
    return IPIP_OK;
}

static __attribute__((noinline)) bool holds_more_than_ip(const struct ipip_stack *stack, const struct ipip_kinds *kinds)
{
    struct leaving leaving;

    return leaving_find(&leaving, stack, kinds, stack->count);
}

unsigned ipip_decap_depth(const struct ipip_stack *stack, const struct ipip_kinds *kinds)
{
    if (stack->count == 0 || stack->layers[stack->count - 1].kind == IPIP_KIND_NONE)
        return ipip_stack_tunnels(stack);
    return ipip_stack_tunnels(stack) + holds_more_than_ip(stack, kinds);
}

/* Frames and labels, ECN fields that change, and what does not come out. */
static __attribute__((noinline)) enum ipip_status
decap_other(struct ipip_rewrite *out, enum ipip_payload *type, uint8_t *head, size_t head_capacity,
            const struct ipip_stack *stack, const struct ipip_kinds *kinds, unsigned depth, enum ipip_ecn_decap ecn)
{
    unsigned to =
        depth < stack->count ? depth : depth - 1; /* the innermost IP header that is left, or is stripped last */
    const struct ipip_layer *inner;
    struct leaving leaving;
    enum ipip_ecn leaves;

    if (depth == 0 || stack->count == 0)
        return IPIP_NOT_A_TUNNEL;
    if (depth > stack->count || !leaving_find(&leaving, stack, kinds, depth))
        return missing(stack, kinds);
    leaves = ecn_leaving(stack, kinds, to, ecn);
    if (leaves == IPIP_ECN_DROPPED)
        return IPIP_ECN_DROP;
    *type = leaving.type;
    inner = &stack->layers[to];
    if (to == depth && leaves != inner->ecn)
        return rewrite_ecn(out, head, head_capacity, leaving.bytes, inner, leaves);
    out->head_bytes = 0;
    out->rest = leaving.bytes;
    return IPIP_OK;
}

enum ipip_status ipip_decap(struct ipip_rewrite *out, enum ipip_payload *type, uint8_t *head, size_t head_capacity,
                            const struct ipip_stack *stack, const struct ipip_kinds *kinds, unsigned depth,
                            enum ipip_ecn_decap ecn)
{
    const struct ipip_layer *layers = stack->layers;

    if (depth != 1 || stack->count < 2 || layers[0].kind != IPIP_KIND_IPIP || layers[0].ecn > IPIP_CE ||
        layers[1].ecn > IPIP_CE || ipip_ecn_decap(ecn, layers[1].ecn, layers[0].ecn) != layers[1].ecn)
        return decap_other(out, type, head, head_capacity, stack, kinds, depth, ecn);
    *type = IPIP_PAYLOAD_IPV4;
    out->head_bytes = 0;
    out->rest = layers[1].bytes;
    return IPIP_OK;
}
