/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is drawn of a tunnel direction, counted packet by packet in tables of fixed size: 55 KiB, however long the capture is. */
#ifndef IPIP_ANALYZER_REPORT_PAGE_CHART_H
#define IPIP_ANALYZER_REPORT_PAGE_CHART_H

#include "flow_table.h"
#include "icmp_list.h"
#include "ipip/stack.h"
#include "samples.h"
#include "timeline.h"

enum {
    SIZES_EXACT = 2048, /* outer lengths below this are counted one by one, from here on in steps */
    SIZES_STEP = 128,
    SIZES_STEPS = 65536 / SIZES_STEP - SIZES_EXACT / SIZES_STEP,
    CHART_CODEPOINTS = 64, /* of DSCP */
    CHART_ECN = 4,
};

/* A bin of time. `packets` 0: none; `inner` 0: of so many the header inside was not read. */
struct chart_ttl {
    uint32_t packets;
    uint32_t inner;
    uint8_t outer_min, outer_max;
    uint8_t inner_min, inner_max;
};

struct chart {
    uint64_t packets;   /* whole ones, in one piece or reassembled: what follows is about these */
    uint64_t fragments; /* that completed no datagram */
    uint64_t larger;    /* octets than 65,535: IPv6 jumbograms, which the sizes leave out */
    uint32_t sizes[SIZES_EXACT + SIZES_STEPS];
    uint32_t largest; /* outer; of that packet the length inside, 0: not known */
    uint32_t largest_inner;
    struct timeline ttl;                               /* of struct chart_ttl */
    struct samples ids;                                /* Identifications of outer IPv4 headers */
    uint64_t inner_packets;                            /* with a header inside */
    uint32_t dscp[CHART_CODEPOINTS][CHART_CODEPOINTS]; /* inner, outer */
    uint32_t ecn[CHART_ECN][CHART_ECN];
    struct flow_table flows;
    struct icmp_list icmp;
};

struct chart *chart_new(void);
void chart_free(struct chart *chart); /* NULL: nothing happens */

/* A tunnel header, and the header inside, NULL where none was read. */
void chart_add(struct chart *chart, int64_t time, const struct ipip_layer *outer, const struct ipip_layer *inner);

/* Packets of `from` to `to` octets, both included; both below SIZES_EXACT, or on the edges of steps. */
uint64_t chart_sizes(const struct chart *chart, uint32_t from, uint32_t to);

#endif
