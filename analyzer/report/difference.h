/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of `roundtrip`. */
#ifndef IPIP_ANALYZER_DIFFERENCE_H
#define IPIP_ANALYZER_DIFFERENCE_H

#include "../outcomes.h"
#include "report.h"

/* A field that did not come out as it went in. */
struct difference {
    struct site site;
    gboolean is_tunnel; /* else an ordinary packet that was put into a tunnel and taken out */
    struct ipip_addr src;
    struct ipip_addr dst;
    enum ipip_kind kind;
    unsigned layer;
    const char *field;          /* NULL: octets behind the headers */
    const char *reason;         /* why it may differ */
    struct ipip_bytes expected; /* its octets */
    struct ipip_bytes actual;
    const char *configuration; /* the tunnel in words */
};

/* How many frames came to what. */
struct roundtrip_counts {
    uint64_t identical;
    uint64_t different;
    uint64_t not_comparable;
    /* Of the not comparable ones, by reason. */
    uint64_t reasons[ROUNDTRIP_REASONS];
};

struct roundtrip_summary {
    const struct frame_counts *frames;
    uint64_t tunnel_packets;
    uint64_t not_ipv4;  /* frames without a tunnel, and without an IPv4 packet: nothing to compare */
    uint64_t not_held;  /* IP packets without a tunnel, which --tunnel does not hold */
    uint64_t ce_marked; /* of the identical ones: but for a CE mark of a router */
    uint64_t
        taken[ROUNDTRIP_TAKEN]; /* of the identical ones, with what was taken over, by bit of enum roundtrip_taken */
    /* By the kind of the outermost tunnel header; IPIP_KIND_NONE where it is not read, or not known; ROUNDTRIP_PLAIN without one. */
    struct roundtrip_counts rows[ROUNDTRIP_ROWS];
};

/* As JSON Lines only: a frame, or the one that completes a datagram, that could not be compared. */
void not_comparable_print(const struct site *site, const struct outcome *outcome);

/* Adds what another thread has counted. */
void roundtrip_summary_add(struct roundtrip_summary *sum, const struct roundtrip_summary *summary);

/* Of all rows. */
struct roundtrip_counts roundtrip_sum(const struct roundtrip_summary *summary);

void difference_print(enum report_format format, const struct difference *difference);
void roundtrip_summary_print(enum report_format format, const struct roundtrip_summary *summary);

#endif
