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
static uint64_t validity_of(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];
    const struct ipip_ip *ip = &layer->ip;

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
    return validity_of(stack, k) == FACT_WELL_FORMED;
}

static uint64_t fragment_triggers(const struct ipip_layer *layer)
{
    const struct ipip_ip *ip = &layer->ip;
    uint32_t payload = ip->total_bytes > ip->header_bytes ? ip->total_bytes - ip->header_bytes : 0;
    uint64_t triggers = TRIGGER_FRAGMENT;

    if (ipip_ip_df(ip))
        triggers |= TRIGGER_DF_FRAGMENT;
    if (ipip_ip_mf(ip) && payload % 8 != 0)
        triggers |= TRIGGER_MISALIGNED;
    if (ip->fragment_offset + payload > FRAGMENT_END_MAX)
        triggers |= TRIGGER_OVERFLOW;
    if (!layer->is_tunnel)
        return triggers;
    if (ip->fragment_offset == 0) {
        struct ipip_bytes inside = ipip_layer_payload(layer);
        uint32_t wanted = FIRST_FRAGMENT_MIN;

        if (inside.captured > 0 && inside.data[0] >> 4 == 4 && (inside.data[0] & 15) >= 5)
            wanted = (inside.data[0] & 15) * 4U + 8;
        if (payload < wanted)
            triggers |= TRIGGER_TINY;
    } else if (ip->fragment_offset == 8) {
        triggers |= TRIGGER_TINY;
    }
    return triggers;
}

static bool kind_in(struct ipip_addr address, unsigned kinds)
{
    return (kinds >> ipip_address_kind(address) & 1) != 0;
}

static uint64_t tunnel_header_triggers(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_ip *ip = &stack->layers[k].ip;
    uint64_t triggers = 0;

    if (ip->id == 0 && !ipip_ip_df(ip))
        triggers |= TRIGGER_ID_ZERO;
    if (ipip_address_equal(ip->src, ip->dst))
        triggers |= TRIGGER_SELF;
    if (kind_in(ip->src, KINDS_SPECIAL_IN_TUNNEL_HEADER))
        triggers |= TRIGGER_SRC_SPECIAL;
    if (kind_in(ip->dst, KINDS_SPECIAL_IN_TUNNEL_HEADER))
        triggers |= TRIGGER_DST_SPECIAL;
    for (unsigned j = 0; j < k; j++) {
        if (ipip_ip_is_same_direction(&stack->layers[j].ip, ip))
            triggers |= TRIGGER_RECURSIVE;
    }
    return triggers;
}

struct facts facts_of_header(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];
    const struct ipip_ip *ip = &layer->ip;
    uint64_t validity = validity_of(stack, k);
    uint64_t context = validity | (k == 0 ? FACT_OUTERMOST : FACT_ENCAPSULATED) | (layer->is_tunnel ? FACT_TUNNEL : 0);
    uint64_t triggers = 0;

    if (validity != FACT_WELL_FORMED)
        return (struct facts){context, validity};
    if (ip->header_bytes > IPIP_IPV4_HEADER_MIN)
        triggers |= TRIGGER_OPTIONS;
    if (ipip_ip_is_fragment(ip))
        triggers |= fragment_triggers(layer);
    context |= triggers & TRIGGERS_OF_CONTEXT;
    if (layer->is_tunnel) {
        triggers |= tunnel_header_triggers(stack, k);
        if (!ipip_ip_df(ip) || ipip_ip_is_fragment(ip))
            context |= FACT_NON_ATOMIC;
    }
    if (layer->bytes.captured < ip->header_bytes)
        context |= FACT_HEADER_CUT;
    else if (!ipip_ipv4_checksum_ok(layer->bytes.data, ip->header_bytes))
        triggers |= TRIGGER_CHECKSUM_WRONG;
    if ((ip->flags & IPIP_IP_RESERVED) != 0)
        triggers |= TRIGGER_RESERVED_FLAG;
    if (ip->ttl == 0)
        triggers |= TRIGGER_TTL_ZERO;
    return (struct facts){context, triggers};
}

/* What there is to know where no header was read inside. */
static struct facts facts_without_inner(const struct ipip_stack *stack, const struct ipip_layer *outer)
{
    struct ipip_bytes inside = ipip_layer_inside(outer);

    switch (stack->end) {
    case IPIP_END_CUT:
        return (struct facts){FACT_INNER_CUT | (inside.captured == 0 ? FACT_VERSION_UNSEEN : 0), TRIGGER_INNER_CUT};
    case IPIP_END_NO_ROOM:
        return (struct facts){FACT_INNER_BAD | FACT_NO_ROOM, TRIGGER_NO_ROOM};
    case IPIP_END_INNER_VERSION:
        return (struct facts){FACT_INNER_BAD, TRIGGER_DEMUX};
    case IPIP_END_BAD_HEADER:
        return (struct facts){FACT_INNER_BAD, 0};
    default:
        return (struct facts){FACT_INNER_UNSEEN | FACT_VERSION_UNSEEN, 0};
    }
}

static uint64_t address_relation(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_ip *outer = &stack->layers[k].ip;
    const struct ipip_ip *inner = &stack->layers[k + 1].ip;
    enum ipip_address_kind inner_src = ipip_address_kind(inner->src);
    enum ipip_address_kind inner_dst = ipip_address_kind(inner->dst);
    uint64_t triggers = 0;

    if (ipip_address_equal(inner->src, outer->src))
        triggers |= ipip_address_equal(inner->dst, outer->dst) ? TRIGGER_SRC_IS_ENTRY | TRIGGER_SAME_PAIR
                                                               : TRIGGER_SRC_IS_ENTRY;
    for (unsigned j = 0; j <= k; j++) {
        if (ipip_address_equal(inner->src, stack->layers[j].ip.dst))
            triggers |= TRIGGER_SRC_IS_EXIT;
    }
    if (inner_src != IPIP_ADDRESS_GLOBAL && inner_src != IPIP_ADDRESS_PRIVATE && inner_src != IPIP_ADDRESS_SHARED)
        triggers |= TRIGGER_INNER_SRC_SPECIAL;
    if (inner_dst != IPIP_ADDRESS_GLOBAL && inner_dst != IPIP_ADDRESS_PRIVATE && inner_dst != IPIP_ADDRESS_SHARED)
        triggers |= TRIGGER_INNER_DST_SPECIAL;
    if ((inner_src != IPIP_ADDRESS_GLOBAL || inner_dst != IPIP_ADDRESS_GLOBAL) &&
        ipip_address_kind(outer->src) == IPIP_ADDRESS_GLOBAL && ipip_address_kind(outer->dst) == IPIP_ADDRESS_GLOBAL)
        triggers |= TRIGGER_SCOPE_MIX;
    return triggers;
}

static uint64_t tos_relation(const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    uint8_t difference = outer->tclass ^ inner->tclass;
    uint64_t triggers = 0;

    if (difference >> 2 != 0)
        triggers |= TRIGGER_DSCP_DIFFERS;
    if ((difference & 3) != 0)
        triggers |= TRIGGER_ECN_DIFFERS;
    else if (ipip_ip_ecn(outer) == IPIP_CE)
        triggers |= TRIGGER_ECN_BOTH_CE;
    return triggers;
}

static uint64_t length_relation(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *outer = &stack->layers[k];
    const struct ipip_layer *inner = &stack->layers[k + 1];

    if (outer->ip.total_bytes == 0 || inner->ip.total_bytes == 0)
        return TRIGGER_SUPERPACKET;
    if (inner->bytes.wire < inner->ip.total_bytes)
        return TRIGGER_INNER_LONG;
    if (inner->bytes.wire > inner->ip.total_bytes)
        return TRIGGER_INNER_SHORT;
    return k == 0 && !outer->is_reassembled && outer->ip.total_bytes > LINK_MTU_MAX ? TRIGGER_SUPERPACKET : 0;
}

struct facts facts_of_relation(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *outer = &stack->layers[k];
    const struct ipip_layer *inner = outer + 1;
    uint64_t triggers = outer->shim_bytes > 0 ? TRIGGER_SHIM : 0;

    if (!outer->is_tunnel)
        return (struct facts){0, 0};
    if (k + 1 == stack->count)
        return facts_of_both((struct facts){triggers, triggers}, facts_without_inner(stack, outer));
    if (validity_of(stack, k + 1) != FACT_WELL_FORMED)
        return (struct facts){triggers | FACT_INNER_BAD, triggers};

    triggers |= address_relation(stack, k) | tos_relation(&outer->ip, &inner->ip) | length_relation(stack, k);
    if (inner->ip.ttl == 0)
        triggers |= TRIGGER_INNER_TTL_ZERO;
    if (!ipip_ip_df(&outer->ip))
        triggers |= ipip_ip_df(&inner->ip) ? TRIGGER_DF_LOST : TRIGGER_DF_NEITHER;
    if (outer->is_reassembled && ipip_ip_df(&inner->ip))
        triggers |= TRIGGER_INNER_DF;
    if (ipip_ip_is_fragment(&inner->ip))
        triggers |= TRIGGER_INNER_FRAGMENT;
    return (struct facts){triggers & TRIGGERS_OF_CONTEXT, triggers};
}

struct facts facts_of_innermost(const struct ipip_stack *stack)
{
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
    struct facts facts = {0, stack->count > NESTING_USUAL ? TRIGGER_DEEP : 0};

    if (stack->end != IPIP_END_PAYLOAD || stack->count < 2 || ipip_ip_is_fragment(&innermost->ip) ||
        validity_of(stack, stack->count - 1) != FACT_WELL_FORMED || innermost->ip.total_bytes == 0)
        return facts;
    switch (transport_checksum(innermost)) {
    case TRANSPORT_NONE:
        return facts;
    case TRANSPORT_CUT:
        facts.context |= FACT_PAYLOAD_CUT;
        break;
    case TRANSPORT_WRONG:
        facts.triggers |= TRIGGER_TRANSPORT_WRONG;
        break;
    case TRANSPORT_PARTIAL:
        facts.triggers |= TRIGGER_TRANSPORT_PARTIAL;
        break;
    case TRANSPORT_RIGHT:
        break;
    }
    facts.context |= FACT_TRANSPORT;
    return facts;
}
