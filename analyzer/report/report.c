/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <errno.h>

#include "../say.h"
#include "conform.h"
#include "formats.h"

static const struct {
    const char *name;
    const struct report_format_ops *ops;
} formats[] = {
    [REPORT_TEXT] = {"text", &report_text},       [REPORT_JSONL] = {"jsonl", &report_jsonl},
    [REPORT_SARIF] = {"sarif", &report_sarif},    [REPORT_JUNIT] = {"junit", &report_junit},
    [REPORT_GITHUB] = {"github", &report_github}, [REPORT_GITLAB] = {"gitlab", &report_gitlab},
    [REPORT_CSV] = {"csv", &report_csv},          [REPORT_MARKDOWN] = {"markdown", &report_markdown},
    [REPORT_HTML] = {"html", &report_html},
};

const struct report_format_ops *report_format(enum report_format format)
{
    return formats[format].ops;
}

const char *report_format_name(int index)
{
    return (size_t)index < G_N_ELEMENTS(formats) ? formats[index].name : NULL;
}

static const char *common_format_name(int index)
{
    return index < REPORT_FORMATS_COMMON ? report_format_name(index) : NULL;
}

choice_name *report_formats_of(unsigned groups)
{
    return (groups & OPTIONS_FORMATS) != 0   ? report_format_name
           : (groups & OPTIONS_CONFORM) != 0 ? conform_format_name
                                             : common_format_name;
}

const char *group_key_name(int index)
{
    static const char *const names[] = {
        [GROUP_BY_RULE] = "rule", [GROUP_BY_TUNNEL] = "tunnel", [GROUP_BY_INNER_FLOW] = "inner-flow", NULL};

    return names[index];
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
