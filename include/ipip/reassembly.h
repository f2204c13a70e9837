/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reassembly of IPv4 and IPv6 fragments (RFC 791 section 3.2, RFC 8200 section 4.5), in any order, in memory that is bounded, and all
 * taken, at creation.
 *
 * Fragments belong together by source, destination, Identification and, in IPv4, protocol. Overlapping fragments are refused, and the
 * datagram with them, as Linux does: no tunnel needs them and attacks do. A repetition of a fragment with the same range is
 * ignored. A datagram that is not complete after IPIP_REASSEMBLY_SECONDS of capture time is given up, and so is the least
 * recently touched one when memory is short.
 */
#ifndef IPIP_REASSEMBLY_H
#define IPIP_REASSEMBLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/bytes.h"
#include "ipip/ecn.h"
#include "ipip/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    IPIP_REASSEMBLY_SECONDS = 60,
    /* Octets that the header of a fragment may have, IPv6 extension headers and the Fragment header included. */
    IPIP_REASSEMBLY_HEADER_MAX = 240,
    /* Datagrams under way at once, whatever the memory. */
    IPIP_REASSEMBLY_DATAGRAMS = 1024,
    /* Of them, those of ipip_reassembly_keep() of which no other fragment has come. */
    IPIP_REASSEMBLY_UNCLAIMED = 64,
};

/* Memory that serves a busy capture: 8 MiB. */
#define IPIP_REASSEMBLY_DEFAULT_BYTES ((size_t)8 << 20)

enum ipip_reassembly_result {
    IPIP_REASSEMBLY_HELD,      /* kept; more fragments are wanted */
    IPIP_REASSEMBLY_COMPLETE,  /* `*whole` is the datagram */
    IPIP_REASSEMBLY_DUPLICATE, /* nothing new: the same octets were there already; ignored */
    IPIP_REASSEMBLY_EMPTY, /* carries no octet that has a place, or, in IPv6, more than a multiple of 8 although others follow; ignored */
    IPIP_REASSEMBLY_OVERLAP, /* overlaps another, or contradicts the end: the datagram was given up */
    IPIP_REASSEMBLY_REFUSED, /* belongs to a datagram that was given up for one of these reasons, and is remembered; ignored */
    IPIP_REASSEMBLY_CUT, /* the fragment is not captured whole; ignored */
    /* Reaches beyond what a Total Length or Payload Length can hold, or beyond all memory: the datagram was given up. Or its own header is
     * larger than IPIP_REASSEMBLY_HEADER_MAX: ignored. */
    IPIP_REASSEMBLY_TOO_LARGE,
};

/* One fragment of a datagram that became complete. */
struct ipip_fragment {
    uint64_t frame;        /* as given to ipip_reassembly_add() */
    const uint8_t *header; /* its own header octets */
    uint8_t header_bytes;
    uint16_t offset; /* of its payload within the whole payload, in octets */
    uint16_t bytes;  /* of payload */
};

/* A complete datagram; valid until the next call. */
struct ipip_whole {
    struct ipip_bytes
        datagram; /* header of the fragment at offset 0 (without Fragment header or MF; lengths, checksum of the whole), payload */
    enum ipip_ecn ecn; /* see ipip_ecn_reassembled() */
    unsigned count;
    unsigned early;                        /* of these, those of ipip_reassembly_keep() */
    const struct ipip_fragment *fragments; /* in order of offset */
};

/* What became of the datagrams so far. */
struct ipip_reassembly_counts {
    uint64_t complete;
    uint64_t incomplete;           /* given up for time, for memory or at ipip_reassembly_end() */
    uint64_t incomplete_fragments; /* how many fragments these had, without those of ipip_reassembly_keep() */
    uint64_t overlapping;          /* datagrams refused for overlaps or contradicting ends */
    uint64_t too_large;            /* datagrams refused because they would exceed 65,535 octets, or all memory */
    uint64_t duplicates;           /* fragments ignored because they had been there already */
    uint64_t evicted;              /* of the incomplete ones, those given up for memory */
};

struct ipip_reassembly;

/*
 * NULL where there is no memory. `bytes` bounds what fragments may occupy, at least one datagram of 65,535 octets; all of it is
 * allocated here, and about 700 KiB for the datagrams under way. `seed` makes the hash hard to attack; no result depends on it.
 */
struct ipip_reassembly *ipip_reassembly_new(size_t bytes, uint64_t seed);
void ipip_reassembly_free(struct ipip_reassembly *reassembly);

/*
 * From now on keeps the last 64 complete datagrams for IPIP_REASSEMBLY_SECONDS, so that a fragment that comes once more is
 * known as a duplicate. When all fragments have come once more, the datagram is complete once more.
 */
void ipip_reassembly_remember(struct ipip_reassembly *reassembly);

/* A fragment that is held no longer although its datagram is not complete. */
struct ipip_lost_fragment {
    uint64_t frame; /* as given with it */
    int64_t time;
    uint32_t note;           /* of ipip_reassembly_note(); 0: there is none */
    uint32_t offset;         /* of its payload, in octets */
    struct ipip_bytes start; /* its header and at least 400 octets of its payload, if it has them */
};

/* Called for each, during the other calls; it must not call back. `fragment->start` is valid so long. */
typedef void ipip_given_up(void *context, const struct ipip_lost_fragment *fragment);

/* Reports them from now on. */
void ipip_reassembly_tell(struct ipip_reassembly *reassembly, ipip_given_up *given_up, void *context);

/*
 * Adds `fragment`, a layer whose header is that of a fragment, from frame `frame` captured at `time` (nanoseconds; it need
 * not be monotonic). Fills in `*whole` with IPIP_REASSEMBLY_COMPLETE only.
 */
enum ipip_reassembly_result ipip_reassembly_add(struct ipip_reassembly *reassembly, const struct ipip_layer *fragment,
                                                uint64_t frame, int64_t time, struct ipip_whole *whole);

/*
 * Keeps a later fragment of a datagram of which only the fragment at offset 0 shows whether it is one of a tunnel, and that has not come:
 * once another fragment of it is added, it counts as if it had been added, too. It is never reported as given up. Until then it is not counted,
 * nor takes the room of one that was added, and the oldest of IPIP_REASSEMBLY_UNCLAIMED such datagrams goes for another.
 */
void ipip_reassembly_keep(struct ipip_reassembly *reassembly, const struct ipip_layer *fragment, uint64_t frame,
                          int64_t time);

/* After IPIP_REASSEMBLY_HELD, a number that is the caller's: it comes back if the fragment is given up. */
void ipip_reassembly_note(struct ipip_reassembly *reassembly, uint32_t note);

/* In what fragments of one datagram can contradict each other, as bits. */
enum ipip_disagreement {
    IPIP_DISAGREE_END = 1 << 0, /* two last fragments with different ends, or one behind the end */
    IPIP_DISAGREE_DSCP = 1 << 1,
    IPIP_DISAGREE_DF = 1 << 2,
    IPIP_DISAGREE_ECN = 1 << 3, /* Not-ECT with another codepoint (RFC 3168 section 5.3) */
};

/* How a fragment goes with those of its datagram that were there before. */
struct ipip_fragment_peer {
    uint64_t frame; /* of one that it overlaps or disagrees with; else of the first that came; 0: it is the first */
    unsigned disagreements; /* of enum ipip_disagreement */
    bool is_overlapping;    /* it has octets that `frame` has, too, and is no mere duplicate */
    bool is_conflicting;    /* and some of them are different there */
    bool is_elsewhere;      /* by its TTL it was captured at another point than the first one */
};

/* Of the fragment added last. */
struct ipip_fragment_peer ipip_reassembly_peer(const struct ipip_reassembly *reassembly);

/* A datagram that was given up because its time had come. */
struct ipip_expired {
    uint64_t frame; /* of the fragment that came first */
    int64_t time;   /* of that */
    unsigned fragments;
    struct ipip_addr src;
    struct ipip_addr dst;
    uint32_t id;
    enum ipip_kind kind; /* of the tunnel, as far as one of the fragments has shown it */
    uint8_t header_bytes;
    uint8_t header[IPIP_REASSEMBLY_HEADER_MAX]; /* of the fragment with the lowest offset */
};

/*
 * Gives up a datagram that is not complete although its first fragment came more than IPIP_REASSEMBLY_SECONDS before
 * `time`. False where there is none; to be called until then.
 */
bool ipip_reassembly_expire(struct ipip_reassembly *reassembly, int64_t time, struct ipip_expired *expired);

/* Whether it would give up one. */
bool ipip_reassembly_is_due(const struct ipip_reassembly *reassembly, int64_t time);

/*
 * The fragment at offset 0 of the datagram that `fragment` belongs to, from its IP header on, where it is held: at least the first 128
 * octets of it, if it has so many. `data` is NULL where it is not held. Valid until the next fragment.
 */
struct ipip_bytes ipip_reassembly_first(const struct ipip_reassembly *reassembly, const struct ipip_layer *fragment);

/* Gives up what is under way: the capture has ended. */
void ipip_reassembly_end(struct ipip_reassembly *reassembly);

const struct ipip_reassembly_counts *ipip_reassembly_counts(const struct ipip_reassembly *reassembly);

#ifdef __cplusplus
}
#endif

#endif
