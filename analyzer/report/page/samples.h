/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Some of very many values over time, for a scatter plot: every packet's as long as there is room, then every second one's, every fourth
 * one's ...: evenly spread, the same in each run.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_SAMPLES_H
#define IPIP_ANALYZER_REPORT_PAGE_SAMPLES_H

#include <stdint.h>

enum { SAMPLES_MAX = 512 };

struct sample {
    int64_t time;
    uint32_t value;
};

/* All zero before the first. */
struct samples {
    uint64_t seen;
    unsigned shift; /* one of 1 << shift is kept */
    unsigned count;
    struct sample kept[SAMPLES_MAX];
};

void samples_add(struct samples *samples, int64_t time, uint32_t value);

#endif
