/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a page has on the tunnels of a run, gathered as its packets are judged: the inventory that `ipip tunnels` has, and charts of the first
 * CHARTS_MAX directions.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_GATHERED_H
#define IPIP_ANALYZER_REPORT_PAGE_GATHERED_H

#include "../report.h"
#include "chart.h"
#include "tunnels_seen.h"

enum { CHARTS_MAX = 64 };

struct host_pairs;

struct gathered {
    const struct ipip_kinds *kinds;
    struct tunnels_seen seen;
    struct chart *charts[CHARTS_MAX]; /* by index of the direction; NULL: no packet of it was seen */
    struct host_pairs *pairs;
    gboolean has_packets;
    int64_t first; /* of all packets of the run */
    int64_t last;
};

struct gathered *gathered_new(const struct ipip_kinds *kinds);
void gathered_free(struct gathered *gathered);

void gathered_take(struct gathered *gathered, const struct report_packet *packet);

/* NULL of a direction that has none. */
const struct chart *gathered_chart(const struct gathered *gathered, const struct ipip_direction_stats *seen);

#endif
