/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jsonl.h"

#include "formats.h"
#include "known.h"

struct report {
    FILE *out;
};

void jsonl_print(FILE *out, json_t *object)
{
    json_write(out, object);
    putc('\n', out);
}

static struct report *jsonl_open(const struct options *options, FILE *out)
{
    struct report *report = g_new(struct report, 1);

    (void)options;
    report->out = out;
    return report;
}

static gboolean jsonl_finding(struct report *report, const struct report_finding *finding)
{
    jsonl_print(report->out, json_finding(finding));
    return TRUE;
}

static void jsonl_summary(struct report *report, const struct check_summary *summary)
{
    known_print_json(report->out, summary);
    jsonl_print(report->out, json_summary(summary));
}

static gboolean jsonl_close(struct report *report)
{
    g_free(report);
    return TRUE;
}

const struct report_format_ops report_jsonl = {
    .open = jsonl_open,
    .finding = jsonl_finding,
    .summary = jsonl_summary,
    .close = jsonl_close,
};
