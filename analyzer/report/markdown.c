/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table in Markdown, for a ticket. Known findings are counted only. */
#include <string.h>

#include "../printable.h"
#include "direction_text.h"
#include "finding_words.h"
#include "formats.h"
#include "timestamp.h"

struct report {
    FILE *out;
    gboolean has_rows;
};

static struct report *markdown_open(const struct options *options, FILE *out)
{
    struct report *report = g_new0(struct report, 1);

    (void)options;
    report->out = out;
    return report;
}

/* Words: punctuation that might mean something is escaped, which Markdown allows before any. */
static void put_words(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\\`*_[]<>#|~&@", *text) != NULL)
            putc('\\', out);
        putc(*text, out);
    }
}

/* What others chose, such as the name of a file, as code: no link, no mention, no image. */
static void put_code(FILE *out, const char *text)
{
    unsigned run = 0, longest = 0;
    char *shown = printable(text);

    for (const char *next = shown; *next != '\0'; next++) {
        run = *next == '`' ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    for (unsigned i = 0; i <= longest; i++)
        putc('`', out);
    putc(' ', out); /* one on each side is not part of the code */
    for (const char *next = shown; *next != '\0'; next++) {
        if (*next == '|')
            putc('\\', out); /* which ends no cell then, in code, too */
        putc(*next, out);
    }
    putc(' ', out);
    for (unsigned i = 0; i <= longest; i++)
        putc('`', out);
    g_free(shown);
}

static void put_place(FILE *out, const struct report_finding *finding)
{
    char *frames = finding_frames(finding);
    char tunnel[DIRECTION_TEXT];
    char flow[INNER_FLOW_TEXT];
    char time[TIMESTAMP_TEXT];

    put_code(out, finding->site.file);
    fprintf(out, " %s | %s | ", frames, timestamp_text(time, finding->site.time));
    put_words(out, direction_text(tunnel, &finding->direction));
    fputs(" | ", out);
    if (finding->flow.is_known)
        put_words(out, inner_flow_text(flow, &finding->flow));
    g_free(frames);
}

static gboolean markdown_finding(struct report *report, const struct report_finding *finding)
{
    FILE *out = report->out;
    struct finding_words words;

    if (finding->site.is_known)
        return FALSE;
    finding_words(&words, finding);
    if (!report->has_rows)
        fputs("| severity | rule | where | time | tunnel | inner flow | what | expected | found |\n"
              "|---|---|---|---|---|---|---|---|---|\n",
              out);
    report->has_rows = TRUE;
    fprintf(out, "| %s | %s %s | ", ipip_severity_name(finding->severity), finding->rule->id, finding->rule->slug);
    put_place(out, finding);
    fputs(" | ", out);
    put_words(out, words.message);
    fputs(" | ", out);
    put_words(out, words.expected);
    fputs(" | ", out);
    put_words(out, words.actual);
    fputs(" |\n", out);
    return TRUE;
}

static void put_silenced(FILE *out, const struct policy_settings *settings)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (settings->reasons[i] != NULL) {
            fprintf(out, "\nSilenced by the policy: %s ", ipip_rule_at(i)->id);
            put_code(out, settings->reasons[i]);
            putc('\n', out);
        }
    }
}

static void markdown_summary(struct report *report, const struct check_summary *s)
{
    uint64_t packets = ipip_judge_counts(s->judge)->packets[IPIP_PACKET_TUNNEL];
    FILE *out = report->out;

    fprintf(out, "%s%s: errors %" G_GUINT64_FORMAT ", warnings %" G_GUINT64_FORMAT ", notes %" G_GUINT64_FORMAT,
            report->has_rows ? "\n" : "", packets > 0 ? "Checked" : "Nothing could be checked", s->findings[IPIP_ERROR],
            s->findings[IPIP_WARNING], s->findings[IPIP_NOTE]);
    fprintf(out,
            ", known from the baseline %" G_GUINT64_FORMAT "; %" G_GUINT64_FORMAT
            " packets, of which %" G_GUINT64_FORMAT " in tunnels.\n",
            s->known, s->frames->packets, packets);
    if (s->frames->is_unreadable)
        fputs("\nA capture could not be read to its end.\n", out);
    if (s->frames->is_interrupted)
        fputs("\nInterrupted: what came before is judged.\n", out);
    put_silenced(out, s->settings);
}

static gboolean markdown_close(struct report *report)
{
    g_free(report);
    return TRUE;
}

const struct report_format_ops report_markdown = {
    .open = markdown_open,
    .finding = markdown_finding,
    .summary = markdown_summary,
    .close = markdown_close,
};
