/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What frames came to in a round trip. That of a fragment waits until it is known whether its datagram becomes whole. */
#ifndef IPIP_ANALYZER_OUTCOMES_H
#define IPIP_ANALYZER_OUTCOMES_H

#include <glib.h>
#include <stdint.h>

#include "ipip/status.h"

/* In order of gravity. */
enum roundtrip_result { ROUNDTRIP_IDENTICAL, ROUNDTRIP_NOT_COMPARABLE, ROUNDTRIP_DIFFERENT };

/* Why a frame is not comparable: an enum ipip_status, or one of these. */
enum {
    ROUNDTRIP_FORGOTTEN = IPIP_STATUS_COUNT, /* a tunnel whose configuration was not learnt for lack of room */
    ROUNDTRIP_REASONS
};

struct outcome {
    uint64_t frames; /* that share it */
    enum roundtrip_result result;
    unsigned reason;       /* why it was not comparable */
    gboolean is_ce_marked; /* identical but for a CE mark that a router may have set */
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
