/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of `roundtrip` share: the state of a run, that of a thread, and the comparison of one frame and of one tunnel header. */
#ifndef IPIP_ANALYZER_ROUNDTRIP_H
#define IPIP_ANALYZER_ROUNDTRIP_H

#include "chunks.h"
#include "frames.h"
#include "ipip/reassembly.h"
#include "ipip/tunnel_text.h"
#include "learnt_tunnels.h"
#include "outcomes.h"
#include "reencap_kind.h"
#include "report/alike.h"
#include "report/difference.h"

/* Frames are numbered over all captures: the number of the capture, then that of the frame in it. */
enum { FRAME_BITS = 48, UNFOLDED_OCTETS = 2 * 65536 };

#define ROUNDTRIP_DEFAULT_TUNNEL "local 240.0.0.1 remote 240.0.0.2 ttl 64 tos inherit"

struct roundtrip {
    struct options options;
    gboolean reads_all; /* kinds */
    const char *words;  /* of --tunnel; NULL: there is none */
    char words_text[IPIP_TUNNEL_TEXT];
    struct ipip_kinds tunnel_kinds;
    unsigned held; /* by the tunnel of --tunnel, of enum ipip_payload */
    struct frame_counts counts;
    gboolean is_learning; /* the first pass */
    uint64_t capture;     /* its number */
    uint64_t limit;       /* frames of it that are read */
    struct learnt_tunnels *tunnels;
    struct chunk_threads *threads;
    struct roundtrip_summary summary; /* of what was done in the order of the capture; when threads have ended, all */
    uint64_t filtered;                /* by --inner, likewise */
    /* For the thread that has the turn. */
    struct ipip_reassembly *reassembly;
    struct outcomes *outcomes; /* of fragments that wait */
    struct alike *alike;       /* differences */
};

/* What is left for the turn: to learn from a tunnel header, or a whole frame. */
struct roundtrip_rest {
    gboolean is_postponed;
    unsigned frame; /* then: its place in the chunk */
    gboolean has_inner;
    struct ipip_tunnel_direction direction;
    struct ipip_layer outer;
    struct ipip_layer inner;
};

/* What a thread has at hand. */
struct comparison {
    struct roundtrip *run;
    struct learnt_lookup *lookup;
    struct roundtrip_summary summary; /* of this thread */
    uint64_t filtered;                /* by --inner, of this thread */
    gboolean has_turn;                /* the frames before this one are done */
    GArray *rest;                     /* of struct roundtrip_rest, in the order of the capture */
    /* The frame. */
    const struct capture_record *record;
    struct frame frame;
    gboolean is_postponed; /* it must be done in its turn: nothing of it is counted */
    struct outcome outcome;
    uint32_t unfolded_bytes;
    uint8_t unfolded[UNFOLDED_OCTETS];
    struct reencap_room room;
    struct reencap_kind again;
};

/* Decapsulates the frame at hand, encapsulates it again, compares and counts; or, in the first pass, learns. */
void roundtrip_frame(struct comparison *c);

/* Counts what came to an outcome in the order of the capture: a fragment that waited for others which never came, or must not be joined. */
void roundtrip_settle_alone(void *context, const struct ipip_lost_fragment *fragment);

/*
 * Whether fragments may be put together and differences printed. Not without the turn: then the frame at hand is postponed, and has to be
 * taken once more.
 */
gboolean roundtrip_has_turn(struct comparison *c);

/* The same for the difference that was found; nothing is printed with --quiet. */
gboolean roundtrip_may_report(struct comparison *c);

/* The frame at hand came to this, if it did not come to worse. */
void roundtrip_worsen(struct comparison *c, enum roundtrip_result result, unsigned reason);

/* Prints the difference; as text only the first one of those alike. */
void roundtrip_differs(struct comparison *c, const struct difference *difference);

struct site roundtrip_site(const struct comparison *c, uint64_t frame);

/*
 * In the first pass learns from the tunnel header `k`, in the second compares it. `whole` is what it was reassembled from, or NULL.
 */
void compare_layer(struct comparison *c, const struct ipip_stack *stack, unsigned k, const struct ipip_whole *whole);

/* The packets of a capture in chunks: threads compare, and what depends on the order of the capture waits for its turn. */
struct chunk_threads *roundtrip_chunks_new(struct roundtrip *run);

#endif
