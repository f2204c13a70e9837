/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <errno.h>
#include <stdio.h>

#include "../say.h"

static struct report *silent_open(const struct options *options)
{
    (void)options;
    return NULL;
}

static gboolean silent_packet(struct report *report, const struct site *site, const struct ipip_finding *finding)
{
    (void)report;
    (void)site;
    (void)finding;
    return FALSE;
}

static gboolean silent_tunnel(struct report *report, const struct tunnel_finding *finding)
{
    (void)report;
    (void)finding;
    return FALSE;
}

static void silent_summary(struct report *report, const struct check_summary *summary)
{
    (void)report;
    (void)summary;
}

static void silent_close(struct report *report)
{
    (void)report;
}

static const struct report_format_ops report_silent = {silent_open, silent_packet, silent_tunnel, silent_summary,
                                                       silent_close};

const struct report_format_ops *report_format_unlimited(const struct options *options)
{
    static const struct report_format_ops *const formats[] = {
        [REPORT_TEXT] = &report_text,
        [REPORT_JSONL] = &report_jsonl,
    };

    return options->is_quiet ? &report_silent : formats[options->format];
}

const struct report_format_ops *report_format(const struct options *options)
{
    return options->max_findings >= 0 ? &report_limit : report_format_unlimited(options);
}

static int failure; /* why standard output can't be written; 0: it can */

gboolean report_flush(void)
{
    if (failure == 0 && (fflush(stdout) != 0 || ferror(stdout)))
        failure = errno != 0 ? errno : EIO;
    return failure == 0;
}

gboolean report_is_written(void)
{
    if (report_flush())
        return TRUE;
    /* A reader that has seen enough (`| head`) is no news. */
    if (failure != EPIPE)
        say("standard output can't be written: %s", g_strerror(failure));
    return FALSE;
}
