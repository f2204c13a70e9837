/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What frames came to in a round trip. That of a fragment waits until it is known whether its datagram becomes whole. */
#ifndef IPIP_ANALYZER_OUTCOMES_H
#define IPIP_ANALYZER_OUTCOMES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "ipip/kind.h"
#include "ipip/status.h"

/* In order of gravity. */
enum roundtrip_result { ROUNDTRIP_IDENTICAL, ROUNDTRIP_NOT_COMPARABLE, ROUNDTRIP_DIFFERENT };

/* Why a frame is not comparable: an enum ipip_status, or one of these. */
enum {
    ROUNDTRIP_FORGOTTEN = IPIP_STATUS_COUNT, /* a tunnel whose configuration was not learnt for lack of room */
    ROUNDTRIP_ESP,                           /* what is inside is encrypted */
    ROUNDTRIP_IPCOMP,                        /* compressed */
    ROUNDTRIP_NAMED,                         /* a kind that is only named */
    ROUNDTRIP_EXTENSION,                     /* extension headers outside that are more than the encapsulation limit */
    ROUNDTRIP_ROUTING,                       /* GRE with source routes (RFC 1701) */
    ROUNDTRIP_GUE,                           /* GUE with optional fields, or a control message */
    ROUNDTRIP_MIRROR,                        /* ERSPAN that cut the frame, or has what no configuration makes */
    ROUNDTRIP_REASONS
};

/* What no configuration holds, and is not in each packet of a kind; as bits. */
enum roundtrip_taken {
    ROUNDTRIP_TOOK_PADDING = 1 << 0,  /* octets behind the packet inside, within the outer length */
    ROUNDTRIP_TOOK_LABEL = 1 << 1,    /* a flow label of a tunnel in which they vary */
    ROUNDTRIP_TOOK_GRE_TYPE = 1 << 2, /* of what is neither IP nor a frame */
    ROUNDTRIP_TOOK_TAG = 1 << 3,      /* of ERSPAN: VLAN, class of service and the like, other than the frame shows */
    ROUNDTRIP_TAKEN = 4
};

enum { ROUNDTRIP_PLAIN = IPIP_KINDS, ROUNDTRIP_ROWS };

struct outcome {
    uint64_t frames; /* that share it */
    enum roundtrip_result result : 8;
    uint8_t reason;    /* why it was not comparable */
    uint8_t taken;     /* of enum roundtrip_taken: what was taken over, no configuration having it */
    uint8_t row;       /* of enum ipip_kind: the outermost tunnel header's; ROUNDTRIP_PLAIN without one */
    bool is_ce_marked; /* identical but for a CE mark that a router may have set */
};

/* The graver of its own and this result becomes that of the outcome. */
void outcome_worsen(struct outcome *outcome, enum roundtrip_result result, unsigned reason);

struct outcomes;

struct outcomes *outcomes_new(void);
void outcomes_free(struct outcomes *outcomes);

/* Keeps the outcome of a frame whose fragment waits for others. `id` is any number that no other frame has. */
void outcomes_hold(struct outcomes *outcomes, uint64_t id, const struct outcome *outcome);

/* Joins the outcome that is held for `id` to `whole`, and forgets it. */
void outcomes_join(struct outcomes *outcomes, uint64_t id, struct outcome *whole);

/* Forgets it, as its datagram won't become whole. FALSE where nothing is held for `id`. */
gboolean outcomes_take(struct outcomes *outcomes, uint64_t id, struct outcome *outcome);

#endif
