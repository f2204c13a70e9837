/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The datagrams under way: how one begins, and what becomes of it. */
#ifndef IPIP_CORE_REASSEMBLY_ROWS_H
#define IPIP_CORE_REASSEMBLY_ROWS_H

#include "packet/fragment_list.h"
#include "packet/unfold.h"
#include "table/heap.h"
#include "table/lru.h"
#include "table/row_ring.h"

/* Whose fragments belong together: source, destination, and Identification and protocol in one word. */
enum { REASSEMBLY_KEY_WORDS = 5 };

struct reassembly_key {
    uint64_t words[REASSEMBLY_KEY_WORDS + 1]; /* an even number, for the hash */
    uint64_t hash;
};

enum { REASSEMBLY_FRAGMENTS_MAX = 8192 }; /* as many as there are offsets */

_Static_assert((int)IPIP_REASSEMBLY_UNCLAIMED == (int)ROW_RING, "as the header promises");

struct ipip_reassembly {
    struct lru datagrams; /* of struct fragment_list, by source, destination, protocol and Identification */
    struct heap waiting;  /* those that are neither done nor unclaimed, by deadline */
    struct heap late;     /* those whose deadline has passed, by number */
    struct ipip_fragment_peer peer;
    struct ipip_reassembly_counts counts;
    struct fragment_pool pool;
    bool is_remembering;
    ipip_given_up *given_up; /* NULL: none is reported */
    void *context;
    int64_t begun;   /* datagrams */
    uint32_t latest; /* the piece that was held last */
    struct row_ring done, unclaimed;
    struct unfold_room unfolded; /* from here on, rooms whose contents are of no matter before they are written */
    struct ipip_fragment fragments[REASSEMBLY_FRAGMENTS_MAX];
    uint8_t whole[FRAGMENT_WHOLE_MAX];
};

struct reassembly_key reassembly_key_of(const struct ipip_reassembly *reassembly, const struct ipip_ip *fragment);

static inline struct fragment_list *reassembly_list_at(const struct ipip_reassembly *reassembly, uint32_t row)
{
    return lru_row(&reassembly->datagrams, row);
}

/* Of a piece, those at its beginning. */
static inline struct ipip_bytes reassembly_octets_of(const struct fragment_block *piece)
{
    uint32_t bytes = (uint32_t)piece->header_bytes + piece->bytes;

    return (struct ipip_bytes){piece->octets, bytes < FRAGMENT_BLOCK_OCTETS ? bytes : FRAGMENT_BLOCK_OCTETS, bytes};
}

/* A new datagram, of which this fragment came first; it waits for nothing yet. */
uint32_t reassembly_start(struct ipip_reassembly *reassembly, const struct ipip_layer *fragment, uint64_t frame,
                          int64_t time);

/* Reports the fragments of one that will not be whole. */
void reassembly_tell(const struct ipip_reassembly *reassembly, const struct fragment_list *datagram);

/* Reports, counts and forgets one, which may be done; the octets of its blocks stay until the next fragment. Returns how many it had. */
unsigned reassembly_give_up(struct ipip_reassembly *reassembly, uint32_t row);

void reassembly_evict_oldest(struct ipip_reassembly *reassembly);

/* It is complete, or refused: remembered for a while, in the place of an older one, or forgotten at once. */
void reassembly_finish(struct ipip_reassembly *reassembly, uint32_t row);

/* None of its fragments has shown yet whether it is of a tunnel. The oldest of these goes for it. */
void reassembly_leave_unclaimed(struct ipip_reassembly *reassembly, uint32_t row);

/* It is of a tunnel: from now on it is waited for. */
void reassembly_claim(struct ipip_reassembly *reassembly, uint32_t row);

#endif
