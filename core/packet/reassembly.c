/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/reassembly.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/age.h"
#include "packet/fragment_list.h"
#include "packet/unfold.h"
#include "table/heap.h"
#include "table/lru.h"
#include "wire/octets.h"

enum {
    FRAGMENTS_MAX = 8192, /* as many as there are offsets */
    DONE_MAX = 64,        /* complete datagrams that are remembered */
};

/* Whose fragments belong together: source, destination, and Identification and protocol in one word. */
enum { KEY_WORDS = 5 };

struct key {
    uint64_t words[KEY_WORDS + 1]; /* an even number, for the hash */
    uint64_t hash;
};

struct ipip_reassembly {
    struct lru datagrams; /* of struct fragment_list, by source, destination, protocol and Identification */
    struct heap waiting;  /* those that are not done, by deadline */
    struct heap late;     /* those whose deadline has passed, by number */
    struct ipip_fragment_peer peer;
    struct ipip_reassembly_counts counts;
    struct fragment_pool pool;
    bool is_remembering;
    ipip_given_up *given_up; /* NULL: none is reported */
    void *context;
    int64_t begun;   /* datagrams */
    uint32_t latest; /* the piece that was held last */
    unsigned done_next;
    uint32_t done[DONE_MAX];     /* rows, in a ring; 0: none */
    struct unfold_room unfolded; /* from here on, rooms whose contents are of no matter before they are written */
    struct ipip_fragment fragments[FRAGMENTS_MAX];
    uint8_t whole[FRAGMENT_WHOLE_MAX];
};

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

static struct key key_of(const struct ipip_reassembly *r, const struct ipip_ip *ip)
{
    /* In IPv6 only the fragment at offset 0 counts for what follows (RFC 8200 section 4.5). */
    uint64_t id = (uint64_t)ip->id << 8 | (ip->version == 6 ? 0U : ip->protocol);
    struct key key = {{ip->src.high, ip->src.low, ip->dst.high, ip->dst.low, id, 0}, 0};

    key.hash = hash_of(&r->datagrams.keys, key.words, 3);
    return key;
}

struct unfold_room *reassembly_unfold_room(struct ipip_reassembly *r)
{
    return &r->unfolded;
}

static struct fragment_list *list_at(const struct ipip_reassembly *r, uint32_t i)
{
    return lru_row(&r->datagrams, i);
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

/* Of a piece, those at its beginning. */
static struct ipip_bytes octets_of(const struct fragment_block *p)
{
    uint32_t bytes = (uint32_t)p->header_bytes + p->bytes;

    return (struct ipip_bytes){p->octets, bytes < FRAGMENT_BLOCK_OCTETS ? bytes : FRAGMENT_BLOCK_OCTETS, bytes};
}

static void tell(const struct ipip_reassembly *r, const struct fragment_list *d)
{
    for (uint32_t piece = d->fragments; r->given_up != NULL && !d->is_done && piece != 0;) {
        const struct fragment_block *p = fragment_block_at(&r->pool, piece);
        struct ipip_lost_fragment lost = {p->frame, p->time, p->note, p->offset, octets_of(p)};

        r->given_up(r->context, &lost);
        piece = p->next_fragment;
    }
}

static void forget_done(struct ipip_reassembly *r, uint32_t i)
{
    for (unsigned k = 0; k < DONE_MAX; k++) {
        if (r->done[k] == i)
            r->done[k] = 0;
    }
}

static void stop_waiting(struct ipip_reassembly *r, uint32_t i)
{
    heap_remove(&r->waiting, i);
    heap_remove(&r->late, i);
}

/* Forgets a datagram; the octets of its blocks stay as they are until the next fragment. Returns how many it had. */
static unsigned drop(struct ipip_reassembly *r, uint32_t i)
{
    unsigned count = 0;

    if (list_at(r, i)->is_done)
        forget_done(r, i);
    else
        stop_waiting(r, i);
    for (uint32_t piece = list_at(r, i)->fragments, next; piece != 0; piece = next, count++) {
        next = fragment_block_at(&r->pool, piece)->next_fragment;
        fragment_pool_drop(&r->pool, piece);
    }
    lru_remove(&r->datagrams, i);
    return count;
}

static unsigned give_up(struct ipip_reassembly *r, uint32_t i)
{
    bool is_done = list_at(r, i)->is_done;
    unsigned fragments;

    tell(r, list_at(r, i));
    fragments = drop(r, i);

    if (is_done)
        return 0;
    r->counts.incomplete++;
    r->counts.incomplete_fragments += fragments;
    return fragments;
}

static void evict_oldest(struct ipip_reassembly *r)
{
    r->counts.evicted += !list_at(r, r->datagrams.oldest)->is_done;
    give_up(r, r->datagrams.oldest);
}

static uint32_t start(struct ipip_reassembly *r, const struct ipip_layer *fragment, uint64_t frame, int64_t time)
{
    struct key key = key_of(r, &fragment->ip);
    struct fragment_list *d;
    bool is_new;
    uint32_t i;

    if (r->datagrams.count == IPIP_REASSEMBLY_DATAGRAMS)
        evict_oldest(r);
    i = lru_get(&r->datagrams, key.hash, &is_new);
    d = list_at(r, i);
    d->src = fragment->ip.src;
    d->dst = fragment->ip.dst;
    d->id_and_protocol = key.words[KEY_WORDS - 1];
    d->first_time = time;
    d->first_frame = frame;
    d->number = r->begun++;
    d->dscp = ipip_ip_dscp(&fragment->ip);
    d->df = ipip_ip_df(&fragment->ip);
    d->ttl = fragment->ip.ttl;
    heap_add(&r->waiting, i, fragment_list_deadline(d));
    return i;
}

/* It is complete, or refused: remembered for a while, in the place of an older one, or forgotten at once. */
static void finish(struct ipip_reassembly *r, uint32_t i)
{
    if (!r->is_remembering) {
        drop(r, i);
        return;
    }
    if (r->done[r->done_next] != 0)
        drop(r, r->done[r->done_next]);
    stop_waiting(r, i);
    list_at(r, i)->is_done = true;
    r->done[r->done_next] = i;
    r->done_next = (r->done_next + 1) % DONE_MAX;
}

static enum ipip_reassembly_result refuse(struct ipip_reassembly *r, uint32_t i, enum ipip_reassembly_result why)
{
    r->counts.overlapping += why == IPIP_REASSEMBLY_OVERLAP;
    r->counts.too_large += why == IPIP_REASSEMBLY_TOO_LARGE;
    tell(r, list_at(r, i));
    list_at(r, i)->is_refused = true;
    finish(r, i);
    return why;
}

/* The datagram that a fragment belongs to, if any of it is known. */
static uint32_t recall(struct ipip_reassembly *r, const struct ipip_layer *fragment, const struct new_fragment *piece,
                       int64_t time)
{
    struct key key = key_of(r, &fragment->ip);
    uint32_t i = lru_find(&r->datagrams, key.hash);
    const struct fragment_list *d;
    bool is_another;

    if (i == 0)
        return 0;
    d = list_at(r, i);
    is_another = d->is_done && !d->is_refused &&
                 !fragment_list_holds(&r->pool, d, fragment_list_find(&r->pool, d, piece->offset).after, piece);
    if (is_another || time > fragment_list_deadline(d)) {
        give_up(r, i);
        return 0;
    }
    return i;
}

/* Puts a fragment into its place. False where there is no room although nothing else is held. */
static bool hold(struct ipip_reassembly *r, uint32_t i, struct insert_point place, const struct ipip_layer *fragment,
                 const struct new_fragment *new_fragment, uint64_t frame, int64_t time)
{
    struct fragment_list *d = list_at(r, i);
    uint8_t header_bytes = (uint8_t)fragment->ip.header_bytes;
    struct fragment_block *piece;
    uint32_t stored;

    /* The header and the payload of a fragment are neighbours in the packet. */
    while ((stored = fragment_pool_store(&r->pool, fragment->bytes.data, header_bytes + new_fragment->bytes)) == 0) {
        if (r->datagrams.oldest == i)
            return false;
        evict_oldest(r);
    }
    piece = fragment_block_at(&r->pool, stored);
    piece->frame = frame;
    piece->time = time;
    piece->note = 0;
    piece->offset = (uint16_t)new_fragment->offset;
    piece->bytes = (uint16_t)new_fragment->bytes;
    piece->header_bytes = header_bytes;
    piece->is_seen_again = false;
    fragment_list_insert(&r->pool, d, place, stored);
    r->latest = stored;
    d->bytes += new_fragment->bytes;
    d->codepoints |= (uint8_t)(1U << ipip_ip_ecn(&fragment->ip));
    if (new_fragment->is_last)
        d->end = new_fragment->offset + new_fragment->bytes;
    return true;
}

enum ipip_reassembly_result ipip_reassembly_add(struct ipip_reassembly *r, const struct ipip_layer *fragment,
                                                uint64_t frame, int64_t time, struct ipip_whole *whole)
{
    struct ipip_bytes payload = ipip_layer_payload(fragment);
    uint8_t header_bytes = (uint8_t)fragment->ip.header_bytes;
    struct new_fragment piece = {
        .data = payload.data,
        .offset = fragment->ip.fragment_offset,
        .bytes = fragment_placeable(&fragment->ip, payload.captured),
        .is_last = !ipip_ip_mf(&fragment->ip),
    };
    struct fragment_list *d;
    struct insert_point place;
    uint32_t i;

    r->peer = (struct ipip_fragment_peer){0};
    if (fragment->ip.header_bytes > IPIP_REASSEMBLY_HEADER_MAX)
        return IPIP_REASSEMBLY_TOO_LARGE;
    if (payload.captured < payload.wire || header_bytes + payload.wire < fragment->ip.total_bytes)
        return IPIP_REASSEMBLY_CUT;
    if (piece.bytes == 0)
        return IPIP_REASSEMBLY_EMPTY;

    i = recall(r, fragment, &piece, time);
    if (i == 0)
        i = start(r, fragment, frame, time);
    else
        r->peer.frame = list_at(r, i)->first_frame;
    d = list_at(r, i);
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
    if (header_bytes + piece.offset + piece.bytes > fragment_most_octets(&fragment->ip) ||
        !hold(r, i, place, fragment, &piece, frame, time))
        return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);
    if (d->end == 0 || d->bytes < d->end)
        return IPIP_REASSEMBLY_HELD;
    if (fragment_block_at(&r->pool, d->fragments)->header_bytes + d->end > fragment_most_octets(&fragment->ip))
        return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);
    fragment_list_assemble(&r->pool, d, r->whole, r->fragments, whole);
    r->counts.complete++;
    finish(r, i);
    return IPIP_REASSEMBLY_COMPLETE;
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
        heap_add(&r->late, first, list_at(r, first)->number);
    }
    if (r->late.count == 0)
        return false;
    first = r->late.rows[1].row;
    *expired = fragment_list_expired(&r->pool, list_at(r, first));
    expired->fragments = give_up(r, first);
    return true;
}

struct ipip_bytes ipip_reassembly_first(const struct ipip_reassembly *r, const struct ipip_layer *fragment)
{
    struct key key = key_of(r, &fragment->ip);
    uint32_t i = lru_peek(&r->datagrams, key.hash);
    const struct fragment_block *p = i != 0 ? fragment_block_at(&r->pool, list_at(r, i)->fragments) : NULL;

    return p != NULL && p->offset == 0 ? octets_of(p) : (struct ipip_bytes){NULL, 0, 0};
}

void ipip_reassembly_end(struct ipip_reassembly *r)
{
    while (r->datagrams.oldest != 0)
        give_up(r, r->datagrams.oldest);
}
