/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/reassembly.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/age.h"
#include "packet/reassembly_rows.h"
#include "wire/octets.h"

_Static_assert((int)IPIP_REASSEMBLY_DATAGRAMS <= (int)HEAP_MAX, "every datagram can be queued");

struct ipip_reassembly *ipip_reassembly_new(size_t bytes, uint64_t seed)
{
    struct ipip_reassembly *r = malloc(sizeof *r);

    if (r == NULL)
        return NULL;
    memset(r, 0, offsetof(struct ipip_reassembly, unfolded.octets));
    if (!lru_init_whole(&r->datagrams, sizeof(struct fragment_list), IPIP_REASSEMBLY_DATAGRAMS, seed) ||
        !fragment_pool_init(&r->pool, bytes)) {
        ipip_reassembly_free(r);
        return NULL;
    }
    return r;
}

void ipip_reassembly_free(struct ipip_reassembly *r)
{
    if (r == NULL)
        return;
    lru_free(&r->datagrams);
    fragment_pool_free(&r->pool);
    free(r);
}

const struct ipip_reassembly_counts *ipip_reassembly_counts(const struct ipip_reassembly *r)
{
    return &r->counts;
}

struct unfold_room *reassembly_unfold_room(struct ipip_reassembly *r)
{
    return &r->unfolded;
}

void ipip_reassembly_remember(struct ipip_reassembly *r)
{
    r->is_remembering = true;
}

void ipip_reassembly_tell(struct ipip_reassembly *r, ipip_given_up *given_up, void *context)
{
    r->given_up = given_up;
    r->context = context;
}

static enum ipip_reassembly_result refuse(struct ipip_reassembly *r, uint32_t i, enum ipip_reassembly_result why)
{
    r->counts.overlapping += why == IPIP_REASSEMBLY_OVERLAP;
    r->counts.too_large += why == IPIP_REASSEMBLY_TOO_LARGE;
    reassembly_tell(r, reassembly_list_at(r, i));
    reassembly_list_at(r, i)->is_refused = true;
    reassembly_finish(r, i);
    return why;
}

/* The datagram that a fragment belongs to, if any of it is known. */
static uint32_t recall(struct ipip_reassembly *r, const struct ipip_layer *fragment, const struct new_fragment *piece,
                       int64_t time)
{
    struct reassembly_key key = reassembly_key_of(r, &fragment->ip);
    uint32_t i = lru_find(&r->datagrams, key.hash);
    const struct fragment_list *d;
    bool is_another;

    if (i == 0)
        return 0;
    d = reassembly_list_at(r, i);
    is_another = d->is_done && !d->is_refused &&
                 !fragment_list_holds(&r->pool, d, fragment_list_find(&r->pool, d, piece->offset).after, piece);
    if (is_another || time > fragment_list_deadline(d)) {
        reassembly_give_up(r, i);
        return 0;
    }
    return i;
}

/* Puts a fragment into its place. False where there is no room although nothing else is held. */
static bool hold(struct ipip_reassembly *r, uint32_t i, struct insert_point place, const struct ipip_layer *fragment,
                 const struct new_fragment *new_fragment, uint64_t frame, int64_t time)
{
    struct fragment_list *d = reassembly_list_at(r, i);
    uint8_t header_bytes = (uint8_t)fragment->ip.header_bytes;
    struct fragment_block *piece;
    uint32_t stored;

    /* The header and the payload of a fragment are neighbours in the packet. */
    while ((stored = fragment_pool_store(&r->pool, fragment->bytes.data, header_bytes + new_fragment->bytes)) == 0) {
        if (d->is_unclaimed || r->datagrams.oldest == i)
            return false;
        reassembly_evict_oldest(r);
    }
    piece = fragment_block_at(&r->pool, stored);
    piece->frame = frame;
    piece->time = time;
    piece->note = 0;
    piece->offset = (uint16_t)new_fragment->offset;
    piece->bytes = (uint16_t)new_fragment->bytes;
    piece->header_bytes = header_bytes;
    piece->is_seen_again = false;
    piece->is_early = d->is_unclaimed;
    fragment_list_insert(&r->pool, d, place, stored);
    r->latest = stored;
    d->bytes += new_fragment->bytes;
    d->codepoints |= (uint8_t)(1U << ipip_ip_ecn(&fragment->ip));
    if (new_fragment->is_last)
        d->end = new_fragment->offset + new_fragment->bytes;
    return true;
}

/* What a fragment adds to its datagram, if it can be part of one: then IPIP_REASSEMBLY_HELD. */
static inline enum ipip_reassembly_result read_piece(struct new_fragment *piece, const struct ipip_layer *fragment)
{
    struct ipip_bytes payload = ipip_layer_payload(fragment);

    *piece = (struct new_fragment){
        .data = payload.data,
        .offset = fragment->ip.fragment_offset,
        .bytes = fragment_placeable(&fragment->ip, payload.captured),
        .is_last = !ipip_ip_mf(&fragment->ip),
    };
    if (fragment->ip.header_bytes > IPIP_REASSEMBLY_HEADER_MAX)
        return IPIP_REASSEMBLY_TOO_LARGE;
    if (payload.captured < payload.wire || fragment->ip.header_bytes + payload.wire < fragment->ip.total_bytes)
        return IPIP_REASSEMBLY_CUT;
    return piece->bytes == 0 ? IPIP_REASSEMBLY_EMPTY : IPIP_REASSEMBLY_HELD;
}

static bool is_in_reach(const struct ipip_ip *ip, const struct new_fragment *piece)
{
    return ip->header_bytes + piece->offset + piece->bytes <= fragment_most_octets(ip);
}

enum ipip_reassembly_result ipip_reassembly_add(struct ipip_reassembly *r, const struct ipip_layer *fragment,
                                                uint64_t frame, int64_t time, struct ipip_whole *whole)
{
    struct new_fragment piece;
    enum ipip_reassembly_result result = read_piece(&piece, fragment);
    struct fragment_list *d;
    struct insert_point place;
    uint32_t i;

    r->peer = (struct ipip_fragment_peer){0};
    if (result != IPIP_REASSEMBLY_HELD)
        return result;

    i = recall(r, fragment, &piece, time);
    if (i != 0) {
        r->peer.frame = reassembly_list_at(r, i)->first_frame;
        if (reassembly_list_at(r, i)->is_unclaimed)
            reassembly_claim(r, i);
    } else {
        i = reassembly_start(r, fragment, frame, time);
        reassembly_claim(r, i);
    }
    d = reassembly_list_at(r, i);
    if (d->is_refused)
        return IPIP_REASSEMBLY_REFUSED;
    if (fragment->kind != IPIP_KIND_NONE)
        d->kind = fragment->kind;

    place = fragment_list_find(&r->pool, d, piece.offset);
    if (fragment_list_holds(&r->pool, d, place.after, &piece)) {
        r->counts.duplicates++;
        r->peer.frame = fragment_block_at(&r->pool, place.after)->frame;
        if (!d->is_done || !fragment_list_is_complete_again(&r->pool, d, place.after, frame))
            return IPIP_REASSEMBLY_DUPLICATE;
        fragment_list_assemble(&r->pool, d, r->whole, r->fragments, whole);
        r->counts.complete++;
        return IPIP_REASSEMBLY_COMPLETE;
    }
    r->peer.is_elsewhere = d->count > 0 && d->ttl != fragment->ip.ttl;
    r->peer.disagreements = d->count > 0 ? fragment_list_disagreements(d, &fragment->ip) : 0;
    if (fragment_list_overlaps(&r->pool, d, place, &piece, &r->peer))
        return refuse(r, i, IPIP_REASSEMBLY_OVERLAP);
    if (!is_in_reach(&fragment->ip, &piece) || !hold(r, i, place, fragment, &piece, frame, time))
        return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);
    if (d->end == 0 || d->bytes < d->end)
        return IPIP_REASSEMBLY_HELD;
    if (fragment_block_at(&r->pool, d->fragments)->header_bytes + d->end > fragment_most_octets(&fragment->ip))
        return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);
    fragment_list_assemble(&r->pool, d, r->whole, r->fragments, whole);
    r->counts.complete++;
    reassembly_finish(r, i);
    return IPIP_REASSEMBLY_COMPLETE;
}

void ipip_reassembly_keep(struct ipip_reassembly *r, const struct ipip_layer *fragment, uint64_t frame, int64_t time)
{
    struct ipip_fragment_peer peer = {0};
    struct new_fragment piece;
    struct insert_point place;
    uint32_t i;

    if (read_piece(&piece, fragment) != IPIP_REASSEMBLY_HELD || !is_in_reach(&fragment->ip, &piece))
        return;
    i = recall(r, fragment, &piece, time);
    if (i == 0) {
        if (r->datagrams.count == IPIP_REASSEMBLY_DATAGRAMS)
            return;
        i = reassembly_start(r, fragment, frame, time);
        reassembly_leave_unclaimed(r, i);
    }
    if (!reassembly_list_at(r, i)->is_unclaimed)
        return;
    place = fragment_list_find(&r->pool, reassembly_list_at(r, i), piece.offset);
    if (fragment_list_holds(&r->pool, reassembly_list_at(r, i), place.after, &piece))
        return;
    if (fragment_list_overlaps(&r->pool, reassembly_list_at(r, i), place, &piece, &peer) ||
        !hold(r, i, place, fragment, &piece, frame, time))
        reassembly_give_up(r, i);
}

void ipip_reassembly_note(struct ipip_reassembly *r, uint32_t note)
{
    fragment_block_at(&r->pool, r->latest)->note = note;
}

struct ipip_fragment_peer ipip_reassembly_peer(const struct ipip_reassembly *r)
{
    return r->peer;
}

bool ipip_reassembly_is_due(const struct ipip_reassembly *r, int64_t time)
{
    return r->late.count > 0 || (r->waiting.count > 0 && r->waiting.rows[1].order < time);
}

bool ipip_reassembly_expire(struct ipip_reassembly *r, int64_t time, struct ipip_expired *expired)
{
    uint32_t first;

    /* Several at once are reported in order of their first fragments, which need not be that of time. */
    while (r->waiting.count > 0 && r->waiting.rows[1].order < time) {
        first = r->waiting.rows[1].row;
        heap_remove(&r->waiting, first);
        heap_add(&r->late, first, reassembly_list_at(r, first)->number);
    }
    if (r->late.count == 0)
        return false;
    first = r->late.rows[1].row;
    *expired = fragment_list_expired(&r->pool, reassembly_list_at(r, first));
    expired->fragments = reassembly_give_up(r, first);
    return true;
}

struct ipip_bytes ipip_reassembly_first(const struct ipip_reassembly *r, const struct ipip_layer *fragment)
{
    struct reassembly_key key = reassembly_key_of(r, &fragment->ip);
    uint32_t i = lru_peek(&r->datagrams, key.hash);
    const struct fragment_block *p = i != 0 ? fragment_block_at(&r->pool, reassembly_list_at(r, i)->fragments) : NULL;

    return p != NULL && p->offset == 0 ? reassembly_octets_of(p) : (struct ipip_bytes){NULL, 0, 0};
}

void ipip_reassembly_end(struct ipip_reassembly *r)
{
    while (r->datagrams.oldest != 0)
        reassembly_give_up(r, r->datagrams.oldest);
}
