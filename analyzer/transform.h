/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From one capture to another, packet by packet: what `decap` and `encap` share. */
#ifndef IPIP_ANALYZER_TRANSFORM_H
#define IPIP_ANALYZER_TRANSFORM_H

#include "frames.h"
#include "ipip/encap.h"
#include "ipip/reassembly.h"
#include "ipip/unwrap.h"

enum {
    TRANSFORM_HEAD_MAX = IPIP_ENCAP_HEAD_MAX, /* enough for either direction */
};

enum transform_result {
    TRANSFORM_DONE,          /* the rewrite is the new packet */
    TRANSFORM_NOT_CONCERNED, /* stays as it is */
    TRANSFORM_REFUSED,       /* can't be done: stays as it is; transform_refused() was told why */
    TRANSFORM_DROPPED,       /* must not be written; transform_refused() was told why */
    TRANSFORM_HELD,          /* part of a packet to come */
    TRANSFORM_FILTERED,      /* left out by --inner */
};

/* The first packet that was refused for a reason, and how many were. */
struct refusal {
    uint64_t count;
    uint64_t first_frame;
};

struct transform_counts {
    uint64_t done;
    uint64_t kept;     /* written as they were */
    uint64_t left_out; /* by --only-tunnel */
    struct ipip_unwrapped unwrapped;
    struct refusal refusals[IPIP_STATUS_COUNT];
};

struct transform {
    const struct options *options;
    struct transform_counts counts;
    void *context; /* of the verb */
};

/*
 * Makes a new packet of the frame's. On TRANSFORM_DONE `*rewrite` is filled in; its head is in `head`, its rest must stay
 * valid until the next call.
 */
typedef enum transform_result transform_packet(struct transform *transform, struct frames *frames,
                                               struct ipip_rewrite *rewrite, uint8_t head[static TRANSFORM_HEAD_MAX]);

/* Counts a packet that could not be transformed. */
void transform_refused(struct transform *transform, const struct frames *frames, enum ipip_status why);

/*
 * Reads options->paths[0], writes options->output, says on standard error what was done (`done`: "decapsulated"). Returns the
 * exit status. `reassembly` may be NULL; what is incomplete in it at the end is reported.
 */
int transform_run(const struct options *options, const char *done, transform_packet *make, void *context,
                  struct ipip_reassembly *reassembly);

#endif
