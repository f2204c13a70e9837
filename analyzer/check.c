/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip check: judge every tunnel packet. */
#include "judge_run.h"
#include "judged_chunks.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "check",
    .parameters = "CAPTURE...",
    .description =
        "Judges every tunnel packet of the captures by the standards of its kind: RFC 2003 for IPv4 in IPv4.\n"
        "Several captures, or all *.pcap* in a folder, are one run, read one after the other: merge those of the same time before\n(mergecap), such as LAN and WAN of one router.",
    .groups = OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_FORMATS | OPTIONS_QUIET | OPTIONS_FOLD | OPTIONS_BASELINE |
              OPTIONS_KINDS,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

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

int verb_check(int argc, char **argv)
{
    struct judge_run run;
    struct judged_use use;
    struct chunk_threads *threads;
    int status;

    if (!judge_run_open(&run, &usage, argc, argv, &status))
        return status;
    use = (struct judged_use){run.judge, inner_filter_new(&run.options), run.origins, judge_packets, &run};
    threads = judged_chunks_new(&use, run.options.jobs);
    for (int i = 0; i < run.options.path_count; i++)
        read_capture(&run, threads, i);
    judge_run_end(&run);
    chunk_threads_free(threads);
    inner_filter_free(use.inner);
    return judge_run_close(&run);
}
