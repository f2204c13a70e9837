/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of `roundtrip`. */
#ifndef IPIP_ANALYZER_DIFFERENCE_H
#define IPIP_ANALYZER_DIFFERENCE_H

#include "../header_diff.h"
#include "../outcomes.h"
#include "report.h"

/* A field that did not come out as it went in. */
struct difference {
    struct site site;
    gboolean is_tunnel; /* else an ordinary packet that was put into a tunnel and taken out */
    struct ipip_addr src;
    struct ipip_addr dst;
    unsigned layer;
    const struct header_field *field; /* NULL: octets behind the header */
    const uint8_t *expected;          /* headers */
    const uint8_t *actual;
    const char *configuration; /* the tunnel in words */
};

/* How many frames came to what. */
struct roundtrip_summary {
    const struct frame_counts *frames;
    uint64_t tunnel_packets;
    uint64_t identical;
    uint64_t different;
    uint64_t not_comparable;
    uint64_t not_ipv4;  /* frames without an IPv4 packet: nothing to compare */
    uint64_t ce_marked; /* of the identical ones: but for a CE mark of a router */
    /* Of the not comparable ones, by reason. */
    uint64_t reasons[ROUNDTRIP_REASONS];
};

void difference_print(enum report_format format, const struct difference *difference);
void roundtrip_summary_print(enum report_format format, const struct roundtrip_summary *summary);

#endif
