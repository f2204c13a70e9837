/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports.h"

#include "../say.h"
#include "formats.h"
#include "report_file.h"

/* Findings of each rule that were shown, and were not. */
struct limit {
    struct report_count shown[IPIP_RULES_MAX];
    struct report_count omitted[IPIP_RULES_MAX];
};

struct one_report {
    const struct report_format_ops *ops;
    struct report *report;
    struct report_file *file; /* NULL: standard output */
    const char *path;
    struct limit *limit; /* NULL: everything is shown */
};

struct reports {
    const struct options *options;
    unsigned count;
    unsigned first; /* that gets findings: --summary leaves out standard output */
    unsigned files;
    uint64_t below; /* --min-severity */
    struct one_report all[1 + REPORT_OUTPUTS_MAX];
};

static void open_one(struct reports *reports, enum report_format format, struct report_file *file, const char *path)
{
    struct one_report *one = &reports->all[reports->count++];

    one->ops = file == NULL && reports->options->is_grouped ? &report_grouped : report_format(format);
    one->file = file;
    one->path = path;
    one->limit = reports->options->max_findings >= 0 && one->ops != &report_grouped ? g_new0(struct limit, 1) : NULL;
    one->report = one->ops->open(reports->options, file != NULL ? report_file_stream(file) : stdout);
    reports->files += file != NULL;
}

struct reports *reports_open_none(const struct options *options)
{
    struct reports *reports = g_new0(struct reports, 1);

    reports->options = options;
    return reports;
}

struct reports *reports_open(const struct options *options)
{
    struct reports *reports = g_new0(struct reports, 1);
    GError *error = NULL;

    reports->options = options;
    if (!options->is_quiet)
        open_one(reports, options->format, NULL, NULL);
    if (options->is_summary)
        reports->first = reports->count;
    for (unsigned i = 0; i < options->output_count; i++) {
        const struct report_output *output = &options->outputs[i];
        struct report_file *file = report_file_open(output->path, &error);

        if (file == NULL) {
            say("%s: %s", output->path, error->message);
            g_error_free(error);
            reports_close(reports, FALSE);
            return NULL;
        }
        open_one(reports, output->format, file, output->path);
    }
    return reports;
}

gboolean reports_are_none(const struct reports *reports)
{
    return reports->count == 0;
}

static uint64_t *count_of(struct report_count *counts, const struct report_finding *finding)
{
    return finding->site.is_known ? &counts[finding->rule_index].known : &counts[finding->rule_index].fresh;
}

static void pass(const struct one_report *one, const struct report_finding *finding, uint64_t most)
{
    if (one->limit == NULL)
        one->ops->finding(one->report, finding);
    else if (*count_of(one->limit->shown, finding) >= most)
        ++*count_of(one->limit->omitted, finding);
    else
        *count_of(one->limit->shown, finding) += one->ops->finding(one->report, finding);
}

void reports_finding(struct reports *reports, const struct report_finding *finding)
{
    if (finding->severity < reports->options->min_severity) {
        reports->below += finding->silenced == NULL;
        return;
    }
    for (unsigned i = reports->first; i < reports->count; i++) {
        if (finding->silenced == NULL || reports->all[i].ops->has_silenced)
            pass(&reports->all[i], finding, (uint64_t)reports->options->max_findings);
    }
}

gboolean reports_want_silenced(const struct reports *reports)
{
    for (unsigned i = reports->first; i < reports->count; i++) {
        if (reports->all[i].ops->has_silenced)
            return TRUE;
    }
    return FALSE;
}

gboolean reports_want_packets(const struct reports *reports)
{
    for (unsigned i = 0; i < reports->count; i++) {
        if (reports->all[i].ops->packet != NULL)
            return TRUE;
    }
    return FALSE;
}

void reports_packet(struct reports *reports, const struct report_packet *packet)
{
    for (unsigned i = 0; i < reports->count; i++) {
        if (reports->all[i].ops->packet != NULL)
            reports->all[i].ops->packet(reports->all[i].report, packet);
    }
}

void reports_capture(struct reports *reports, const struct report_capture *capture)
{
    for (unsigned i = 0; i < reports->count; i++) {
        if (reports->all[i].ops->capture != NULL)
            reports->all[i].ops->capture(reports->all[i].report, capture);
    }
}

void reports_summary(struct reports *reports, const struct check_summary *summary)
{
    for (unsigned i = 0; i < reports->count; i++) {
        const struct one_report *one = &reports->all[i];
        struct check_summary limited = *summary;

        limited.below = reports->below;
        limited.omitted = one->limit != NULL ? one->limit->omitted : NULL;
        one->ops->summary(one->report, &limited);
    }
}

gboolean reports_flush(struct reports *reports)
{
    return report_flush() || reports->files > 0;
}

static gboolean close_file(const struct one_report *one, gboolean is_good)
{
    GError *error = NULL;

    if (!is_good)
        report_file_discard(one->file);
    if (!is_good || report_file_commit(one->file, &error))
        return TRUE;
    say("%s: %s", one->path, error->message);
    g_error_free(error);
    return FALSE;
}

gboolean reports_close(struct reports *reports, gboolean is_good)
{
    gboolean is_written = TRUE;

    for (unsigned i = 0; i < reports->count; i++) {
        const struct one_report *one = &reports->all[i];

        gboolean is_complete = one->ops->close(one->report);

        is_written &= is_complete;
        if (one->file != NULL)
            is_written &= close_file(one, is_good && is_complete);
        g_free(one->limit);
    }
    g_free(reports);
    return report_is_written() && is_written;
}
