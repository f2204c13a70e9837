/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram under way: which fragments of it are held, and how one more goes with them. */
#ifndef IPIP_CORE_FRAGMENT_LIST_H
#define IPIP_CORE_FRAGMENT_LIST_H

#include "ipip/reassembly.h"
#include "table/fragment_pool.h"

/* A datagram of either version, put together. */
enum { FRAGMENT_WHOLE_MAX = IPIP_REASSEMBLY_HEADER_MAX + 65535 };

enum { STRETCH_OCTETS = 1024, STRETCHES = 65536 / STRETCH_OCTETS };

struct fragment_list {
    struct ipip_addr src, dst;
    uint64_t id_and_protocol;
    int64_t first_time;
    int64_t number; /* of those that were begun */
    uint64_t first_frame;
    uint32_t fragments;
    uint32_t newest;            /* the piece that was added last */
    uint64_t stretches;         /* 1 << each stretch of the payload that a piece begins in */
    uint32_t firsts[STRETCHES]; /* the first such piece */
    uint32_t count;             /* of pieces */
    uint32_t again;             /* of them, those that came once more since it was complete */
    uint32_t bytes;             /* of payload held */
    uint32_t end;               /* of the payload, where the last fragment is held; else 0 */
    uint8_t codepoints;         /* 1 << ECN of each fragment */
    uint8_t dscp;               /* of the one that came first, as its DF */
    bool df;
    uint8_t ttl;
    uint8_t kind;      /* of enum ipip_kind, of the tunnel; IPIP_KIND_NONE where no piece has shown it */
    bool is_unclaimed; /* no piece has shown yet whether it is of a tunnel */
    bool is_done;      /* complete or refused, and remembered for what still comes */
    bool is_refused;   /* what still comes is of no use */
};

/* Where a fragment goes among those that are there. */
struct insert_point {
    uint32_t before; /* the last one with a lower offset */
    uint32_t after;  /* the first one with an offset as high or higher */
};

struct insert_point fragment_list_find(const struct fragment_pool *pool, const struct fragment_list *datagram,
                                       uint32_t offset);

/* Puts a piece there. */
void fragment_list_insert(const struct fragment_pool *pool, struct fragment_list *datagram, struct insert_point place,
                          uint32_t piece);

/* A fragment, without the octets at its end that can't be placed. */
struct new_fragment {
    const uint8_t *data; /* of its payload */
    uint32_t offset;
    uint32_t bytes;
    bool is_last;
};

/* How many octets of its payload can be placed: of a fragment that others follow, with this header. */
uint32_t fragment_placeable(const struct ipip_ip *ip, uint32_t bytes);

/* How many octets a datagram may have, with the header of this fragment of it. */
uint32_t fragment_most_octets(const struct ipip_ip *ip);

/* Whether a fragment overlaps another one, or contradicts the end; what it meets is noted in `*peer`. */
bool fragment_list_overlaps(const struct fragment_pool *pool, const struct fragment_list *datagram,
                            struct insert_point place, const struct new_fragment *piece,
                            struct ipip_fragment_peer *peer);

/* In what a fragment with this header contradicts those that are held, but for the end. */
unsigned fragment_list_disagreements(const struct fragment_list *datagram, const struct ipip_ip *ip);

/* Whether what is held as `held` is this fragment. */
bool fragment_list_holds(const struct fragment_pool *pool, const struct fragment_list *datagram, uint32_t held,
                         const struct new_fragment *piece);

/* A fragment of a complete datagram has come once more, in `frame`. True where all have; then it starts over. */
bool fragment_list_is_complete_again(const struct fragment_pool *pool, struct fragment_list *datagram, uint32_t held,
                                     uint64_t frame);

/* When it has waited long enough for the rest. */
int64_t fragment_list_deadline(const struct fragment_list *datagram);

/* What is to be said of one that is given up. */
struct ipip_expired fragment_list_expired(const struct fragment_pool *pool, const struct fragment_list *datagram);

/*
 * The datagram is complete: its fragments side by side behind the header of the first one, at `header`, where there is room for
 * FRAGMENT_WHOLE_MAX octets; and what they were, in `fragments`, where there is room for all.
 */
void fragment_list_assemble(const struct fragment_pool *pool, const struct fragment_list *datagram, uint8_t *header,
                            struct ipip_fragment *fragments, struct ipip_whole *whole);

#endif
