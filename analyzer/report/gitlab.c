/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A code quality report of GitLab: an array of issues. Where a line is meant the frame stands. Known findings are left out. */
#include "direction_text.h"
#include "fingerprint.h"
#include "formats.h"
#include "json.h"

struct report {
    FILE *out;
    gboolean has_issues;
};

static struct report *gitlab_open(const struct options *options, FILE *out)
{
    struct report *report = g_new0(struct report, 1);

    (void)options;
    report->out = out;
    putc('[', out);
    return report;
}

static const char *severity_of(enum ipip_severity severity)
{
    static const char *const severities[] = {"info", "major", "critical"};

    return severities[severity];
}

static json_t *issue_of(const struct report_finding *finding)
{
    struct finding_words words;
    char tunnel[DIRECTION_TEXT];
    char *description, *digest;
    json_t *issue;

    finding_words(&words, finding);
    digest = fingerprint(finding, &words);
    description =
        g_strdup_printf("%s %s, tunnel %s: %s (expected %s, found %s)", finding->rule->id, finding->rule->slug,
                        direction_text(tunnel, &finding->direction), words.message, words.expected, words.actual);
    issue = json_pack("{s:s, s:s, s:s, s:s, s:{s:o, s:{s:I}}}", "description", description, "check_name",
                      finding->rule->id, "fingerprint", digest, "severity", severity_of(finding->severity), "location",
                      "path", json_text(finding->site.file), "lines", "begin", (json_int_t)finding->site.frame);
    g_free(description);
    g_free(digest);
    return issue;
}

static gboolean gitlab_finding(struct report *report, const struct report_finding *finding)
{
    if (finding->site.is_known)
        return FALSE;
    fputs(report->has_issues ? ",\n" : "\n", report->out);
    json_write(report->out, issue_of(finding));
    report->has_issues = TRUE;
    return TRUE;
}

static void gitlab_summary(struct report *report, const struct check_summary *summary)
{
    (void)summary;
    fputs(report->has_issues ? "\n]\n" : "]\n", report->out);
}

static gboolean gitlab_close(struct report *report)
{
    g_free(report);
    return TRUE;
}

const struct report_format_ops report_gitlab = {
    .open = gitlab_open,
    .finding = gitlab_finding,
    .summary = gitlab_summary,
    .close = gitlab_close,
};
