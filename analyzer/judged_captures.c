/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judged_captures.h"

#include "capture/stop.h"
#include "judged_chunks.h"
#include "judged_merged.h"
#include "overlap.h"

static void judge_packets(void *context, struct ipip_batch *packets)
{
    judge_run_judge(context, packets);
}

static void read_capture(struct judge_run *run, struct chunk_threads *threads, int file)
{
    struct report_capture capture = {.file = file, .judge = run->judge};
    gint64 start = g_get_monotonic_time();
    struct frame_counts counts = {0};
    struct frames frames;

    if (frames_open(&frames, run->options.paths[file], run->options.paths[file], &run->options, &counts)) {
        frames.number_base = origins_open_file(run->origins, file);
        chunk_threads_read(threads, &frames);
        frames_close(&frames);
    }
    frame_counts_add(&run->counts, &counts);
    capture.is_unreadable = counts.is_unreadable;
    capture.seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    reports_capture(run->reports, &capture);
}

/* One after the other. */
static void read_in_order(struct judge_run *run)
{
    struct judged_use use = {.judge = run->judge,
                             .inner = inner_filter_new(&run->options),
                             .origins = run->origins,
                             .judge_packets = judge_packets,
                             .context = run};
    struct chunk_threads *threads = judged_chunks_new(&use, run->options.jobs);

    for (int i = 0; i < run->options.path_count; i++)
        read_capture(run, threads, i);
    chunk_threads_free(threads);
    inner_filter_free(use.inner);
}

/* Captures that are merged, each open for its time only: there may be more of them than files can be open. */
struct by_time {
    struct judge_run *run;
    struct frames *captures;
    struct frame_counts *counts;
};

static gboolean open_capture(void *context, unsigned file)
{
    const struct by_time *all = context;
    const struct options *options = &all->run->options;

    return frames_open(&all->captures[file], options->paths[file], options->paths[file], options, &all->counts[file]);
}

static void read_by_time(struct judge_run *run)
{
    gint64 start = g_get_monotonic_time();
    gsize count = (gsize)run->options.path_count;
    struct by_time all = {run, g_new0(struct frames, count), g_new0(struct frame_counts, count)};
    int64_t *begins = captures_begins(run->options.paths, run->options.path_count);
    unsigned *files = g_new0(unsigned, count);

    for (unsigned i = 0; i < count; i++)
        files[i] = i;
    judged_merged_read(&(struct judged_merged){.run = run, .context = &all, .open = open_capture, .begins = begins},
                       all.captures, files, (unsigned)count);
    for (unsigned i = 0; i < count; i++) {
        frame_counts_add(&run->counts, &all.counts[i]);
        reports_capture(run->reports, &(struct report_capture){
                                          .file = (int)i,
                                          .judge = run->judge,
                                          .seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC,
                                          .is_unreadable = all.counts[i].is_unreadable,
                                          .is_merged = TRUE,
                                      });
    }
    g_free(all.counts);
    g_free(all.captures);
    g_free(begins);
    g_free(files);
}

static gboolean is_by_time(const struct options *options)
{
    if (options->path_count < 2 || options->merge == MERGE_ORDER)
        return FALSE;
    return options->merge == MERGE_TIME || captures_overlap(options->paths, options->path_count);
}

void judged_captures_read(struct judge_run *run)
{
    stop_on_signals();
    if (is_by_time(&run->options))
        read_by_time(run);
    else
        read_in_order(run);
    judge_run_end(run);
}
