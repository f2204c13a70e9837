/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/facts.h"

#include "ipip/address.h"
#include "packet/transport.h"

enum {
    TCP_MTU_MAX = 1500,  /* with Total Length 0, a larger one with TCP inside is segmentation offload's doing */
    LINK_MTU_MAX = 9216, /* no common link carries more in one frame */
    NESTING_USUAL = 3,   /* IP headers: Mobile IP and VPNs over tunnels stay within */
    FRAGMENT_END_MAX = IPIP_IPV4_TOTAL_MAX - IPIP_IPV4_HEADER_MIN,
    /* RFC 1858 section 3: a first fragment should hold the inner header and 8 octets, with which filters decide. */
    FIRST_FRAGMENT_MIN = IPIP_IPV4_HEADER_MIN + 8,
};

#define KINDS_SPECIAL_IN_TUNNEL_HEADER                                                                \
    (1U << IPIP_ADDRESS_UNSPECIFIED | 1U << IPIP_ADDRESS_THIS_NETWORK | 1U << IPIP_ADDRESS_LOOPBACK | \
     1U << IPIP_ADDRESS_LINK_LOCAL | 1U << IPIP_ADDRESS_PROTOCOL | 1U << IPIP_ADDRESS_DOCUMENTATION | \
     1U << IPIP_ADDRESS_BENCHMARKING | 1U << IPIP_ADDRESS_MULTICAST | 1U << IPIP_ADDRESS_RESERVED |   \
     1U << IPIP_ADDRESS_BROADCAST)

/* Total Length 0 is what segmentation offload leaves in a packet that is too large for the field, or not cut yet. */
static bool zero_total_is_offload(const struct ipip_stack *stack, const struct ipip_layer *layer)
{
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];

    return layer->bytes.wire > IPIP_IPV4_TOTAL_MAX ||
           (layer->bytes.wire > TCP_MTU_MAX && innermost->ip.protocol == IPIP_PROTOCOL_TCP);
}

/* The first of IPIP601, 602, 603 and 606 that fails; FACT_WELL_FORMED where none does. */
static uint64_t validity(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];
    const struct ipip_ipv4 *ip = &layer->ip;

    if (ip->version != 4)
        return FACT_VERSION_WRONG;
    if (ip->header_bytes < IPIP_IPV4_HEADER_MIN)
        return FACT_IHL_SHORT;
    if (ip->total_bytes < ip->header_bytes && !(ip->total_bytes == 0 && zero_total_is_offload(stack, layer)))
        return FACT_TOTAL_SHORT;
    if (k == 0 && layer->bytes.wire < ip->total_bytes)
        return FACT_TOTAL_LONG;
    return FACT_WELL_FORMED;
}

bool facts_is_well_formed(const struct ipip_stack *stack, unsigned k)
{
    return validity(stack, k) == FACT_WELL_FORMED;
}

static uint64_t fragment_facts(const struct ipip_layer *layer)
{
    const struct ipip_ipv4 *ip = &layer->ip;
    uint32_t payload = ip->total_bytes > ip->header_bytes ? (uint32_t)ip->total_bytes - ip->header_bytes : 0;
    uint64_t facts = FACT_FRAGMENT;

    if (ip->df)
        facts |= FACT_DF_FRAGMENT;
    if (ip->mf && payload % 8 != 0)
        facts |= FACT_MISALIGNED;
    if (ip->fragment_offset * 8U + payload > FRAGMENT_END_MAX)
        facts |= FACT_OVERFLOW;
    if (!layer->is_tunnel)
        return facts;
    if (ip->fragment_offset == 0) {
        struct ipip_bytes inside = ipip_layer_payload(layer);
        uint32_t wanted = FIRST_FRAGMENT_MIN;

        if (inside.captured > 0 && inside.data[0] >> 4 == 4 && (inside.data[0] & 15) >= 5)
            wanted = (inside.data[0] & 15) * 4U + 8;
        if (payload < wanted)
            facts |= FACT_TINY;
    } else if (ip->fragment_offset == 1) {
        facts |= FACT_TINY;
    }
    return facts;
}

static bool kind_in(uint32_t address, unsigned kinds)
{
    return (kinds >> ipip_address_kind(address) & 1) != 0;
}

static uint64_t tunnel_header_facts(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_ipv4 *ip = &stack->layers[k].ip;
    uint64_t facts = FACT_TUNNEL;

    if (!ip->df || ipip_ipv4_is_fragment(ip))
        facts |= FACT_NON_ATOMIC;
    if (ip->id == 0 && !ip->df)
        facts |= FACT_ID_ZERO;
    if (ip->src == ip->dst)
        facts |= FACT_SELF;
    if (kind_in(ip->src, KINDS_SPECIAL_IN_TUNNEL_HEADER))
        facts |= FACT_SRC_SPECIAL;
    if (kind_in(ip->dst, KINDS_SPECIAL_IN_TUNNEL_HEADER))
        facts |= FACT_DST_SPECIAL;
    for (unsigned j = 0; j < k; j++) {
        if (stack->layers[j].ip.src == ip->src && stack->layers[j].ip.dst == ip->dst)
            facts |= FACT_RECURSIVE;
    }
    return facts;
}

uint64_t facts_of_header(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];
    const struct ipip_ipv4 *ip = &layer->ip;
    uint64_t facts = (k == 0 ? FACT_OUTERMOST : FACT_ENCAPSULATED) | validity(stack, k);

    if (!(facts & FACT_WELL_FORMED))
        return facts | (layer->is_tunnel ? FACT_TUNNEL : 0);
    if (layer->is_tunnel)
        facts |= tunnel_header_facts(stack, k);
    if (ip->header_bytes > IPIP_IPV4_HEADER_MIN)
        facts |= FACT_OPTIONS;
    if (layer->bytes.captured < ip->header_bytes)
        facts |= FACT_HEADER_CUT;
    else if (!ipip_ipv4_checksum_ok(layer->bytes.data, ip->header_bytes))
        facts |= FACT_CHECKSUM_WRONG;
    if (ip->reserved)
        facts |= FACT_RESERVED_FLAG;
    if (ip->ttl == 0)
        facts |= FACT_TTL_ZERO;
    if (ipip_ipv4_is_fragment(ip))
        facts |= fragment_facts(layer);
    return facts;
}

/* What there is to know where no header was read inside. */
static uint64_t facts_without_inner(const struct ipip_stack *stack, const struct ipip_layer *outer)
{
    struct ipip_bytes inside = ipip_layer_inside(outer);

    switch (stack->end) {
    case IPIP_END_CUT:
        return FACT_INNER_CUT | (inside.captured == 0 ? FACT_VERSION_UNSEEN : 0);
    case IPIP_END_NO_ROOM:
        return FACT_INNER_BAD | FACT_NO_ROOM;
    case IPIP_END_INNER_VERSION:
        return FACT_INNER_BAD | FACT_DEMUX;
    case IPIP_END_BAD_HEADER:
        return FACT_INNER_BAD;
    default:
        return FACT_INNER_UNSEEN | FACT_VERSION_UNSEEN;
    }
}

static uint64_t address_relation(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_ipv4 *outer = &stack->layers[k].ip;
    const struct ipip_ipv4 *inner = &stack->layers[k + 1].ip;
    enum ipip_address_kind inner_src = ipip_address_kind(inner->src);
    enum ipip_address_kind inner_dst = ipip_address_kind(inner->dst);
    uint64_t facts = 0;

    if (inner->src == outer->src)
        facts |= inner->dst == outer->dst ? FACT_SRC_IS_ENTRY | FACT_SAME_PAIR : FACT_SRC_IS_ENTRY;
    for (unsigned j = 0; j <= k; j++) {
        if (inner->src == stack->layers[j].ip.dst)
            facts |= FACT_SRC_IS_EXIT;
    }
    if (inner_src != IPIP_ADDRESS_GLOBAL && inner_src != IPIP_ADDRESS_PRIVATE && inner_src != IPIP_ADDRESS_SHARED)
        facts |= FACT_INNER_SRC_SPECIAL;
    if (inner_dst != IPIP_ADDRESS_GLOBAL && inner_dst != IPIP_ADDRESS_PRIVATE && inner_dst != IPIP_ADDRESS_SHARED)
        facts |= FACT_INNER_DST_SPECIAL;
    if ((inner_src != IPIP_ADDRESS_GLOBAL || inner_dst != IPIP_ADDRESS_GLOBAL) &&
        ipip_address_kind(outer->src) == IPIP_ADDRESS_GLOBAL && ipip_address_kind(outer->dst) == IPIP_ADDRESS_GLOBAL)
        facts |= FACT_SCOPE_MIX;
    return facts;
}

static uint64_t tos_relation(const struct ipip_ipv4 *outer, const struct ipip_ipv4 *inner)
{
    uint8_t difference = outer->tos ^ inner->tos;
    uint64_t facts = 0;

    if (difference >> 2 != 0)
        facts |= FACT_DSCP_DIFFERS;
    if ((difference & 3) != 0)
        facts |= FACT_ECN_DIFFERS;
    else if (ipip_ipv4_ecn(outer) == IPIP_CE)
        facts |= FACT_ECN_BOTH_CE;
    return facts;
}

static uint64_t length_relation(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *outer = &stack->layers[k];
    const struct ipip_layer *inner = &stack->layers[k + 1];

    if (outer->ip.total_bytes == 0 || inner->ip.total_bytes == 0)
        return FACT_SUPERPACKET;
    if (inner->bytes.wire < inner->ip.total_bytes)
        return FACT_INNER_LONG;
    if (inner->bytes.wire > inner->ip.total_bytes)
        return FACT_INNER_SHORT;
    return k == 0 && !outer->is_reassembled && outer->ip.total_bytes > LINK_MTU_MAX ? FACT_SUPERPACKET : 0;
}

uint64_t facts_of_relation(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *outer = &stack->layers[k];
    const struct ipip_layer *inner = outer + 1;
    uint64_t facts;

    if (!outer->is_tunnel)
        return 0;
    facts = outer->shim_bytes > 0 ? FACT_SHIM : 0;
    if (k + 1 == stack->count)
        return facts | facts_without_inner(stack, outer);
    if (!(validity(stack, k + 1) & FACT_WELL_FORMED))
        return facts | FACT_INNER_BAD;

    facts |= address_relation(stack, k) | tos_relation(&outer->ip, &inner->ip) | length_relation(stack, k);
    if (inner->ip.ttl == 0)
        facts |= FACT_INNER_TTL_ZERO;
    if (!outer->ip.df)
        facts |= inner->ip.df ? FACT_DF_LOST : FACT_DF_NEITHER;
    if (outer->is_reassembled && inner->ip.df)
        facts |= FACT_INNER_DF;
    if (ipip_ipv4_is_fragment(&inner->ip))
        facts |= FACT_INNER_FRAGMENT;
    return facts;
}

uint64_t facts_of_innermost(const struct ipip_stack *stack)
{
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
    uint64_t facts = stack->count > NESTING_USUAL ? FACT_DEEP : 0;

    if (stack->end != IPIP_END_PAYLOAD || stack->count < 2 || ipip_ipv4_is_fragment(&innermost->ip) ||
        !(validity(stack, stack->count - 1) & FACT_WELL_FORMED) || innermost->ip.total_bytes == 0)
        return facts;
    switch (transport_checksum(innermost)) {
    case TRANSPORT_NONE:
        return facts;
    case TRANSPORT_CUT:
        return facts | FACT_TRANSPORT | FACT_PAYLOAD_CUT;
    case TRANSPORT_WRONG:
        return facts | FACT_TRANSPORT | FACT_TRANSPORT_WRONG;
    case TRANSPORT_PARTIAL:
        return facts | FACT_TRANSPORT | FACT_TRANSPORT_PARTIAL;
    case TRANSPORT_RIGHT:
        break;
    }
    return facts | FACT_TRANSPORT;
}
