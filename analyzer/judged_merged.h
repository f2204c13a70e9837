/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures judged as one, in the order of time. */
#ifndef IPIP_ANALYZER_JUDGED_MERGED_H
#define IPIP_ANALYZER_JUDGED_MERGED_H

#include "judge_run.h"
#include "merged.h"

struct judged_merged {
    struct judge_run *run;
    void *context;
    /* A packet that --inner lets pass, before it is judged; NULL: judged only. */
    void (*packet)(void *context, unsigned file, const struct ipip_packet *packet);
    /* As of struct merged_use. */
    int64_t (*time)(void *context, unsigned capture, int64_t time);
    const uint64_t *limits;
    gboolean (*open)(void *context, unsigned capture);
    const int64_t *begins;
};

/* Judges the rest of `count` captures; `files` are their indices among the paths of the run. */
void judged_merged_read(const struct judged_merged *use, struct frames *captures, const unsigned *files,
                        unsigned count);

#endif
