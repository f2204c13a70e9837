/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip check: judge every tunnel packet. */
#include "baseline_run.h"
#include "capture/stop.h"
#include "exit_status.h"
#include "frames.h"
#include "judged_chunks.h"
#include "kept_findings.h"
#include "origins.h"
#include "out_of_memory.h"
#include "report/report.h"
#include "report/vantage.h"
#include "say.h"
#include "seed.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "check",
    .parameters = "CAPTURE...",
    .description =
        "Judges every tunnel packet of the captures by the standards of its kind: RFC 2003 for IPv4 in IPv4.\n"
        "Several captures are one run, read one after the other: merge those of the same time before\n(mergecap), such as LAN and WAN of one router.",
    .groups =
        OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_REPORT | OPTIONS_QUIET | OPTIONS_FOLD | OPTIONS_BASELINE | OPTIONS_KINDS,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

struct check {
    struct options options;
    struct frame_counts counts;
    struct ipip_judge *judge;
    struct judged_use use;
    struct chunk_threads *threads;
    const struct report_format_ops *format;
    struct report *report;
    struct baseline_run baseline;
    uint64_t findings[IPIP_ERROR + 1]; /* but for the known ones */
    uint64_t known;
    struct origins *origins;
    struct kept_findings *tunnel_findings; /* reported with their counts at the end */
    gboolean is_lossy;                     /* some of them were lost */
};

static const char *file_of(const struct check *check, uint64_t frame)
{
    return check->options.names[origins_of(check->origins, frame)->file];
}

static struct site site_of(const struct check *check, const struct ipip_finding *finding)
{
    struct site site = {
        .file = file_of(check, finding->packet->frame),
        .frame = origins_frame(finding->packet->frame),
        .time = finding->packet->time,
        .first_frame = origins_frame(finding->first_frame),
        .first_file = file_of(check, finding->first_frame),
        .other_file = file_of(check, finding->other_frame),
        .other_frame = origins_frame(finding->other_frame),
        .other_age = finding->other_age,
        .carriers = &origins_of(check->origins, finding->packet->frame)->carriers,
    };

    return site;
}

static void keep_tunnel_finding(struct check *check, const struct site *site, const struct ipip_finding *finding)
{
    struct ipip_text text;
    struct tunnel_finding kept = {
        .site = *site,
        .rule = finding->rule,
        .rule_index = finding->rule_index,
        .severity = finding->severity,
        .confidence = finding->confidence,
        .direction = finding->direction,
        .layer = finding->layer,
        .count = finding->count,
        .message = text.message,
        .expected = text.expected,
        .actual = text.actual,
    };

    if (check->options.is_quiet)
        return;
    kept.value_count = ipip_finding_values(finding, kept.values);
    ipip_finding_describe(finding, &text);
    kept_findings_add(check->tunnel_findings, &kept);
}

static void take_finding(void *context, const struct ipip_finding *finding)
{
    struct check *check = context;
    struct site site = site_of(check, finding);

    say_no_more();
    site.is_known = baseline_run_knows(&check->baseline, finding);
    if (site.is_known)
        check->known++;
    else
        check->findings[finding->severity]++;
    if (finding->is_of_tunnel)
        keep_tunnel_finding(check, &site, finding);
    else
        check->format->packet_finding(check->report, &site, finding);
}

static void add_counts(struct frame_counts *sum, const struct frame_counts *counts)
{
    sum->files += counts->files;
    sum->packets += counts->packets;
    sum->filtered += counts->filtered;
    sum->unsupported_links += counts->unsupported_links;
    sum->unfilterable += counts->unfilterable;
    sum->truncated += counts->truncated;
    sum->is_unreadable |= counts->is_unreadable;
    sum->is_interrupted |= counts->is_interrupted;
}

static void judge_packets(void *context, struct ipip_batch *packets)
{
    struct check *check = context;

    ipip_judge_batch(check->judge, packets);
    if (ipip_judge_is_out_of_memory(check->judge))
        out_of_memory();
    if (!report_flush())
        stop_request();
}

static void read_capture(struct check *check, int file)
{
    struct frame_counts counts = {0};
    struct frames frames;

    if (frames_open(&frames, check->options.paths[file], check->options.paths[file], &check->options, &counts)) {
        frames.number_base = origins_open_file(check->origins, file);
        chunk_threads_read(check->threads, &frames);
        frames_close(&frames);
    }
    add_counts(&check->counts, &counts);
}

static void report_tunnel_finding(struct tunnel_finding *finding, void *context)
{
    struct check *check = context;
    if (finding->count == 0)
        finding->count = ipip_judge_tunnel_count(check->judge, &finding->direction, finding->rule_index);
    finding->count = MAX(finding->count, 1);
    check->format->tunnel_finding(check->report, finding);
}

static void report_all(struct check *check)
{
    struct check_summary summary = {
        .frames = &check->counts,
        .judge = check->judge,
        .losses = ipip_judge_losses(check->judge),
        .vantage = ipip_judge_vantage_conflict(check->judge),
        .policy = &check->options.policy,
        .settings = &check->options.settings,
        .baseline = check->options.baseline != NULL ? check->baseline.findings : NULL,
        .known = check->known,
        .carried = origins_tunnel_packets(check->origins),
    };

    if (check->counts.files > 0)
        vantage_say(&summary.vantage, check->judge, &check->options.policy);
    check->is_lossy = !kept_findings_each(check->tunnel_findings, report_tunnel_finding, check);
    for (size_t i = 0; i < G_N_ELEMENTS(summary.findings); i++)
        summary.findings[i] = check->findings[i];
    check->format->summary(check->report, &summary);
}

static int status_of(const struct check *check)
{
    if (!report_is_written() || check->is_lossy)
        return EXIT_UNWRITABLE;
    if (check->counts.is_unreadable)
        return EXIT_UNREADABLE;
    for (unsigned severity = check->options.fail_on; severity <= IPIP_ERROR; severity++) {
        if (check->findings[severity] > 0)
            return EXIT_FINDINGS;
    }
    return EXIT_CLEAN;
}

int verb_check(int argc, char **argv)
{
    struct check check = {0};
    int status;

    if (!options_parse(&check.options, &usage, argc, argv, &status))
        return status;
    status = baseline_run_open(&check.baseline, &check.options);
    if (status != EXIT_CLEAN) {
        options_clear(&check.options);
        return status;
    }
    check.format = report_format(&check.options);
    check.report = check.format->open(&check.options);
    check.tunnel_findings = kept_findings_new();
    check.judge = ipip_judge_new(&check.options.policy, NULL, take_finding, &check, random_seed());
    if (check.judge == NULL)
        out_of_memory();
    check.origins = origins_new();
    check.use =
        (struct judged_use){check.judge, inner_filter_new(&check.options), check.origins, judge_packets, &check};
    check.threads = judged_chunks_new(&check.use, check.options.jobs);

    for (int i = 0; i < check.options.path_count; i++)
        read_capture(&check, i);
    ipip_judge_end(check.judge);
    if (check.baseline.findings != NULL && (check.counts.is_unreadable || check.counts.is_interrupted))
        baseline_cut_short(check.baseline.findings);
    report_all(&check);
    status = status_of(&check);
    if (!baseline_run_close(&check.baseline, &check.counts))
        status = EXIT_UNWRITABLE;

    check.format->close(check.report);
    chunk_threads_free(check.threads);
    inner_filter_free(check.use.inner);
    ipip_judge_free(check.judge);
    kept_findings_free(check.tunnel_findings);
    origins_free(check.origins);
    options_clear(&check.options);
    return status;
}
