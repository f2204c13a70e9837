/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/reassembly_rows.h"

struct reassembly_key reassembly_key_of(const struct ipip_reassembly *r, const struct ipip_ip *fragment)
{
    /* In IPv6 only the fragment at offset 0 counts for what follows (RFC 8200 section 4.5). */
    uint64_t id = (uint64_t)fragment->id << 8 | (fragment->version == 6 ? 0U : fragment->protocol);
    struct reassembly_key key = {{fragment->src.high, fragment->src.low, fragment->dst.high, fragment->dst.low, id, 0},
                                 0};

    key.hash = hash_of(&r->datagrams.keys, key.words, 3);
    return key;
}

void reassembly_tell(const struct ipip_reassembly *r, const struct fragment_list *d)
{
    for (uint32_t piece = d->fragments; r->given_up != NULL && !d->is_done && piece != 0;) {
        const struct fragment_block *p = fragment_block_at(&r->pool, piece);
        struct ipip_lost_fragment lost = {p->frame, p->time, p->note, p->offset, reassembly_octets_of(p)};

        if (!p->is_early)
            r->given_up(r->context, &lost);
        piece = p->next_fragment;
    }
}

static void stop_waiting(struct ipip_reassembly *r, uint32_t i)
{
    heap_remove(&r->waiting, i);
    heap_remove(&r->late, i);
}

struct dropped {
    unsigned fragments, early;
};

/* Forgets a datagram; the octets of its blocks stay as they are until the next fragment. */
static struct dropped drop(struct ipip_reassembly *r, uint32_t i)
{
    const struct fragment_list *d = reassembly_list_at(r, i);
    struct dropped dropped = {0, 0};

    if (d->is_done)
        row_ring_remove(&r->done, i);
    else if (d->is_unclaimed)
        row_ring_remove(&r->unclaimed, i);
    else
        stop_waiting(r, i);
    for (uint32_t piece = d->fragments, next; piece != 0; piece = next) {
        next = fragment_block_at(&r->pool, piece)->next_fragment;
        dropped.fragments++;
        dropped.early += fragment_block_at(&r->pool, piece)->is_early;
        fragment_pool_drop(&r->pool, piece);
    }
    lru_remove(&r->datagrams, i);
    return dropped;
}

unsigned reassembly_give_up(struct ipip_reassembly *r, uint32_t row)
{
    bool is_incomplete = !reassembly_list_at(r, row)->is_done && !reassembly_list_at(r, row)->is_unclaimed;
    struct dropped dropped;

    reassembly_tell(r, reassembly_list_at(r, row));
    dropped = drop(r, row);
    if (!is_incomplete)
        return 0;
    r->counts.incomplete++;
    r->counts.incomplete_fragments += dropped.fragments - dropped.early;
    return dropped.fragments;
}

void reassembly_evict_oldest(struct ipip_reassembly *r)
{
    uint64_t incomplete = r->counts.incomplete;

    reassembly_give_up(r, r->datagrams.oldest);
    r->counts.evicted += r->counts.incomplete - incomplete;
}

uint32_t reassembly_start(struct ipip_reassembly *r, const struct ipip_layer *fragment, uint64_t frame, int64_t time)
{
    struct reassembly_key key = reassembly_key_of(r, &fragment->ip);
    struct fragment_list *d;
    bool is_new;
    uint32_t i;

    if (r->datagrams.count == IPIP_REASSEMBLY_DATAGRAMS)
        reassembly_evict_oldest(r);
    i = lru_get(&r->datagrams, key.hash, &is_new);
    d = reassembly_list_at(r, i);
    d->src = fragment->ip.src;
    d->dst = fragment->ip.dst;
    d->id_and_protocol = key.words[REASSEMBLY_KEY_WORDS - 1];
    d->first_time = time;
    d->first_frame = frame;
    d->number = r->begun++;
    d->dscp = ipip_ip_dscp(&fragment->ip);
    d->df = ipip_ip_df(&fragment->ip);
    d->ttl = fragment->ip.ttl;
    return i;
}

void reassembly_finish(struct ipip_reassembly *r, uint32_t row)
{
    uint32_t oldest;

    if (!r->is_remembering) {
        drop(r, row);
        return;
    }
    stop_waiting(r, row);
    reassembly_list_at(r, row)->is_done = true;
    oldest = row_ring_add(&r->done, row);
    if (oldest != 0)
        drop(r, oldest);
}

void reassembly_leave_unclaimed(struct ipip_reassembly *r, uint32_t row)
{
    uint32_t oldest = row_ring_add(&r->unclaimed, row);

    reassembly_list_at(r, row)->is_unclaimed = true;
    if (oldest != 0)
        drop(r, oldest);
}

void reassembly_claim(struct ipip_reassembly *r, uint32_t row)
{
    struct fragment_list *d = reassembly_list_at(r, row);

    if (d->is_unclaimed) {
        row_ring_remove(&r->unclaimed, row);
        d->is_unclaimed = false;
    }
    heap_add(&r->waiting, row, fragment_list_deadline(d));
}
