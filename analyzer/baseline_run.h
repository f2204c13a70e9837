/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options --baseline and --write-baseline, from the start of a run to its end. Errors go to standard error. */
#ifndef IPIP_ANALYZER_BASELINE_RUN_H
#define IPIP_ANALYZER_BASELINE_RUN_H

#include "baseline.h"
#include "capture/output.h"
#include "cli_options.h"
#include "frames.h"

struct baseline_run {
    const struct options *options;
    struct baseline *findings; /* NULL: neither option was given */
    struct output *output;     /* NULL: without --write-baseline */
};

/*
 * Reads the old baseline and begins the new one: what is wrong with them is to be known before hours of judging. EXIT_CLEAN, or the exit
 * status to end with; then there is nothing to close.
 */
int baseline_run_open(struct baseline_run *run, const struct options *options);

/* Whether the finding is known. To be called for each, during the call of the judge's sink. */
gboolean baseline_run_knows(struct baseline_run *run, const struct ipip_finding *finding);

/*
 * Writes the new baseline, if all captures were read to their ends, or up to an interrupt, with a message. FALSE where
 * that fails.
 */
gboolean baseline_run_close(struct baseline_run *run, const struct frame_counts *counts);

/* The run ends before it began: nothing is written. */
void baseline_run_abandon(struct baseline_run *run);

#endif
