/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner flows of a tunnel direction with the most packets, in a table of fixed size: a new flow takes the place of the smallest of the eight
 * that it can stand for, and its count begins where that one's ended (Space-Saving, Metwally et al. 2005). So a flow has at
 * most as many packets as it shows, and at least as many less `others`; a flow with more than a small share of the packets is never missing.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_FLOW_TABLE_H
#define IPIP_ANALYZER_REPORT_PAGE_FLOW_TABLE_H

#include "inner_flow.h"

enum { FLOW_WAYS = 8, FLOW_SETS = 16, FLOWS_MAX = FLOW_WAYS * FLOW_SETS };

struct flow_count {
    struct inner_flow flow; /* not known: the place is free */
    uint64_t number;        /* of the packet that put it into the table: of equal ones the first comes first */
    uint64_t packets;
    uint64_t others; /* of those, how many may be other flows' */
    uint64_t bytes;  /* of its own inner packets, since it is in the table */
    uint32_t largest;
};

/* All zero before the first. */
struct flow_table {
    struct flow_count flows[FLOW_SETS][FLOW_WAYS];
    uint64_t seen;    /* packets */
    gboolean is_full; /* a flow had to make room: counts may be too high */
};

/* TRUE where the flow was not in the table. */
gboolean flow_table_add(struct flow_table *table, const struct inner_flow *flow, uint32_t bytes);

/* The flows with the most packets, at most `most`; returns how many. */
unsigned flow_table_top(const struct flow_table *table, const struct flow_count *top[], unsigned most);

#endif
