/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/reassembly.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "wire.h"

/*
 * Fragments live in chains of blocks from one pool; the first block of a chain also describes its fragment. Datagrams are
 * rows of one table, found by hash and kept in order of last use. Everything is linked by index; index 0 is nothing.
 */
enum {
    BLOCK_OCTETS = 472,
    BUCKETS = 2048,
    PIECES_MAX = 8192, /* as many as there are offsets */
    DATAGRAMS = IPIP_REASSEMBLY_DATAGRAMS + 1,
};

struct block {
    uint32_t next_block;
    uint32_t next_piece; /* of the same datagram, in order of offset; this and the rest in the first block only */
    uint64_t frame;
    uint16_t offset;
    uint16_t bytes;
    uint8_t header_bytes;
    uint8_t octets[BLOCK_OCTETS]; /* the header, then the payload */
};

struct key {
    uint32_t src;
    uint32_t dst;
    uint16_t id;
    uint8_t protocol;
};

struct datagram {
    struct key key;
    uint32_t pieces;
    uint32_t bytes;     /* of payload held */
    uint32_t end;       /* of the payload, where the last fragment is held; else 0 */
    uint8_t codepoints; /* 1 << ECN of each fragment */
    uint16_t next_in_bucket;
    uint16_t older, newer; /* by last use; `newer` also links free rows */
    int64_t first_time;
};

struct ipip_reassembly {
    uint64_t seed;
    struct ipip_reassembly_counts counts;
    uint32_t free_block;
    uint16_t free_datagram;
    uint16_t oldest, newest;
    uint16_t buckets[BUCKETS];
    struct datagram datagrams[DATAGRAMS];
    struct ipip_fragment fragments[PIECES_MAX];
    uint8_t whole[IPIP_IPV4_HEADER_MAX + IPIP_IPV4_TOTAL_MAX];
    struct block blocks[];
};

struct ipip_reassembly *ipip_reassembly_new(size_t bytes, uint64_t seed)
{
    size_t blocks = bytes / sizeof(struct block) < 256 ? 256 : bytes / sizeof(struct block);
    struct ipip_reassembly *r;

    if (blocks > UINT32_MAX - 1)
        blocks = UINT32_MAX - 1;
    r = calloc(1, sizeof *r + (blocks + 1) * sizeof r->blocks[0]);
    if (r == NULL)
        return NULL;
    r->seed = seed;
    for (uint32_t i = 1; i < blocks; i++)
        r->blocks[i].next_block = i + 1;
    r->free_block = 1;
    for (int i = 1; i < DATAGRAMS - 1; i++)
        r->datagrams[i].newer = (uint16_t)(i + 1);
    r->free_datagram = 1;
    return r;
}

void ipip_reassembly_free(struct ipip_reassembly *r)
{
    free(r);
}

const struct ipip_reassembly_counts *ipip_reassembly_counts(const struct ipip_reassembly *r)
{
    return &r->counts;
}

static struct key key_of(const struct ipip_layer *fragment)
{
    return (struct key){fragment->ip.src, fragment->ip.dst, fragment->ip.id, fragment->ip.protocol};
}

static unsigned bucket_of(const struct ipip_reassembly *r, const struct key *key)
{
    return (unsigned)(hash_words(r->seed, (uint64_t)key->src << 32 | key->dst, (uint64_t)key->id << 8 | key->protocol) %
                      BUCKETS);
}

static uint16_t find(const struct ipip_reassembly *r, const struct key *key)
{
    uint16_t i = r->buckets[bucket_of(r, key)];

    for (; i != 0; i = r->datagrams[i].next_in_bucket) {
        const struct key *k = &r->datagrams[i].key;

        if (k->src == key->src && k->dst == key->dst && k->id == key->id && k->protocol == key->protocol)
            break;
    }
    return i;
}

static void unlink_use(struct ipip_reassembly *r, struct datagram *d)
{
    *(d->older != 0 ? &r->datagrams[d->older].newer : &r->oldest) = d->newer;
    *(d->newer != 0 ? &r->datagrams[d->newer].older : &r->newest) = d->older;
}

static void link_newest(struct ipip_reassembly *r, uint16_t i)
{
    struct datagram *d = &r->datagrams[i];

    d->older = r->newest;
    d->newer = 0;
    *(r->newest != 0 ? &r->datagrams[r->newest].newer : &r->oldest) = i;
    r->newest = i;
}

static void free_chain(struct ipip_reassembly *r, uint32_t first)
{
    uint32_t last = first;

    while (r->blocks[last].next_block != 0)
        last = r->blocks[last].next_block;
    r->blocks[last].next_block = r->free_block;
    r->free_block = first;
}

/* Forgets a datagram; the octets of its blocks stay as they are until the next fragment. Returns how many it had. */
static unsigned drop(struct ipip_reassembly *r, uint16_t i)
{
    struct datagram *d = &r->datagrams[i];
    uint16_t *link = &r->buckets[bucket_of(r, &d->key)];
    unsigned count = 0;

    while (*link != i)
        link = &r->datagrams[*link].next_in_bucket;
    *link = d->next_in_bucket;
    unlink_use(r, d);
    for (uint32_t piece = d->pieces, next; piece != 0; piece = next, count++) {
        next = r->blocks[piece].next_piece;
        free_chain(r, piece);
    }
    d->newer = r->free_datagram;
    r->free_datagram = i;
    return count;
}

static void give_up(struct ipip_reassembly *r, uint16_t i)
{
    r->counts.incomplete++;
    r->counts.incomplete_fragments += drop(r, i);
}

static void evict_oldest(struct ipip_reassembly *r)
{
    r->counts.evicted++;
    give_up(r, r->oldest);
}

static uint16_t start(struct ipip_reassembly *r, const struct key *key, int64_t time)
{
    uint16_t *bucket;
    uint16_t i;

    if (r->free_datagram == 0)
        evict_oldest(r);
    i = r->free_datagram;
    r->free_datagram = r->datagrams[i].newer;
    bucket = &r->buckets[bucket_of(r, key)];
    r->datagrams[i] = (struct datagram){.key = *key, .next_in_bucket = *bucket, .first_time = time};
    *bucket = i;
    link_newest(r, i);
    return i;
}

/* Copies `bytes` octets into a new chain of blocks; 0 where the pool is exhausted. */
static uint32_t store(struct ipip_reassembly *r, const uint8_t *data, uint32_t bytes)
{
    uint32_t first = 0;
    uint32_t *link = &first;

    do {
        uint32_t piece = bytes < BLOCK_OCTETS ? bytes : BLOCK_OCTETS;
        uint32_t block = r->free_block;

        if (block == 0) {
            *link = 0;
            if (first != 0)
                free_chain(r, first);
            return 0;
        }
        r->free_block = r->blocks[block].next_block;
        r->blocks[block].next_block = 0;
        memcpy(r->blocks[block].octets, data, piece);
        *link = block;
        link = &r->blocks[block].next_block;
        data += piece;
        bytes -= piece;
    } while (bytes > 0);
    return first;
}

/* Copies the octets of a chain from `skip` on, `bytes` of them, to `out`. */
static void fetch(const struct ipip_reassembly *r, uint32_t block, uint32_t skip, uint8_t *out, uint32_t bytes)
{
    while (bytes > 0) {
        uint32_t here = BLOCK_OCTETS - skip < bytes ? BLOCK_OCTETS - skip : bytes;

        memcpy(out, r->blocks[block].octets + skip, here);
        out += here;
        bytes -= here;
        skip = 0;
        block = r->blocks[block].next_block;
    }
}

static bool same_payload(const struct ipip_reassembly *r, uint32_t piece, const uint8_t *data)
{
    uint32_t bytes = r->blocks[piece].bytes;
    uint32_t skip = r->blocks[piece].header_bytes;

    for (uint32_t block = piece; bytes > 0; block = r->blocks[block].next_block, skip = 0) {
        uint32_t here = BLOCK_OCTETS - skip < bytes ? BLOCK_OCTETS - skip : bytes;

        if (memcmp(r->blocks[block].octets + skip, data, here) != 0)
            return false;
        data += here;
        bytes -= here;
    }
    return true;
}

/* The datagram is complete: its fragments side by side in `r->whole`, behind the header of the first one. */
static void assemble(struct ipip_reassembly *r, const struct datagram *d, struct ipip_whole *whole)
{
    const struct block *first = &r->blocks[d->pieces];
    uint8_t *header = r->whole;
    uint8_t *payload = header + first->header_bytes;
    uint32_t total = first->header_bytes + d->end;
    unsigned count = 0;

    memcpy(header, first->octets, first->header_bytes);
    wire_put16(header + 2, (uint16_t)total);
    wire_put16(header + 6, wire_get16(header + 6) & 0xc000);
    wire_put16(header + 10, 0);
    wire_put16(header + 10, ipip_checksum(header, first->header_bytes));
    for (uint32_t i = d->pieces; i != 0; i = r->blocks[i].next_piece) {
        const struct block *piece = &r->blocks[i];

        fetch(r, i, piece->header_bytes, payload + piece->offset, piece->bytes);
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

/* Where a fragment goes among those that are there. */
struct place {
    uint32_t before; /* the last one with a lower offset */
    uint32_t after;  /* the first one with an offset as high or higher */
};

static struct place find_place(const struct ipip_reassembly *r, const struct datagram *d, uint32_t offset)
{
    struct place place = {0, d->pieces};

    while (place.after != 0 && r->blocks[place.after].offset < offset) {
        place.before = place.after;
        place.after = r->blocks[place.after].next_piece;
    }
    return place;
}

static bool overlaps(const struct ipip_reassembly *r, const struct datagram *d, struct place place, uint32_t offset,
                     uint32_t bytes, bool is_last)
{
    const struct block *before = &r->blocks[place.before];
    uint32_t end = offset + bytes;

    if (place.before != 0 && (uint32_t)before->offset + before->bytes > offset)
        return true;
    if (place.after != 0 && (r->blocks[place.after].offset < end || is_last))
        return true;
    return d->end != 0 && (is_last || end > d->end);
}

/* Times may be any numbers, so their difference may not fit. */
static bool is_stale(const struct datagram *d, int64_t time)
{
    return time > d->first_time &&
           (uint64_t)time - (uint64_t)d->first_time > (uint64_t)IPIP_REASSEMBLY_SECONDS * 1000000000;
}

static enum ipip_reassembly_result refuse(struct ipip_reassembly *r, uint16_t i, enum ipip_reassembly_result why)
{
    r->counts.overlapping += why == IPIP_REASSEMBLY_OVERLAP;
    r->counts.too_large += why == IPIP_REASSEMBLY_TOO_LARGE;
    drop(r, i);
    return why;
}

enum ipip_reassembly_result ipip_reassembly_add(struct ipip_reassembly *r, const struct ipip_layer *fragment,
                                                uint64_t frame, int64_t time, struct ipip_whole *whole)
{
    struct ipip_bytes payload = ipip_layer_payload(fragment);
    uint32_t offset = fragment->ip.fragment_offset * 8U;
    /* Only the last fragment may end anywhere; the tail of another that doesn't fill 8 octets can't be placed. */
    uint32_t bytes = fragment->ip.mf ? payload.captured & ~7U : payload.captured;
    uint8_t header_bytes = fragment->ip.header_bytes;
    struct key key = key_of(fragment);
    struct datagram *d;
    struct place place;
    struct block *block;
    uint32_t piece;
    uint16_t i;

    if (payload.captured < payload.wire || header_bytes + payload.wire < fragment->ip.total_bytes)
        return IPIP_REASSEMBLY_CUT;
    if (bytes == 0)
        return IPIP_REASSEMBLY_EMPTY;

    i = find(r, &key);
    if (i != 0 && is_stale(&r->datagrams[i], time)) {
        give_up(r, i);
        i = 0;
    }
    if (i == 0)
        i = start(r, &key, time);
    d = &r->datagrams[i];
    unlink_use(r, d);
    link_newest(r, i);

    place = find_place(r, d, offset);
    block = &r->blocks[place.after];
    if (place.after != 0 && block->offset == offset && block->bytes == bytes &&
        same_payload(r, place.after, payload.data) && fragment->ip.mf == (offset + bytes != d->end)) {
        r->counts.duplicates++;
        return IPIP_REASSEMBLY_DUPLICATE;
    }
    if (overlaps(r, d, place, offset, bytes, !fragment->ip.mf))
        return refuse(r, i, IPIP_REASSEMBLY_OVERLAP);
    if (header_bytes + offset + bytes > IPIP_IPV4_TOTAL_MAX)
        return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);

    /* The header and the payload of a fragment are neighbours in the packet. */
    while ((piece = store(r, fragment->bytes.data, header_bytes + bytes)) == 0) {
        if (r->oldest == i)
            return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);
        evict_oldest(r);
    }
    block = &r->blocks[piece];
    block->next_piece = place.after;
    block->frame = frame;
    block->offset = (uint16_t)offset;
    block->bytes = (uint16_t)bytes;
    block->header_bytes = header_bytes;
    *(place.before != 0 ? &r->blocks[place.before].next_piece : &d->pieces) = piece;
    d->bytes += bytes;
    d->codepoints |= (uint8_t)(1U << ipip_ipv4_ecn(&fragment->ip));
    if (!fragment->ip.mf)
        d->end = offset + bytes;
    if (d->end == 0 || d->bytes < d->end)
        return IPIP_REASSEMBLY_HELD;

    if (r->blocks[d->pieces].header_bytes + d->end > IPIP_IPV4_TOTAL_MAX)
        return refuse(r, i, IPIP_REASSEMBLY_TOO_LARGE);
    assemble(r, d, whole);
    r->counts.complete++;
    drop(r, i);
    return IPIP_REASSEMBLY_COMPLETE;
}

bool ipip_reassembly_has_first(const struct ipip_reassembly *r, const struct ipip_layer *fragment)
{
    struct key key = key_of(fragment);
    uint16_t i = find(r, &key);

    return i != 0 && r->blocks[r->datagrams[i].pieces].offset == 0;
}

void ipip_reassembly_end(struct ipip_reassembly *r)
{
    while (r->oldest != 0)
        give_up(r, r->oldest);
}
