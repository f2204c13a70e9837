/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run of `roundtrip`, and the comparison of one tunnel header. */
#ifndef IPIP_ANALYZER_ROUNDTRIP_H
#define IPIP_ANALYZER_ROUNDTRIP_H

#include "frames.h"
#include "ipip/reassembly.h"
#include "learnt_tunnels.h"
#include "outcomes.h"
#include "report/alike.h"
#include "report/difference.h"

/* Frames are numbered over all captures: the number of the capture, then that of the frame in it. */
enum { FRAME_BITS = 48, UNFOLDED_OCTETS = 2 * 65536 };

struct roundtrip {
    struct options options;
    gboolean reads_all; /* kinds */
    char *words;        /* of --tunnel; NULL: there is none */
    struct ipip_kinds tunnel_kinds;
    unsigned held; /* by the tunnel of --tunnel, of enum ipip_payload */
    struct frame_counts counts;
    struct roundtrip_summary summary;
    struct learnt_tunnels *tunnels;
    struct ipip_reassembly *reassembly;
    struct outcomes *outcomes; /* of fragments that wait */
    struct alike *alike;       /* differences */
    gboolean is_learning;      /* the first pass */
    uint64_t capture;          /* its number */
    struct frames *frames;
    struct outcome outcome;  /* of the frame at hand */
    uint32_t unfolded_bytes; /* of the frame at hand */
    uint8_t unfolded[UNFOLDED_OCTETS];
};

/* The frame at hand came to this, if it did not come to worse. */
void roundtrip_worsen(struct roundtrip *r, enum roundtrip_result result, unsigned reason);

/* Prints the difference; as text only the first one of those alike. */
void roundtrip_differs(struct roundtrip *r, const struct difference *difference);

struct site roundtrip_site(const struct roundtrip *r, uint64_t frame);

/*
 * In the first pass learns from the tunnel header `k`, in the second compares it. `whole` is what it was reassembled from, or NULL.
 */
void compare_layer(struct roundtrip *r, const struct ipip_stack *stack, unsigned k, const struct ipip_whole *whole);

#endif
