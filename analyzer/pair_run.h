/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two captures, or one of several interfaces, read as the two sides of a tunnel: paired, and judged together. */
#ifndef IPIP_ANALYZER_PAIR_RUN_H
#define IPIP_ANALYZER_PAIR_RUN_H

#include "ipip/pair.h"
#include "judge_run.h"

enum { PAIR_FILES_MAX = 2 };

struct pair_run {
    struct judge_run *run;
    unsigned files;
    char *spooled[PAIR_FILES_MAX];
    unsigned opened[PAIR_FILES_MAX]; /* which file each open capture is */
    struct frames captures[PAIR_FILES_MAX];
    unsigned capture_count;
    uint64_t packets[PAIR_FILES_MAX]; /* that the survey read */
    gboolean is_damaged[PAIR_FILES_MAX];
    gboolean is_one_missing; /* a file can't be opened */
    uint16_t link_types[PAIR_FILES_MAX];
    struct ipip_pair_layout layout;
    struct ipip_pair *pair; /* NULL: nothing to pair */
};

typedef void pair_run_watch(void *context, const struct ipip_packet *packet);

/* Reads the captures of `run`, to see which side is which, and how far their clocks are apart. `watch` sees each packet; or NULL. */
void pair_run_survey(struct pair_run *p, struct judge_run *run, pair_run_watch *watch, void *context);

/* Whether the inner side is a tunnel device. */
gboolean pair_run_is_device(const struct pair_run *p);

/* Reads them again: pairs and judges the packets. `p->pair` is there from the first event on. */
void pair_run_read(struct pair_run *p, ipip_pair_sink *event, void *context);

void pair_run_close(struct pair_run *p);

#endif
