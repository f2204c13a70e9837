/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is measured: kinds of traffic, the same in every run. */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include "frame.h"

struct violation;
struct traffic;

struct kind {
    const char *name, *what;
    uint64_t packets;
    uint32_t tunnels, flows; /* directions, and inner flows in each */
    uint32_t interval;       /* microseconds between frames */
    void (*shape)(struct traffic *traffic, struct plan *plan);
    const struct carrier *carrier; /* of a shape that has one */
};

struct traffic {
    const struct kind *kind;
    uint64_t count, random;
    uint32_t tunnels;
    uint16_t *outer_ids, *inner_ids;
    uint32_t *sequences, *carried;
    struct plan datagram;              /* of which the frames that follow are copies, parts, or errors about it */
    unsigned frames;                   /* how many there have been */
    const struct violation *violation; /* of the last frame, NULL if it has none */
};

extern const struct kind traffic_kinds[];
extern const unsigned traffic_kind_count;

/* False without memory. */
bool traffic_start(struct traffic *traffic, const struct kind *kind, uint32_t tunnels);
void traffic_next(struct traffic *traffic, struct plan *plan);
void traffic_end(struct traffic *traffic);

/* For the mixes: a number below `choices`, and an inner size, 40, 576 or 1480 as 7 : 4 : 1. */
uint32_t traffic_pick(struct traffic *traffic, uint32_t choices);
unsigned traffic_imix(struct traffic *traffic);

/*
 * The next packet of a mesh of sites, 172.16/12, a thousand by as many as needed, with inner networks in 10/8.
 * Tunnels of odd numbers are the way back of the ones before them.
 */
void traffic_tunnel_packet(struct traffic *traffic, struct plan *plan, unsigned size);

/* The same packet, the other way. */
void traffic_turn_around(struct plan *plan);

#endif
