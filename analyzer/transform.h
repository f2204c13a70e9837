/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From one capture to another, packet by packet: what `decap` and `encap` share. */
#ifndef IPIP_ANALYZER_TRANSFORM_H
#define IPIP_ANALYZER_TRANSFORM_H

#include "capture/writer.h"
#include "chunks.h"
#include "ipip/carrier.h"
#include "ipip/drop.h"
#include "ipip/encap.h"
#include "ipip/reassembly.h"
#include "ipip/unwrap.h"

enum transform_result {
    TRANSFORM_DONE,          /* transform_write() was given what became of it */
    TRANSFORM_NOT_CONCERNED, /* stays as it is */
    TRANSFORM_REFUSED,       /* can't be done: stays as it is; the reason was passed to transform_refused() */
    TRANSFORM_DROPPED,       /* must not be written; the reason was passed to transform_refused() */
    TRANSFORM_HELD,          /* part of a packet to come */
    TRANSFORM_FILTERED,      /* left out by --inner */
    TRANSFORM_FAILED,        /* the output can't be written */
};

/* The first packet that was refused for a reason, and how many were. */
struct refusal {
    uint64_t count;
    uint64_t first_frame;
};

/* Why a packet was not transformed: an enum ipip_status, or one of these. */
enum {
    TRANSFORM_NO_TUNNEL = IPIP_STATUS_COUNT, /* no tunnel header of a kind that is read */
    TRANSFORM_OTHER_TUNNEL,                  /* of another tunnel than that of --tunnel */
    TRANSFORM_NO_IP,                         /* the frame carries no IP packet */
    TRANSFORM_LINK_TYPE,                     /* not read */
    TRANSFORM_INCOMPLETE,                    /* a fragment of a datagram that did not become whole */
    TRANSFORM_REPEATED,                      /* a fragment that had been there already */
    TRANSFORM_REASONS
};

enum transform_fate {
    TRANSFORM_KEPT,        /* written as it was */
    TRANSFORM_LEFT_OUT,    /* not written */
    TRANSFORM_WAITED,      /* a fragment, held for its datagram */
    TRANSFORM_TRANSFORMED, /* although an IP stack would drop it */
};

/* What became of a packet that was not transformed, or that an IP stack would drop. */
struct transform_event {
    uint64_t frame;
    int64_t time;
    enum transform_fate fate;
    unsigned reason;       /* IPIP_OK: `drop` is the reason */
    struct ipip_drop drop; /* by an IP stack */
};

struct transform_counts {
    uint64_t done;
    uint64_t kept;              /* written as they were */
    uint64_t carried;           /* of those that were done, out of carriers */
    uint64_t kinds[IPIP_KINDS]; /* of those that `decap` did, by the kind of the outermost tunnel header */
    uint64_t left_out;          /* by --only-tunnel */
    uint64_t of_others;         /* not touched: of another tunnel than that of --tunnel */
    uint64_t not_held;          /* not touched: IP packets that the tunnel does not hold */
    uint64_t filtered;          /* by --inner */
    struct ipip_unwrapped unwrapped;
    struct ipip_unwrapped fragmented; /* written in fragments */
    uint64_t beyond_mtu[2];           /* with DF: an ICMP error goes to the sender; of IPv4 and of IPv6 */
    struct refusal refusals[IPIP_STATUS_COUNT];
    /* What an IP stack would have dropped, for the outer header and for inner ones. */
    struct refusal drops[2][IPIP_DROP_WHY_COUNT];
};

/* What a thread has at hand. */
struct transform {
    const struct options *options;
    void *context;                       /* of the verb, for all threads */
    struct transform_counts counts;      /* of this thread */
    const struct capture_record *record; /* of the input */
    struct frame frame;                  /* in it */
    struct writer *writer;
    struct outbox box; /* what is made */
    GError *error;
    struct chunk *chunk;
    GArray *events; /* of struct transform_event, for a format that has them; NULL: none has */
    gboolean has_left_carrier;
    gboolean has_reason; /* of the record at hand, next: */
    unsigned reason;
    struct ipip_drop drop;
    gboolean has_frames;         /* what is written carries whole frames */
    enum ipip_announced version; /* of what is written, which the link header is to announce: not ANY */
};

/* Makes one new packet or several of the frame's, in which an IP header may have been found, and gives them to transform_write(). */
typedef enum transform_result transform_packet(struct transform *transform);

/*
 * Writes a packet in the place of the frame's, with its link header; `head` and `ip` of it are filled in.
 * TRANSFORM_DONE; TRANSFORM_REFUSED where the link header can't hold its length, or TRANSFORM_FAILED: then nothing more
 * is to be written.
 */
enum transform_result transform_write(struct transform *t, struct packet_pieces *packet);

/* Writes a frame in the place of the frame at hand. TRANSFORM_REFUSED where the capture is not one of Ethernet; else as above. */
enum transform_result transform_write_frame(struct transform *t, struct packet_pieces *frame);

/*
 * From now on the frame at hand is the one inside its carrier: its link header where both are Ethernet, else that of the capture, without
 * the carrier.
 */
void transform_leave_carrier(struct transform *transform);

/*
 * From now on the frame at hand is what a packet carries: its link header has the addresses of the frame's. FALSE where the capture is not
 * one of Ethernet.
 */
gboolean transform_wrap_frame(struct transform *transform);

/* Counts a packet that could not be transformed. */
void transform_refused(struct transform *transform, enum ipip_status why);

/* Counts a packet dropped by an IP stack. */
void transform_dropped(struct transform *transform, struct ipip_drop drop);

/* The reason that events have for the record at hand, where it is counted elsewhere. */
void transform_explain(struct transform *transform, unsigned reason);

/* Adds the event of the record at hand, if its result, or a reason, makes one. */
void transform_add_event(struct transform *transform, enum transform_result result);

/* Adds what another thread has counted. */
void transform_counts_add(struct transform_counts *sum, const struct transform_counts *counts);

/* Returns when the packets before those at hand are written: what depends on them may be used from now on, by this thread alone. */
void transform_wait_for_turn(struct transform *transform);

/*
 * Reads options->paths[0], writes options->output, reports what was done (`done`: "decapsulated") in the format of the options, and
 * returns the exit status. `make` is called by several threads at a time. `reassembly` may be NULL; what is incomplete in it at the end
 * is reported.
 */
int transform_run(const struct options *options, const char *done, transform_packet *make, void *context,
                  struct ipip_reassembly *reassembly);

#endif
