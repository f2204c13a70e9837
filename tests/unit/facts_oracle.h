/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of the headers of a packet once more, field by field from RFC 791, RFC 2003, RFC 4302, RFC 6890, RFC 768 and RFC 9293, slowly:
 * what core/packet finds out must be the same. Not for packets in a carrier.
 */
#ifndef IPIP_TEST_FACTS_ORACLE_H
#define IPIP_TEST_FACTS_ORACLE_H

#include "packet/facts.h"

enum { ORACLE_LAYERS = 16 };

/* A header of 20 octets and more, of which `here` can be read; `promised` octets should be there by what is outside. */
struct oracle_layer {
    const uint8_t *at;
    uint32_t here, promised;
    uint32_t version, header, tos, total, id, offset, ttl, protocol, shim;
    bool df, mf, is_reserved_set, is_tunnel, is_false_ipv6;
    uint32_t src, dst;
};

struct oracle {
    unsigned count;
    enum ipip_end end;
    struct oracle_layer layers[ORACLE_LAYERS];
    struct facts facts[ORACLE_LAYERS];
};

static uint32_t oracle_number(const uint8_t *at, unsigned octets)
{
    uint32_t number = 0;

    while (octets-- > 0)
        number = number * 256 + *at++;
    return number;
}

static bool oracle_is_in(uint32_t address, unsigned a, unsigned b, unsigned c, unsigned bits)
{
    return (address ^ (a << 24 | b << 16 | c << 8)) >> (32 - bits) == 0;
}

/* The registry of RFC 6890: 'g'lobal, 'p'rivate or shared, 's'pecial. */
static char oracle_kind(uint32_t address)
{
    if (oracle_is_in(address, 10, 0, 0, 8) || oracle_is_in(address, 172, 16, 0, 12) ||
        oracle_is_in(address, 192, 168, 0, 16) || oracle_is_in(address, 100, 64, 0, 10))
        return 'p';
    if (oracle_is_in(address, 0, 0, 0, 8) || oracle_is_in(address, 127, 0, 0, 8) ||
        oracle_is_in(address, 169, 254, 0, 16) || oracle_is_in(address, 192, 0, 0, 24) ||
        oracle_is_in(address, 192, 0, 2, 24) || oracle_is_in(address, 198, 18, 0, 15) ||
        oracle_is_in(address, 198, 51, 100, 24) || oracle_is_in(address, 203, 0, 113, 24) || address >= 0xe0000000)
        return 's';
    return 'g';
}

/* RFC 1071, 16 bits at a time. */
static uint32_t oracle_sum(uint32_t sum, const uint8_t *at, uint32_t octets)
{
    for (uint32_t i = 0; i < octets; i++) {
        sum += i % 2 == 0 ? (uint32_t)at[i] << 8 : at[i];
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
}

static uint32_t oracle_least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* What is left of a layer behind `skipped` octets: those that can be read, or those that were there. */
static uint32_t oracle_left(const struct oracle_layer *l, uint32_t octets, uint32_t skipped)
{
    uint32_t all = l->total == 0 ? octets : oracle_least(octets, l->total);

    return all > skipped ? all - skipped : 0;
}

static uint32_t oracle_inside_here(const struct oracle_layer *l)
{
    return oracle_left(l, l->here, l->header + l->shim);
}

static uint32_t oracle_inside_promised(const struct oracle_layer *l)
{
    return oracle_left(l, l->promised, l->header + l->shim);
}

static void oracle_header(struct oracle_layer *l, const uint8_t *at, uint32_t here, uint32_t promised)
{
    *l = (struct oracle_layer){.at = at,
                               .here = here,
                               .promised = promised,
                               .version = at[0] / 16,
                               .header = at[0] % 16 * 4U,
                               .tos = at[1],
                               .total = oracle_number(at + 2, 2),
                               .id = oracle_number(at + 4, 2),
                               .offset = oracle_number(at + 6, 2) % 0x2000 * 8,
                               .ttl = at[8],
                               .protocol = at[9],
                               .df = at[6] / 64 % 2 == 1,
                               .mf = at[6] / 32 % 2 == 1,
                               .is_reserved_set = at[6] / 128 == 1,
                               .is_tunnel = at[9] == 4,
                               .src = oracle_number(at + 12, 4),
                               .dst = oracle_number(at + 16, 4)};
}

static bool oracle_is_fragment(const struct oracle_layer *l)
{
    return l->mf || l->offset != 0;
}

/* The reason why this layer is the last one; IPIP_END_COUNT where it is not. */
static enum ipip_end oracle_end(struct oracle_layer *l, unsigned count)
{
    uint32_t next = l->protocol;
    const uint8_t *inside;

    if (l->header < 20 || (l->total < l->header && l->total != 0))
        return IPIP_END_BAD_HEADER;
    inside = l->at + oracle_least(l->here, l->header);
    if (oracle_is_fragment(l) && next != 51 &&
        !(l->offset == 0 && next == 41 && oracle_inside_here(l) > 0 && inside[0] / 16 != 6))
        return l->is_tunnel ? IPIP_END_FRAGMENT : IPIP_END_PAYLOAD;
    if (l->offset != 0)
        return IPIP_END_FRAGMENT;
    while (next == 51 && oracle_inside_here(l) >= 2 && inside[1] >= 1 &&
           (l->mf || (inside[1] + 2U) * 4 <= oracle_inside_promised(l))) {
        uint32_t length = (inside[1] + 2U) * 4;

        next = inside[0];
        inside += oracle_least(oracle_inside_here(l), length);
        l->shim += length;
    }
    if (l->mf && l->protocol == 51) {
        l->is_tunnel = next == 4;
        l->is_false_ipv6 = next == 41 && oracle_inside_here(l) > 0 && inside[0] / 16 != 6;
        return l->is_tunnel || l->is_false_ipv6 ? IPIP_END_FRAGMENT : IPIP_END_PAYLOAD;
    }
    l->is_tunnel = next == 4;
    if (next == 41 && oracle_inside_here(l) > 0 && inside[0] / 16 != 6) {
        l->is_tunnel = l->is_false_ipv6 = true;
        return IPIP_END_INNER_VERSION;
    }
    if (!l->is_tunnel)
        return next != 0 && memchr((const uint8_t[]){41, 47, 50, 55, 97, 108, 115, 137}, (int)next, 8) != NULL
                   ? IPIP_END_UNSUPPORTED
                   : IPIP_END_PAYLOAD;
    if (oracle_inside_promised(l) < 20 && oracle_inside_here(l) == oracle_inside_promised(l))
        return IPIP_END_NO_ROOM;
    if (oracle_inside_here(l) > 0 && inside[0] / 16 != 4)
        return IPIP_END_INNER_VERSION;
    if (oracle_inside_here(l) < 20)
        return IPIP_END_CUT;
    return count == ORACLE_LAYERS ? IPIP_END_NESTING_LIMIT : IPIP_END_COUNT;
}

/* The first of IPIP601, 602, 603 and 606. */
static uint64_t oracle_validity(const struct oracle *o, unsigned k)
{
    const struct oracle_layer *l = &o->layers[k];

    if (l->version != 4)
        return FACT_VERSION_WRONG;
    if (l->header < 20)
        return FACT_IHL_SHORT;
    if (l->total < l->header &&
        (l->total != 0 || (l->promised <= 65535 && (l->promised <= 1500 || o->layers[o->count - 1].protocol != 6))))
        return FACT_TOTAL_SHORT;
    if (k == 0 && l->total > l->promised)
        return FACT_TOTAL_LONG;
    return FACT_WELL_FORMED;
}

static void oracle_fragment(const struct oracle_layer *l, struct facts *f)
{
    uint32_t octets = l->total > l->header ? l->total - l->header : 0;
    const uint8_t *inside = l->at + l->header;
    bool has_inside = oracle_left(l, l->here, l->header) > 0 && inside[0] / 16 == 4 && inside[0] % 16 >= 5;

    f->context |= FACT_FRAGMENT;
    f->triggers |= TRIGGER_FRAGMENT;
    f->triggers |= l->df ? TRIGGER_DF_FRAGMENT : 0;
    f->triggers |= l->mf && octets % 8 != 0 ? TRIGGER_MISALIGNED : 0;
    f->triggers |= l->offset + octets > 65515 ? TRIGGER_OVERFLOW : 0;
    if (l->is_tunnel && l->offset == 0 && octets < (has_inside ? inside[0] % 16 * 4U : 20U) + 8)
        f->triggers |= TRIGGER_TINY;
    if (l->is_tunnel && l->offset == 8)
        f->triggers |= TRIGGER_TINY;
}

static void oracle_tunnel_header(const struct oracle *o, unsigned k, struct facts *f)
{
    const struct oracle_layer *l = &o->layers[k];

    f->context |= !l->df || oracle_is_fragment(l) ? FACT_NON_ATOMIC : 0;
    f->triggers |= l->id == 0 && !l->df ? TRIGGER_ID_ZERO : 0;
    f->triggers |= l->src == l->dst ? TRIGGER_SELF : 0;
    f->triggers |= oracle_kind(l->src) == 's' ? TRIGGER_SRC_SPECIAL : 0;
    f->triggers |= oracle_kind(l->dst) == 's' ? TRIGGER_DST_SPECIAL : 0;
    for (unsigned j = 0; j < k; j++)
        f->triggers |= o->layers[j].src == l->src && o->layers[j].dst == l->dst ? TRIGGER_RECURSIVE : 0;
}

static uint64_t oracle_tunnel_kind(const struct oracle *o, unsigned k)
{
    const struct oracle_layer *l = &o->layers[k > 0 && !o->layers[k].is_tunnel ? k - 1 : k];

    return l->is_tunnel ? FACTS_OF_KIND(l->is_false_ipv6 ? IPIP_KIND_6IN4 : IPIP_KIND_IPIP) : 0;
}

static void oracle_alone(const struct oracle *o, unsigned k, struct facts *f)
{
    const struct oracle_layer *l = &o->layers[k];
    uint64_t validity = oracle_validity(o, k);

    f->context |= oracle_tunnel_kind(o, k);
    f->context |= validity | (k == 0 ? FACT_OUTERMOST : FACT_ENCAPSULATED) | (l->is_tunnel ? FACT_TUNNEL : 0);
    if (validity != FACT_WELL_FORMED) {
        f->triggers |= validity;
        return;
    }
    if (l->header > 20) {
        f->context |= FACT_OPTIONS;
        f->triggers |= TRIGGER_OPTIONS;
    }
    if (oracle_is_fragment(l))
        oracle_fragment(l, f);
    if (l->is_tunnel)
        oracle_tunnel_header(o, k, f);
    if (l->here < l->header)
        f->context |= FACT_HEADER_CUT;
    else if (oracle_sum(0, l->at, l->header) != 0xffff)
        f->triggers |= TRIGGER_CHECKSUM_WRONG;
    f->triggers |= l->is_reserved_set ? TRIGGER_RESERVED_FLAG : 0;
    f->triggers |= l->ttl == 0 ? TRIGGER_TTL_ZERO : 0;
}

/* A tunnel header with nothing read inside. */
static void oracle_without_inner(const struct oracle *o, const struct oracle_layer *l, struct facts *f)
{
    switch (o->end) {
    case IPIP_END_CUT:
        f->context |= FACT_INNER_CUT | (oracle_inside_here(l) == 0 ? FACT_VERSION_UNSEEN : 0);
        f->triggers |= TRIGGER_INNER_CUT;
        break;
    case IPIP_END_NO_ROOM:
        f->context |= FACT_INNER_BAD | FACT_NO_ROOM;
        f->triggers |= TRIGGER_NO_ROOM;
        break;
    case IPIP_END_INNER_VERSION:
        f->context |= FACT_INNER_BAD;
        f->triggers |= TRIGGER_DEMUX;
        break;
    case IPIP_END_BAD_HEADER:
        f->context |= FACT_INNER_BAD;
        break;
    default:
        f->context |= FACT_INNER_UNSEEN | FACT_VERSION_UNSEEN;
    }
}

static void oracle_lengths(const struct oracle *o, unsigned k, struct facts *f)
{
    const struct oracle_layer *outer = &o->layers[k];
    const struct oracle_layer *inner = outer + 1;

    if (outer->total == 0 || inner->total == 0 || (k == 0 && outer->total > 9216 && inner->promised == inner->total)) {
        f->context |= FACT_SUPERPACKET;
        f->triggers |= TRIGGER_SUPERPACKET;
    } else if (inner->promised < inner->total) {
        f->triggers |= TRIGGER_INNER_LONG;
    } else if (inner->promised > inner->total) {
        f->triggers |= TRIGGER_INNER_SHORT;
    }
}

static void oracle_addresses(const struct oracle *o, unsigned k, struct facts *f)
{
    const struct oracle_layer *outer = &o->layers[k];
    const struct oracle_layer *inner = outer + 1;
    char src = oracle_kind(inner->src);
    char dst = oracle_kind(inner->dst);

    f->triggers |= inner->src == outer->src ? TRIGGER_SRC_IS_ENTRY : 0;
    f->triggers |= inner->src == outer->src && inner->dst == outer->dst ? TRIGGER_SAME_PAIR : 0;
    for (unsigned j = 0; j <= k; j++)
        f->triggers |= inner->src == o->layers[j].dst ? TRIGGER_SRC_IS_EXIT : 0;
    f->triggers |= src == 's' ? TRIGGER_INNER_SRC_SPECIAL : 0;
    f->triggers |= dst == 's' ? TRIGGER_INNER_DST_SPECIAL : 0;
    if ((src != 'g' || dst != 'g') && oracle_kind(outer->src) == 'g' && oracle_kind(outer->dst) == 'g')
        f->triggers |= TRIGGER_SCOPE_MIX;
}

static void oracle_relation(const struct oracle *o, unsigned k, struct facts *f)
{
    const struct oracle_layer *outer = &o->layers[k];
    const struct oracle_layer *inner = outer + 1;

    if (outer->shim > 0) {
        f->context |= FACT_SHIM;
        f->triggers |= TRIGGER_SHIM;
    }
    if (k + 1 == o->count) {
        oracle_without_inner(o, outer, f);
        return;
    }
    if (oracle_validity(o, k + 1) != FACT_WELL_FORMED) {
        f->context |= FACT_INNER_BAD;
        return;
    }
    oracle_addresses(o, k, f);
    oracle_lengths(o, k, f);
    f->triggers |= outer->tos / 4 != inner->tos / 4 ? TRIGGER_DSCP_DIFFERS : 0;
    f->triggers |= outer->tos % 4 != inner->tos % 4 ? TRIGGER_ECN_DIFFERS : 0;
    f->triggers |= outer->tos % 4 == 3 && inner->tos % 4 == 3 ? TRIGGER_ECN_BOTH_CE : 0;
    f->triggers |= inner->ttl == 0 ? TRIGGER_INNER_TTL_ZERO : 0;
    f->triggers |= !outer->df && inner->df ? TRIGGER_DF_LOST : 0;
    f->triggers |= !outer->df && !inner->df ? TRIGGER_DF_NEITHER : 0;
    f->triggers |= oracle_is_fragment(inner) ? TRIGGER_INNER_FRAGMENT : 0;
}

static void oracle_transport(const struct oracle_layer *l, struct facts *f)
{
    uint32_t octets = l->total - l->header;
    uint32_t here = oracle_left(l, l->here, l->header);
    const uint8_t *at = l->at + l->header;
    uint32_t field = l->protocol == 6 ? 16 : 6;
    uint32_t pseudo;

    if ((l->protocol != 6 && l->protocol != 17) || octets < (l->protocol == 6 ? 20U : 8U))
        return;
    if (here < octets) {
        f->context |= FACT_TRANSPORT | FACT_PAYLOAD_CUT;
        return;
    }
    if (l->protocol == 17) {
        uint32_t length = oracle_number(at + 4, 2);

        if (length < 8 || length > octets || oracle_number(at + 6, 2) == 0)
            return;
        octets = length;
    }
    f->context |= FACT_TRANSPORT;
    pseudo = oracle_sum(l->protocol + octets, l->at + 12, 8);
    if (oracle_sum(pseudo, at, octets) == 0xffff)
        return;
    f->triggers |= oracle_number(at + field, 2) == pseudo ? TRIGGER_TRANSPORT_PARTIAL : TRIGGER_TRANSPORT_WRONG;
}

/* Of a packet with version 4. Those of a fragment in which the headers end are left out. */
static void oracle_read(struct oracle *o, struct ipip_bytes packet)
{
    unsigned k = 0;

    oracle_header(&o->layers[0], packet.data, packet.captured, packet.wire);
    while ((o->end = oracle_end(&o->layers[k], k + 1)) == IPIP_END_COUNT) {
        const struct oracle_layer *l = &o->layers[k++];

        oracle_header(&o->layers[k], l->at + l->header + l->shim, oracle_inside_here(l), oracle_inside_promised(l));
    }
    o->count = k + 1;
    for (k = 0; k < o->count; k++) {
        o->facts[k] = (struct facts){0, 0};
        oracle_alone(o, k, &o->facts[k]);
        if (o->layers[k].is_tunnel)
            oracle_relation(o, k, &o->facts[k]);
    }
    k = o->count - 1;
    if (o->end == IPIP_END_PAYLOAD && k > 0 && !oracle_is_fragment(&o->layers[k]) && o->layers[k].total != 0 &&
        oracle_validity(o, k) == FACT_WELL_FORMED)
        oracle_transport(&o->layers[k], &o->facts[k]);
    if (o->count > 3)
        o->facts[k].triggers |= TRIGGER_DEEP;
}

#endif
