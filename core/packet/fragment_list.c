/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/fragment_list.h"

#include <string.h>

#include "ipip/age.h"
#include "ipip/ipv6.h"
#include "wire/octets.h"

uint32_t fragment_most_octets(const struct ipip_ip *ip)
{
    return ip->version == 6 ? (uint32_t)(IPIP_IPV6_HEADER + IPIP_IPV6_FRAGMENT_HEADER + IPIP_IPV6_PAYLOAD_MAX)
                            : (uint32_t)IPIP_IPV4_TOTAL_MAX;
}

/*
 * Only the last fragment may end anywhere. The tail of another that doesn't fill 8 octets can't be placed, and in IPv6 none of it may be
 * (RFC 8200 section 4.5).
 */
uint32_t fragment_placeable(const struct ipip_ip *ip, uint32_t bytes)
{
    if (!ipip_ip_mf(ip) || bytes % 8 == 0)
        return bytes;
    return ip->version == 6 ? 0 : bytes & ~7U;
}

/* A piece with a lower offset, and few between: mostly the newest one, else that with which a stretch begins. */
static uint32_t start_before(const struct fragment_pool *p, const struct fragment_list *d, uint32_t offset)
{
    uint32_t stretch = offset / STRETCH_OCTETS;
    uint64_t stretches = d->stretches & ((UINT64_C(2) << stretch) - 1);
    uint32_t start = 0;

    if ((stretches >> stretch & 1) != 0 && fragment_block_at(p, d->firsts[stretch])->offset >= offset)
        stretches ^= UINT64_C(1) << stretch;
    if (stretches != 0)
        start = d->firsts[63 - __builtin_clzll(stretches)];
    if (d->newest != 0 && fragment_block_at(p, d->newest)->offset < offset &&
        (start == 0 || fragment_block_at(p, d->newest)->offset > fragment_block_at(p, start)->offset))
        start = d->newest;
    return start;
}

struct insert_point fragment_list_find(const struct fragment_pool *p, const struct fragment_list *d, uint32_t offset)
{
    struct insert_point place = {.before = start_before(p, d, offset)};

    place.after = place.before != 0 ? fragment_block_at(p, place.before)->next_fragment : d->fragments;
    while (place.after != 0 && fragment_block_at(p, place.after)->offset < offset) {
        place.before = place.after;
        place.after = fragment_block_at(p, place.after)->next_fragment;
    }
    return place;
}

void fragment_list_insert(const struct fragment_pool *p, struct fragment_list *d, struct insert_point place,
                          uint32_t piece)
{
    uint32_t offset = fragment_block_at(p, piece)->offset;
    uint32_t stretch = offset / STRETCH_OCTETS;

    fragment_block_at(p, piece)->next_fragment = place.after;
    *(place.before != 0 ? &fragment_block_at(p, place.before)->next_fragment : &d->fragments) = piece;
    if ((d->stretches >> stretch & 1) == 0 || offset < fragment_block_at(p, d->firsts[stretch])->offset)
        d->firsts[stretch] = piece;
    d->stretches |= UINT64_C(1) << stretch;
    d->newest = piece;
    d->count++;
}

/* Notes that the fragment has octets that this one has, too. */
static void meet(const struct fragment_pool *p, uint32_t held, const struct new_fragment *piece,
                 struct ipip_fragment_peer *peer)
{
    const struct fragment_block *h = fragment_block_at(p, held);
    uint32_t h_end = (uint32_t)h->offset + h->bytes;
    uint32_t begin = piece->offset > h->offset ? piece->offset : h->offset;
    uint32_t end = piece->offset + piece->bytes < h_end ? piece->offset + piece->bytes : h_end;

    if (begin >= end || peer->is_conflicting)
        return;
    peer->is_overlapping = true;
    peer->frame = h->frame;
    peer->is_conflicting = !fragment_pool_equal(p, held, h->header_bytes + begin - h->offset,
                                                piece->data + (begin - piece->offset), end - begin);
}

static void disagree_on_end(const struct fragment_pool *p, const struct fragment_list *d, struct insert_point place,
                            struct ipip_fragment_peer *peer)
{
    uint32_t last = place.after != 0 ? place.after : place.before;

    while (last != 0 && fragment_block_at(p, last)->next_fragment != 0)
        last = fragment_block_at(p, last)->next_fragment;
    peer->disagreements |= IPIP_DISAGREE_END;
    if (last == 0)
        last = d->fragments;
    peer->frame = fragment_block_at(p, last)->frame;
}

bool fragment_list_overlaps(const struct fragment_pool *p, const struct fragment_list *d, struct insert_point place,
                            const struct new_fragment *piece, struct ipip_fragment_peer *peer)
{
    uint32_t end = piece->offset + piece->bytes;
    bool has_later = place.after != 0 && fragment_block_at(p, place.after)->offset >= end;

    if (place.before != 0)
        meet(p, place.before, piece, peer);
    for (uint32_t i = place.after; i != 0 && fragment_block_at(p, i)->offset < end;
         i = fragment_block_at(p, i)->next_fragment)
        meet(p, i, piece, peer);
    if ((d->end != 0 && (end > d->end || (piece->is_last && end != d->end))) || (piece->is_last && has_later))
        disagree_on_end(p, d, place, peer);
    return peer->is_overlapping || (peer->disagreements & IPIP_DISAGREE_END) != 0 || (d->end != 0 && piece->is_last);
}

unsigned fragment_list_disagreements(const struct fragment_list *d, const struct ipip_ip *ip)
{
    unsigned codepoints = d->codepoints | 1U << ipip_ip_ecn(ip);
    unsigned found = 0;

    if (d->dscp != ipip_ip_dscp(ip))
        found |= IPIP_DISAGREE_DSCP;
    if (d->df != ipip_ip_df(ip))
        found |= IPIP_DISAGREE_DF;
    if ((codepoints & 1U << IPIP_NOT_ECT) != 0 && codepoints != 1U << IPIP_NOT_ECT)
        found |= IPIP_DISAGREE_ECN;
    return found;
}

bool fragment_list_holds(const struct fragment_pool *p, const struct fragment_list *d, uint32_t held,
                         const struct new_fragment *piece)
{
    const struct fragment_block *h = fragment_block_at(p, held);

    return held != 0 && h->offset == piece->offset && h->bytes == piece->bytes &&
           fragment_pool_equal(p, held, h->header_bytes, piece->data, piece->bytes) &&
           piece->is_last == (piece->offset + piece->bytes == d->end);
}

bool fragment_list_is_complete_again(const struct fragment_pool *p, struct fragment_list *d, uint32_t held,
                                     uint64_t frame)
{
    struct fragment_block *h = fragment_block_at(p, held);

    d->again += !h->is_seen_again;
    h->is_seen_again = true;
    h->frame = frame;
    if (d->again < d->count)
        return false;
    d->again = 0;
    for (uint32_t i = d->fragments; i != 0; i = fragment_block_at(p, i)->next_fragment)
        fragment_block_at(p, i)->is_seen_again = false;
    return true;
}

/* Times may be any numbers, so their sums and differences may not fit. */
int64_t fragment_list_deadline(const struct fragment_list *d)
{
    const int64_t wait = (int64_t)(IPIP_REASSEMBLY_SECONDS * IPIP_AGE_SECOND);

    return d->first_time > INT64_MAX - wait ? INT64_MAX : d->first_time + wait;
}

/* Makes the header of the fragment at offset 0 that of the whole, whose payload has `payload` octets. Returns its length. */
static uint32_t complete_ipv4(uint8_t *header, uint32_t header_bytes, uint32_t payload)
{
    wire_put16(header + 2, (uint16_t)(header_bytes + payload));
    wire_put16(header + 6, wire_get16(header + 6) & 0xc000);
    wire_put16(header + 10, 0);
    wire_put16(header + 10, ipip_checksum(header, header_bytes));
    return header_bytes;
}

/* The Fragment header, which ends that of a fragment, goes, and what announced it announces what it did. */
static uint32_t complete_ipv6(uint8_t *header, uint32_t header_bytes, uint32_t payload)
{
    uint32_t rest = header_bytes - IPIP_IPV6_FRAGMENT_HEADER;
    struct ipip_extension_walk walk = ipip_extensions(
        header[6], (struct ipip_bytes){header + IPIP_IPV6_HEADER, rest - IPIP_IPV6_HEADER, rest - IPIP_IPV6_HEADER});
    struct ipip_extension extension;
    uint8_t *next = header + 6;

    while (ipip_extension_next(&walk, &extension))
        next = header + IPIP_IPV6_HEADER + extension.offset;
    *next = header[rest];
    wire_put16(header + 4, (uint16_t)(rest - IPIP_IPV6_HEADER + payload));
    return rest;
}

void fragment_list_assemble(const struct fragment_pool *p, const struct fragment_list *d, uint8_t *header,
                            struct ipip_fragment *fragments, struct ipip_whole *whole)
{
    const struct fragment_block *first = fragment_block_at(p, d->fragments);
    bool is_ipv6 = first->octets[0] >> 4 == 6;
    uint32_t header_bytes;
    uint8_t *payload;
    uint32_t total;
    unsigned count = 0;
    unsigned early = 0;

    memcpy(header, first->octets, first->header_bytes);
    header_bytes = (is_ipv6 ? complete_ipv6 : complete_ipv4)(header, first->header_bytes, d->end);
    payload = header + header_bytes;
    total = header_bytes + d->end;
    for (uint32_t i = d->fragments; i != 0; i = fragment_block_at(p, i)->next_fragment) {
        const struct fragment_block *piece = fragment_block_at(p, i);

        fragment_pool_fetch(p, i, piece->header_bytes, payload + piece->offset, piece->bytes);
        early += piece->is_early;
        fragments[count++] =
            (struct ipip_fragment){piece->frame, piece->octets, piece->header_bytes, piece->offset, piece->bytes};
    }
    *whole = (struct ipip_whole){
        .datagram = {header, total, total},
        .ecn = ipip_ecn_reassembled(d->codepoints, (enum ipip_ecn)((is_ipv6 ? header[1] >> 4 : header[1]) & 3)),
        .count = count,
        .early = early,
        .fragments = fragments,
    };
}

struct ipip_expired fragment_list_expired(const struct fragment_pool *pool, const struct fragment_list *datagram)
{
    const struct fragment_block *first = fragment_block_at(pool, datagram->fragments);
    struct ipip_expired expired = {
        .frame = datagram->first_frame,
        .time = datagram->first_time,
        .src = datagram->src,
        .dst = datagram->dst,
        .id = (uint32_t)(datagram->id_and_protocol >> 8),
        .header_bytes = first->header_bytes,
        .kind = (enum ipip_kind)datagram->kind,
    };

    memcpy(expired.header, first->octets, first->header_bytes);
    return expired;
}
