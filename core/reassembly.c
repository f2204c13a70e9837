/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/reassembly.h"

#include <stdlib.h>
#include <string.h>

#include "datagram.h"
#include "ipip/age.h"
#include "lru.h"
#include "row_queue.h"
#include "wire.h"

enum {
    PIECES_MAX = 8192, /* as many as there are offsets */
    DONE_MAX = 64,     /* complete datagrams that are remembered */
};

struct ipip_reassembly {
    struct lru datagrams;     /* of struct datagram, by source, destination, protocol and Identification */
    struct row_queue waiting; /* those that are not done, by deadline */
    struct row_queue late;    /* those whose deadline has passed, by number */
    struct ipip_fragment_peer peer;
    struct ipip_reassembly_counts counts;
    struct pieces pieces;
    bool is_remembering;
    ipip_given_up *given_up; /* NULL: nobody is told */
    void *context;
    int64_t begun;   /* datagrams */
    uint32_t latest; /* the piece that was held last */
    unsigned done_next;
    uint32_t done[DONE_MAX]; /* rows, in a ring; 0: none */
    struct ipip_fragment fragments[PIECES_MAX];
    uint8_t whole[IPIP_IPV4_HEADER_MAX + IPIP_IPV4_TOTAL_MAX];
};

_Static_assert((int)IPIP_REASSEMBLY_DATAGRAMS <= (int)ROW_QUEUE_MAX, "every datagram can be queued");
_Static_assert((int)IPIP_REASSEMBLY_DATAGRAMS <= (int)LRU_ROWS_AT_FIRST, "all memory is taken at creation");

struct ipip_reassembly *ipip_reassembly_new(size_t bytes, uint64_t seed)
{
    struct ipip_reassembly *r = calloc(1, sizeof *r);

    if (r == NULL)
        return NULL;
    if (!lru_init(&r->datagrams, sizeof(struct datagram), IPIP_REASSEMBLY_DATAGRAMS, seed) ||
        !pieces_init(&r->pieces, bytes)) {
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
    pieces_free(&r->pieces);
    free(r);
}

const struct ipip_reassembly_counts *ipip_reassembly_counts(const struct ipip_reassembly *r)
{
    return &r->counts;
}

static uint64_t addresses_of(const struct ipip_layer *fragment)
{
    return (uint64_t)fragment->ip.src << 32 | fragment->ip.dst;
}

static uint64_t id_of(const struct ipip_layer *fragment)
{
    return (uint64_t)fragment->ip.id << 8 | fragment->ip.protocol;
}

static uint64_t hash_of_fragment(const struct ipip_reassembly *r, const struct ipip_layer *fragment)
{
    return hash_words(&r->datagrams.keys, addresses_of(fragment), id_of(fragment));
}

static struct datagram *datagram_at(const struct ipip_reassembly *r, uint32_t i)
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

static void tell(const struct ipip_reassembly *r, const struct datagram *d)
{
    for (uint32_t piece = d->pieces; r->given_up != NULL && !d->is_done && piece != 0;) {
        const struct piece *p = piece_at(&r->pieces, piece);
        uint32_t bytes = (uint32_t)p->header_bytes + p->bytes;
        struct ipip_lost_fragment lost = {p->frame,
                                          p->time,
                                          p->note,
                                          p->offset,
                                          {p->octets, bytes < PIECE_BLOCK_OCTETS ? bytes : PIECE_BLOCK_OCTETS, bytes}};

        r->given_up(r->context, &lost);
        piece = p->next_piece;
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
    row_queue_remove(&r->waiting, i);
    row_queue_remove(&r->late, i);
}

/* Forgets a datagram; the octets of its blocks stay as they are until the next fragment. Returns how many it had. */
static unsigned drop(struct ipip_reassembly *r, uint32_t i)
{
    unsigned count = 0;

    if (datagram_at(r, i)->is_done)
        forget_done(r, i);
    else
        stop_waiting(r, i);
    for (uint32_t piece = datagram_at(r, i)->pieces, next; piece != 0; piece = next, count++) {
        next = piece_at(&r->pieces, piece)->next_piece;
        pieces_drop(&r->pieces, piece);
    }
    lru_remove(&r->datagrams, i);
    return count;
}

static unsigned give_up(struct ipip_reassembly *r, uint32_t i)
{
    bool is_done = datagram_at(r, i)->is_done;
    unsigned fragments;

    tell(r, datagram_at(r, i));
    fragments = drop(r, i);

    if (is_done)
        return 0;
    r->counts.incomplete++;
    r->counts.incomplete_fragments += fragments;
    return fragments;
}

static void evict_oldest(struct ipip_reassembly *r)
{
    r->counts.evicted += !datagram_at(r, r->datagrams.oldest)->is_done;
    give_up(r, r->datagrams.oldest);
}

/* Times may be any numbers, so their sums and differences may not fit. */
static int64_t deadline_of(const struct datagram *d)
{
    const int64_t wait = (int64_t)(IPIP_REASSEMBLY_SECONDS * IPIP_AGE_SECOND);

    return d->first_time > INT64_MAX - wait ? INT64_MAX : d->first_time + wait;
}

static uint32_t start(struct ipip_reassembly *r, const struct ipip_layer *fragment, uint64_t frame, int64_t time)
{
    struct datagram *d;
    bool is_new;
    uint32_t i;

    if (r->datagrams.count == IPIP_REASSEMBLY_DATAGRAMS)
        evict_oldest(r);
    i = lru_get(&r->datagrams, addresses_of(fragment), id_of(fragment), hash_of_fragment(r, fragment), &is_new);
    d = datagram_at(r, i);
    d->first_time = time;
    d->first_frame = frame;
    d->number = r->begun++;
    d->dscp = ipip_ipv4_dscp(&fragment->ip);
    d->df = fragment->ip.df;
    d->ttl = fragment->ip.ttl;
    row_queue_add(&r->waiting, i, deadline_of(d));
    return i;
}

/* The datagram is complete: its fragments side by side in `r->whole`, behind the header of the first one. */
static void assemble(struct ipip_reassembly *r, const struct datagram *d, struct ipip_whole *whole)
{
    const struct piece *first = piece_at(&r->pieces, d->pieces);
    uint8_t *header = r->whole;
    uint8_t *payload = header + first->header_bytes;
    uint32_t total = first->header_bytes + d->end;
    unsigned count = 0;

    memcpy(header, first->octets, first->header_bytes);
    wire_put16(header + 2, (uint16_t)total);
    wire_put16(header + 6, wire_get16(header + 6) & 0xc000);
    wire_put16(header + 10, 0);
    wire_put16(header + 10, ipip_checksum(header, first->header_bytes));
    for (uint32_t i = d->pieces; i != 0; i = piece_at(&r->pieces, i)->next_piece) {
        const struct piece *piece = piece_at(&r->pieces, i);

        pieces_fetch(&r->pieces, i, piece->header_bytes, payload + piece->offset, piece->bytes);
        r->fragments[count++] =
            (struct ipip_fragment){piece->frame, piece->octets, piece->header_bytes, piece->offset, piece->bytes};
    }
    *whole = (struct ipip_whole){
        .datagram = {header, total, total},
        .ecn = ipip_ecn_reassembled(d->codepoints, (enum ipip_ecn)(header[1] & 3)),
        .count = count,
        .fragments = r->fragments,
    };
}

static bool is_stale(const struct datagram *d, int64_t time)
{
    return time > deadline_of(d);
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
    datagram_at(r, i)->is_done = true;
    r->done[r->done_next] = i;
    r->done_next = (r->done_next + 1) % DONE_MAX;
}

static enum ipip_reassembly_result refuse(struct ipip_reassembly *r, uint32_t i, enum ipip_reassembly_result why)
{
    r->counts.overlapping += why == IPIP_REASSEMBLY_OVERLAP;
    r->counts.too_large += why == IPIP_REASSEMBLY_TOO_LARGE;
    tell(r, datagram_at(r, i));
    datagram_at(r, i)->is_refused = true;
    finish(r, i);
    return why;
}

/* The datagram that a fragment belongs to, if any of it is known. */
static uint32_t recall(struct ipip_reassembly *r, const struct ipip_layer *fragment, const struct new_piece *piece,
                       int64_t time)
{
    uint32_t i = lru_find(&r->datagrams, addresses_of(fragment), id_of(fragment), hash_of_fragment(r, fragment));
    const struct datagram *d;
    bool is_another;

    if (i == 0)
        return 0;
    d = datagram_at(r, i);
    is_another = d->is_done && !d->is_refused &&
                 !datagram_holds(&r->pieces, d, datagram_place(&r->pieces, d, piece->offset).after, piece);
    if (is_another || is_stale(d, time)) {
        give_up(r, i);
        return 0;
    }
    return i;
}

/* Puts a fragment into its place. False where there is no room although nothing else is held. */
static bool hold(struct ipip_reassembly *r, uint32_t i, struct place place, const struct ipip_layer *fragment,
                 const struct new_piece *new_piece, uint64_t frame, int64_t time)
{
    struct datagram *d = datagram_at(r, i);
    uint8_t header_bytes = fragment->ip.header_bytes;
    struct piece *piece;
    uint32_t stored;

    /* The header and the payload of a fragment are neighbours in the packet. */
    while ((stored = pieces_store(&r->pieces, fragment->bytes.data, header_bytes + new_piece->bytes)) == 0) {
        if (r->datagrams.oldest == i)
            return false;
        evict_oldest(r);
    }
    piece = piece_at(&r->pieces, stored);
    piece->frame = frame;
    piece->time = time;
    piece->note = 0;
    piece->offset = (uint16_t)new_piece->offset;
    piece->bytes = (uint16_t)new_piece->bytes;
    piece->header_bytes = header_bytes;
    piece->is_seen_again = false;
    datagram_insert(&r->pieces, d, place, stored);
    r->latest = stored;
    d->bytes += new_piece->bytes;
    d->codepoints |= (uint8_t)(1U << ipip_ipv4_ecn(&fragment->ip));
    if (new_piece->is_last)
        d->end = new_piece->offset + new_piece->bytes;
    return true;
}

enum ipip_reassembly_result ipip_reassembly_add(struct ipip_reassembly *r, const struct ipip_layer *fragment,
                                                uint64_t frame, int64_t time, struct ipip_whole *whole)
{
    struct ipip_bytes payload = ipip_layer_payload(fragment);
    uint8_t header_bytes = fragment->ip.header_bytes;
    struct new_piece piece = {
        .data = payload.data,
        .offset = fragment->ip.fragment_offset * 8U,
        /* Only the last fragment may end anywhere; the tail of another that doesn't fill 8 octets can't be placed. */
        .bytes = fragment->ip.mf ? payload.captured & ~7U : payload.captured,
        .is_last = !fragment->ip.mf,
    };
    struct datagram *d;
    struct place place;
    uint32_t i;

    r->peer = (struct ipip_fragment_peer){0};
    if (payload.captured < payload.wire || header_bytes + payload.wire < fragment->ip.total_bytes)
        return IPIP_REASSEMBLY_CUT;
    if (piece.bytes == 0)
        return IPIP_REASSEMBLY_EMPTY;

    i = recall(r, fragment, &piece, time);
    if (i == 0)
        i = start(r, fragment, frame, time);
    else
        r->peer.frame = datagram_at(r, i)->first_frame;
    d = datagram_at(r, i);
    if (d->is_refused)
        return IPIP_REASSEMBLY_REFUSED;

    place = datagram_place(&r->pieces, d, piece.offset);
    if (datagram_holds(&r->pieces, d, place.after, &piece)) {
        r->counts.duplicates++;
        r->peer.frame = piece_at(&r->pieces, place.after)->frame;
        if (!d->is_done || !datagram_is_complete_again(&r->pieces, d, place.after, frame))
            return IPIP_REASSEMBLY_DUPLICATE;
        assemble(r, d, whole);
        r->counts.complete++;
        return IPIP_REASSEMBLY_COMPLETE;
    }
    r->peer.is_elsewhere = d->count > 0 && d->ttl != fragment->ip.ttl;
    r->peer.disagreements = d->count > 0 ? datagram_disagreements(d, &fragment->ip) : 0;
    if (datagram_overlaps(&r->pieces, d, place, &piece, &r->peer))
        return refuse(r, i, IPIP_REASSEMBLY_OVERLAP);
    if (header_bytes + piece.offset + piece.bytes > IPIP_IPV4_TOTAL_MAX ||
        !hold(r, i, place, fragment, &piece, frame, time))
        return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);
    if (d->end == 0 || d->bytes < d->end)
        return IPIP_REASSEMBLY_HELD;
    if (piece_at(&r->pieces, d->pieces)->header_bytes + d->end > IPIP_IPV4_TOTAL_MAX)
        return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);
    assemble(r, d, whole);
    r->counts.complete++;
    finish(r, i);
    return IPIP_REASSEMBLY_COMPLETE;
}

void ipip_reassembly_note(struct ipip_reassembly *r, uint32_t note)
{
    piece_at(&r->pieces, r->latest)->note = note;
}

struct ipip_fragment_peer ipip_reassembly_peer(const struct ipip_reassembly *r)
{
    return r->peer;
}

static void describe(const struct ipip_reassembly *r, uint32_t i, struct ipip_expired *expired)
{
    const struct datagram *d = datagram_at(r, i);
    const struct lru_node *node = &r->datagrams.nodes[i];
    const struct piece *first = piece_at(&r->pieces, d->pieces);

    *expired = (struct ipip_expired){
        .frame = d->first_frame,
        .time = d->first_time,
        .src = (uint32_t)(node->a >> 32),
        .dst = (uint32_t)node->a,
        .id = (uint16_t)(node->b >> 8),
        .header_bytes = first->header_bytes,
    };
    memcpy(expired->header, first->octets, first->header_bytes);
}

bool ipip_reassembly_expire(struct ipip_reassembly *r, int64_t time, struct ipip_expired *expired)
{
    uint32_t first;

    /* Several at once are told in order of their first fragments, which need not be that of time. */
    while (r->waiting.count > 0 && r->waiting.rows[1].order < time) {
        first = r->waiting.rows[1].row;
        row_queue_remove(&r->waiting, first);
        row_queue_add(&r->late, first, datagram_at(r, first)->number);
    }
    if (r->late.count == 0)
        return false;
    first = r->late.rows[1].row;
    describe(r, first, expired);
    expired->fragments = give_up(r, first);
    return true;
}

bool ipip_reassembly_has_first(const struct ipip_reassembly *r, const struct ipip_layer *fragment)
{
    uint32_t i = lru_peek(&r->datagrams, addresses_of(fragment), id_of(fragment), hash_of_fragment(r, fragment));

    return i != 0 && piece_at(&r->pieces, datagram_at(r, i)->pieces)->offset == 0;
}

void ipip_reassembly_end(struct ipip_reassembly *r)
{
    while (r->datagrams.oldest != 0)
        give_up(r, r->datagrams.oldest);
}
