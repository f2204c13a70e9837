/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/facts.h"

#include <stddef.h>

#include "ipip/ipv6.h"
#include "wire/address_set.h"
#include "wire/always_inline.h"
#include "wire/checksum.h"
#include "wire/ipv4_fields.h"

enum {
    TCP_MTU_MAX = 1500, /* with Total Length 0, a larger one with TCP inside is segmentation offload's doing */
    FRAGMENT_END_MAX = IPIP_IPV4_TOTAL_MAX - IPIP_IPV4_HEADER_MIN,
};

/* What few packets have is tested for at once, and found out about out of line. */
#define RARELY(condition) __builtin_expect(condition, 0)

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

    if (facts_is_ipv6(layer))
        return facts_ipv6_validity(stack, k);
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
    if (layer->kind == IPIP_KIND_NONE)
        return triggers;
    if (layer->kind == IPIP_KIND_MINIMAL)
        triggers |= TRIGGER_MINIMAL_FRAGMENT;
    if (ip->fragment_offset == 0) {
        if (payload < facts_first_fragment_min(layer))
            triggers |= TRIGGER_TINY;
    } else if (ip->fragment_offset == 8) {
        triggers |= TRIGGER_TINY;
    }
    return triggers;
}

static bool kind_in(struct ipip_addr address, unsigned kinds)
{
    return (address_set(address) & kinds) != 0;
}

static __attribute__((noinline)) uint64_t tunnel_addresses(const struct ipip_stack *stack, unsigned k, unsigned kinds)
{
    const struct ipip_ip *ip = &stack->layers[k].ip;
    uint64_t triggers = 0;

    if (ipip_address_equal(ip->src, ip->dst))
        triggers |= TRIGGER_SELF;
    if ((kinds & FACTS_SPECIAL_OUTSIDE) != 0) {
        triggers |= kind_in(ip->src, FACTS_SPECIAL_OUTSIDE) ? TRIGGER_SRC_SPECIAL : 0;
        triggers |= kind_in(ip->dst, FACTS_SPECIAL_OUTSIDE) ? TRIGGER_DST_SPECIAL : 0;
    }
    for (unsigned j = 0; j < k; j++) {
        if (ipip_ip_is_same_direction(&stack->layers[j].ip, ip))
            triggers |= TRIGGER_RECURSIVE;
    }
    return triggers;
}

static inline bool is_outermost(const struct ipip_stack *stack, const struct ipip_layer *layer)
{
    return layer == stack->layers;
}

static inline unsigned place_of(const struct ipip_stack *stack, const struct ipip_layer *layer)
{
    return (unsigned)(layer - stack->layers);
}

/* Version 4, no options, no fragment, the reserved flag clear, and a Total Length that is no less than the header. */
static inline bool is_plain(const struct ipip_layer *layer)
{
    const struct ipip_ip *ip = &layer->ip;

    return layer->bytes.data[0] == IPV4_PLAIN && (ip->flags & ~IPIP_IP_DF) == 0 &&
           ip->total_bytes >= IPIP_IPV4_HEADER_MIN;
}

/* What a plain header has none of. */
static __attribute__((noinline)) struct facts unusual_facts(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];
    const struct ipip_ip *ip = &layer->ip;
    uint64_t validity = validity_of(stack, k);
    struct facts facts = {validity | (facts_is_ipv6(layer) ? FACT_IPV6 : 0), 0};

    if (validity != FACT_WELL_FORMED) {
        facts.context |=
            (k == 0 ? FACT_OUTERMOST : FACT_ENCAPSULATED) | (layer->kind != IPIP_KIND_NONE ? FACT_TUNNEL : 0);
        facts.triggers = validity;
        return facts;
    }
    if (facts_is_ipv6(layer)) {
        facts.triggers |= facts_ipv6_triggers(layer);
    } else {
        if (ip->header_bytes > IPIP_IPV4_HEADER_MIN)
            facts.triggers |= TRIGGER_OPTIONS;
        if (ipip_ip_is_fragment(ip))
            facts.triggers |= fragment_triggers(layer);
    }
    facts.context |= facts.triggers & TRIGGERS_OF_CONTEXT;
    if ((facts.triggers & TRIGGER_OPTIONS) != 0 && facts_is_ipv6(layer) && facts_ipv6_has_limit_only(layer))
        facts.triggers ^= TRIGGER_OPTIONS;
    if (layer->bytes.captured < ip->header_bytes)
        facts.context |= FACT_HEADER_CUT;
    if ((ip->flags & IPIP_IP_RESERVED) != 0)
        facts.triggers |= TRIGGER_RESERVED_FLAG;
    return facts;
}

/* Of a header that is longer than 20 octets; IPv6 has no checksum. */
static __attribute__((noinline)) bool is_sum_of_long_right(const struct ipip_layer *layer)
{
    return facts_is_ipv6(layer) || layer->bytes.captured < layer->ip.header_bytes ||
           ipip_ipv4_checksum_ok(layer->bytes.data, layer->ip.header_bytes);
}

/* `kinds` are those of its addresses. */
static ALWAYS_INLINE struct facts header_facts(const struct ipip_stack *stack, const struct ipip_layer *layer,
                                               unsigned kinds)
{
    const struct ipip_ip *ip = &layer->ip;
    struct facts facts = {FACT_WELL_FORMED, 0};
    bool is_long = false;

    if (RARELY(!is_plain(layer) || (is_outermost(stack, layer) && ip->total_bytes > layer->bytes.wire))) {
        facts = unusual_facts(stack, place_of(stack, layer));
        is_long = ip->header_bytes > IPIP_IPV4_HEADER_MIN;
        if ((facts.context & FACT_WELL_FORMED) == 0)
            return facts;
    }
    facts.context |= is_outermost(stack, layer) ? FACT_OUTERMOST : FACT_ENCAPSULATED;
    if (layer->kind != IPIP_KIND_NONE) {
        facts.context |= FACT_TUNNEL;
        if (RARELY((ip->flags & (IPIP_IP_DF | IPIP_IP_FRAGMENT)) != IPIP_IP_DF)) {
            facts.context |= ip->version == 6 && !ipip_ip_is_fragment(ip) ? 0 : FACT_NON_ATOMIC;
            if (!ipip_ip_df(ip) && ip->id == 0)
                facts.triggers |= TRIGGER_ID_ZERO;
        }
        if (RARELY((kinds & FACTS_SPECIAL_OUTSIDE) != 0 || !is_outermost(stack, layer) || ip->src.low == ip->dst.low))
            facts.triggers |= tunnel_addresses(stack, place_of(stack, layer), kinds);
    }
    if (RARELY(is_long ? !is_sum_of_long_right(layer) : !sum_is_right(sum_of_20(layer->bytes.data))))
        facts.triggers |= TRIGGER_CHECKSUM_WRONG;
    if (RARELY(ip->ttl == 0))
        facts.triggers |= TRIGGER_TTL_ZERO;
    return facts;
}

/* No larger than links carry, and yet without a length: with the jumbo payload option. */
static __attribute__((noinline)) bool is_jumbogram(const struct ipip_layer *layer)
{
    return facts_is_ipv6(layer) && layer->ip.total_bytes == 0 && layer->bytes.wire <= FACTS_LINK_MTU_MAX;
}

/* Larger than any link is, though what is inside is not read. */
static bool is_opaque_superpacket(const struct ipip_stack *stack, const struct ipip_layer *outer)
{
    if (outer->ip.total_bytes == 0)
        return !is_jumbogram(outer);
    return outer->ip.total_bytes > FACTS_LINK_MTU_MAX && is_outermost(stack, outer) && !outer->is_reassembled;
}

/* What there is to know where no header was read inside. */
static __attribute__((noinline)) struct facts facts_without_inner(const struct ipip_stack *stack,
                                                                  const struct ipip_layer *outer)
{
    struct ipip_bytes inside = ipip_layer_inside(outer);
    struct facts facts = {0, outer->kind == IPIP_KIND_IPIP && outer->shim_bytes > 0 ? TRIGGER_SHIM : 0};

    switch (stack->end) {
    case IPIP_END_CUT:
        facts.triggers |= TRIGGER_INNER_CUT;
        facts.context |= inside.captured == 0 ? FACT_VERSION_UNSEEN : 0;
        break;
    case IPIP_END_NO_ROOM:
        facts.triggers |= TRIGGER_NO_ROOM;
        facts.context |= FACT_INNER_BAD;
        break;
    case IPIP_END_INNER_VERSION:
        facts.triggers |= TRIGGER_DEMUX;
        facts.context |= FACT_INNER_BAD;
        break;
    case IPIP_END_OPAQUE:
        facts.triggers |= is_opaque_superpacket(stack, outer) ? TRIGGER_SUPERPACKET : 0;
        facts.context |= FACT_INNER_BAD;
        break;
    case IPIP_END_BAD_HEADER:
    case IPIP_END_BAD_SHIM:
    case IPIP_END_NOT_IP:
    case IPIP_END_FOLDED:
        facts.context |= FACT_INNER_BAD;
        break;
    default:
        facts.context |= FACT_INNER_UNSEEN | FACT_VERSION_UNSEEN;
    }
    facts.context |= facts.triggers & TRIGGERS_OF_CONTEXT;
    return facts;
}

static __attribute__((noinline)) uint64_t inner_addresses(const struct ipip_stack *stack, unsigned k, unsigned inside)
{
    const struct ipip_ip *outer = &stack->layers[k].ip;
    const struct ipip_ip *inner = &stack->layers[k + 1].ip;
    uint64_t triggers = 0;

    if (ipip_address_equal(inner->src, outer->src))
        triggers |= ipip_address_equal(inner->dst, outer->dst) ? TRIGGER_SRC_IS_ENTRY | TRIGGER_SAME_PAIR
                                                               : TRIGGER_SRC_IS_ENTRY;
    for (unsigned j = 0; j <= k; j++) {
        if (ipip_address_equal(inner->src, stack->layers[j].ip.dst))
            triggers |= TRIGGER_SRC_IS_EXIT;
    }
    if ((inside & ~FACTS_USUAL_INSIDE) != 0) {
        triggers |= kind_in(inner->src, FACTS_USUAL_INSIDE) ? 0 : TRIGGER_INNER_SRC_SPECIAL;
        triggers |= kind_in(inner->dst, FACTS_USUAL_INSIDE) ? 0 : TRIGGER_INNER_DST_SPECIAL;
    }
    return triggers;
}

static ALWAYS_INLINE uint64_t address_relation(const struct ipip_stack *stack, const struct ipip_layer *outer,
                                               unsigned outside, unsigned inside)
{
    uint64_t src = outer[1].ip.src.low;
    uint64_t triggers = 0;

    if (RARELY((inside & ~FACTS_USUAL_INSIDE) != 0 || !is_outermost(stack, outer) || src == outer->ip.src.low ||
               src == outer->ip.dst.low))
        triggers = inner_addresses(stack, place_of(stack, outer), inside);
    if (outside == FACTS_KIND(GLOBAL) && inside != FACTS_KIND(GLOBAL))
        triggers |= TRIGGER_SCOPE_MIX;
    return triggers;
}

/* What follows the inner packet is the padding of a short Ethernet frame (IEEE 802.3 clause 4.2.3.3). */
static __attribute__((noinline)) bool is_padding(const struct ipip_layer *outer)
{
    /* Of what has a frame only at times: fewer octets have no room for UDP, GRE and Ethernet headers. */
    enum { PAYLOAD_MIN = 46, SHIMS_WITH_FRAME = 8 + 4 + 14 };
    const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)outer->kind);

    return about != NULL && (about->payload & IPIP_PAYLOAD_ETHERNET) != 0 &&
           ((about->payload & IPIP_PAYLOAD_IPV4) == 0 || outer->shim_bytes >= SHIMS_WITH_FRAME) &&
           outer[1].bytes.wire <= PAYLOAD_MIN;
}

static ALWAYS_INLINE uint64_t length_relation(const struct ipip_stack *stack, const struct ipip_layer *outer)
{
    const struct ipip_layer *inner = outer + 1;

    if (RARELY(outer->ip.total_bytes == 0 || inner->ip.total_bytes == 0))
        return is_jumbogram(outer) || is_jumbogram(inner) ? 0 : TRIGGER_SUPERPACKET;
    if (RARELY(inner->bytes.wire != inner->ip.total_bytes)) {
        if (inner->bytes.wire < inner->ip.total_bytes)
            return TRIGGER_INNER_LONG;
        return is_padding(outer) ? 0 : TRIGGER_INNER_SHORT;
    }
    if (RARELY(outer->ip.total_bytes > FACTS_LINK_MTU_MAX))
        return is_outermost(stack, outer) && !outer->is_reassembled ? TRIGGER_SUPERPACKET : 0;
    return 0;
}

/* `outside` and `inside` are the kinds of the addresses. */
static ALWAYS_INLINE struct facts relation_facts(const struct ipip_stack *stack, const struct ipip_layer *outer,
                                                 unsigned outside, unsigned inside)
{
    const struct ipip_layer *inner = outer + 1;
    uint64_t triggers = 0;

    if (RARELY(outer->shim_bytes > 0) && outer->kind == IPIP_KIND_IPIP)
        triggers |= TRIGGER_SHIM;
    if (RARELY(!is_plain(inner))) {
        if (validity_of(stack, place_of(stack, inner)) != FACT_WELL_FORMED)
            return (struct facts){triggers | FACT_INNER_BAD, triggers};
        if (ipip_ip_is_fragment(&inner->ip))
            triggers |= TRIGGER_INNER_FRAGMENT;
    }
    triggers |= address_relation(stack, outer, outside, inside) | facts_of_tos(outer->ip.tclass, inner->ip.tclass) |
                length_relation(stack, outer);
    if (RARELY(inner->ip.ttl == 0))
        triggers |= TRIGGER_INNER_TTL_ZERO;
    if (RARELY(!ipip_ip_df(&outer->ip)))
        triggers |= ipip_ip_df(&inner->ip) ? TRIGGER_DF_LOST : TRIGGER_DF_NEITHER;
    if (RARELY(outer->is_reassembled) && ipip_ip_df(&inner->ip))
        triggers |= TRIGGER_INNER_DF;
    return (struct facts){triggers & TRIGGERS_OF_CONTEXT, triggers};
}

static inline unsigned kinds_at(const struct ipip_layer *layer)
{
    if (RARELY(facts_is_ipv6(layer)))
        return address_set(layer->ip.src) | address_set(layer->ip.dst);
    return ipv4_header_kinds(layer->bytes.data);
}

#define KINDS_WITH_FOREIGN_HEADERS                                                                         \
    (1U << IPIP_KIND_GRETAP | 1U << IPIP_KIND_GRETAP6 | 1U << IPIP_KIND_ERSPAN | 1U << IPIP_KIND_ERSPAN6 | \
     1U << IPIP_KIND_MINIMAL)

/* The kind of the tunnel header, or of the one that carries it. */
static inline uint64_t kind_context(const struct ipip_stack *stack, const struct ipip_layer *layer)
{
    unsigned carrier;

    if (layer->kind != IPIP_KIND_NONE || is_outermost(stack, layer))
        return FACTS_OF_KIND(layer->kind);
    carrier = layer[-1].kind;
    return FACTS_OF_KIND(carrier) | ((KINDS_WITH_FOREIGN_HEADERS & IPIP_KIND_BIT(carrier)) != 0 ? FACT_FOREIGN : 0);
}

/* What is between a tunnel header and what is inside: of IPv4 in IPv4 nothing but authentication headers. */
static ALWAYS_INLINE struct facts with_shims(struct facts facts, const struct ipip_stack *stack,
                                             const struct ipip_kinds *kinds, const struct ipip_layer *outer)
{
    if (RARELY(outer->kind != IPIP_KIND_IPIP))
        return facts_of_both(facts,
                             facts_between(kinds, outer, place_of(stack, outer) + 1 < stack->count ? outer + 1 : NULL));
    return facts;
}

struct facts facts_of_header(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];
    struct facts facts = header_facts(stack, layer, layer->kind != IPIP_KIND_NONE ? kinds_at(layer) : 0);

    facts.context |= kind_context(stack, layer);
    return facts;
}

struct facts facts_of_relation(const struct ipip_stack *stack, const struct ipip_kinds *kinds, unsigned k)
{
    const struct ipip_layer *outer = &stack->layers[k];

    if (outer->kind == IPIP_KIND_NONE)
        return (struct facts){0, 0};
    if (k + 1 == stack->count)
        return with_shims(facts_without_inner(stack, outer), stack, kinds, outer);
    return with_shims(relation_facts(stack, outer, kinds_at(outer), kinds_at(outer + 1)), stack, kinds, outer);
}

__attribute__((noinline)) struct facts facts_of_tunnel(const struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                                       const struct ipip_layer *outer)
{
    unsigned outside = kinds_at(outer);
    struct facts facts =
        facts_of_both(header_facts(stack, outer, outside), relation_facts(stack, outer, outside, kinds_at(outer + 1)));

    facts.context |= FACTS_OF_KIND(outer->kind);
    return with_shims(facts, stack, kinds, outer);
}

struct facts facts_of_innermost(const struct ipip_stack *stack, const struct ipip_kinds *kinds)
{
    return facts_of_both(facts_of_header(stack, stack->count - 1), facts_of_relation(stack, kinds, stack->count - 1));
}
