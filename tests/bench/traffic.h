/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is measured: kinds of traffic, the same in every run. */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include "frame.h"

struct traffic;

struct kind {
    const char *name, *what;
    uint64_t packets;
    uint32_t tunnels, flows; /* directions, and inner flows in each */
    void (*shape)(struct traffic *traffic, struct plan *plan);
};

struct traffic {
    const struct kind *kind;
    uint64_t count, random;
    uint32_t tunnels;
    uint16_t *outer_ids, *inner_ids;
    uint32_t *sequences;
};

extern const struct kind traffic_kinds[];
extern const unsigned traffic_kind_count;

/* False without memory. */
bool traffic_start(struct traffic *traffic, const struct kind *kind, uint32_t tunnels);
void traffic_next(struct traffic *traffic, struct plan *plan);
void traffic_end(struct traffic *traffic);

#endif
