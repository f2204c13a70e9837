/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workflow commands of GitHub Actions: a finding is an annotation of the capture. Known findings are none. */
#include "../printable.h"
#include "direction_text.h"
#include "finding_words.h"
#include "formats.h"

struct report {
    FILE *out;
};

static struct report *github_open(const struct options *options, FILE *out)
{
    struct report *report = g_new(struct report, 1);

    (void)options;
    report->out = out;
    return report;
}

/* As the runner reads them back: of a property also what would end it. */
static void put_escaped(FILE *out, const char *text, gboolean is_property)
{
    for (; *text != '\0'; text++) {
        gboolean is_special =
            *text == '%' || *text == '\r' || *text == '\n' || (is_property && (*text == ':' || *text == ','));

        if (is_special)
            fprintf(out, "%%%02X", (unsigned)*text);
        else
            putc(*text, out);
    }
}

static const char *command_of(enum ipip_severity severity)
{
    static const char *const commands[] = {"notice", "warning", "error"};

    return commands[severity];
}

static char *text_of(const struct report_finding *finding)
{
    struct finding_words words;
    char *frames = finding_frames(finding);
    char tunnel[DIRECTION_TEXT];
    char *text;

    finding_words(&words, finding);
    text = g_strdup_printf("%s, tunnel %s: %s\nexpected %s, found %s (%s)", frames,
                           direction_text(tunnel, &finding->direction), words.message, words.expected, words.actual,
                           finding->reference);
    g_free(frames);
    return text;
}

static gboolean github_finding(struct report *report, const struct report_finding *finding)
{
    char *file, *text;

    if (finding->site.is_known)
        return FALSE;
    file = printable(finding->site.file);
    text = text_of(finding);
    fprintf(report->out, "::%s file=", command_of(finding->severity));
    put_escaped(report->out, file, TRUE);
    fprintf(report->out, ",title=%s %s::", finding->rule->id, finding->rule->slug);
    put_escaped(report->out, text, FALSE);
    putc('\n', report->out);
    g_free(text);
    g_free(file);
    return TRUE;
}

/* A line of the log; where little or nothing was checked an annotation, as no finding is no good news then. */
static void github_summary(struct report *report, const struct check_summary *s)
{
    uint64_t packets = ipip_judge_counts(s->judge)->packets[IPIP_PACKET_TUNNEL];

    if (s->frames->is_unreadable)
        fputs("::error title=ipip check::a capture could not be read to its end; what could be read is judged\n",
              report->out);
    if (s->frames->is_interrupted)
        fputs("::warning title=ipip check::interrupted; what came before is judged\n", report->out);
    if (packets == 0)
        fputs("::warning title=ipip check::nothing could be checked: no tunnel packet\n", report->out);
    fprintf(report->out,
            "ipip check: errors %" G_GUINT64_FORMAT ", warnings %" G_GUINT64_FORMAT ", notes %" G_GUINT64_FORMAT
            ", known %" G_GUINT64_FORMAT "; tunnel packets %" G_GUINT64_FORMAT "\n",
            s->findings[IPIP_ERROR], s->findings[IPIP_WARNING], s->findings[IPIP_NOTE], s->known, packets);
}

static gboolean github_close(struct report *report)
{
    g_free(report);
    return TRUE;
}

const struct report_format_ops report_github = {
    .open = github_open,
    .finding = github_finding,
    .summary = github_summary,
    .close = github_close,
};
