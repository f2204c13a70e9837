/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run of the judge over captures, with its report and its baseline: what is the same however the packets are read. */
#ifndef IPIP_ANALYZER_JUDGE_RUN_H
#define IPIP_ANALYZER_JUDGE_RUN_H

#include "baseline_run.h"
#include "kept_findings.h"
#include "origins.h"
#include "report/reports.h"

struct judge_run {
    struct options options;
    struct frame_counts counts;
    struct ipip_judge *judge;
    struct reports *reports;
    struct baseline_run baseline;
    uint64_t findings[IPIP_ERROR + 1];        /* but for the known ones */
    uint64_t findings_beside[IPIP_ERROR + 1]; /* what else counts for --fail-on, by severity */
    uint64_t known;
    struct origins *origins;
    struct kept_findings *tunnel_findings; /* reported with their counts at the end */
    gboolean is_lossy;                     /* some of them were lost */
    gboolean reports_itself;
    /* With that: takes each finding. None counts for --fail-on: what does, the verb puts into findings_beside. */
    void (*finding)(void *context, const struct ipip_finding *finding, gboolean is_known);
    void *finding_context;
};

/* Takes the command line of a verb. FALSE, and the exit status, where there is nothing to read. */
gboolean judge_run_open(struct judge_run *run, const struct usage *usage, int argc, char **argv, int *status);

/* The policy was changed, and nothing has been judged yet. */
void judge_run_renew(struct judge_run *run);

/* The file that a packet of such a number came from, as the report calls it; and its path. */
const char *judge_run_file(const struct judge_run *run, uint64_t frame);
const char *judge_run_path(const struct judge_run *run, uint64_t frame);

/* Judges the packets of a batch, and shows what was found. */
void judge_run_judge(struct judge_run *run, struct ipip_batch *packets);

/* All captures were read: adds their counts, reports what is known at the end only. */
void judge_run_end(struct judge_run *run);

/* It ends before it began: nothing is written. */
void judge_run_abandon(struct judge_run *run);

/* The exit status. To be called once. */
int judge_run_close(struct judge_run *run);

#endif
