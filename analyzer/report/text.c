/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings for people. */
#include <inttypes.h>
#include <string.h>

#include "../printable.h"
#include "../wrap.h"
#include "carriers.h"
#include "direction_text.h"
#include "finding_words.h"
#include "fold.h"
#include "formats.h"
#include "known.h"
#include "paint.h"
#include "text_summary.h"
#include "timestamp.h"

struct report {
    struct text_style style;
    struct folds *folds;
    GHashTable *names; /* of captures, printable, by their paths */
};

static struct report *text_open(const struct options *options, FILE *out)
{
    struct report *report = g_new0(struct report, 1);

    report->style = (struct text_style){
        .out = out,
        .is_coloured = paint_is_wanted(options, out),
        .is_all = options->is_all,
        .has_filter = options->filter != NULL,
    };
    report->folds = folds_new();
    report->names = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    return report;
}

enum {
    INDENT = 2,
    HANG = 4, /* of what a line that is too long goes on with */
};

/* The paths are those of the command line: the same one is at the same place. */
static const char *name_of(const struct report *report, const char *file)
{
    char *name = g_hash_table_lookup(report->names, file);

    if (name == NULL) {
        name = printable(file);
        g_hash_table_insert(report->names, (gpointer)file, name);
    }
    return name;
}

/* "error IPIP105 df-not-propagated:", and the line goes on. */
static struct wrap print_title(const struct report *report, const struct report_finding *finding)
{
    const struct text_style *style = &report->style;
    const char *severity = ipip_severity_name(finding->severity);
    const struct ipip_rule *rule = finding->rule;

    fprintf(style->out, "%s%s %s%s %s:", paint_severity(style->is_coloured, finding->severity), severity, rule->id,
            paint_end(style->is_coloured), rule->slug);
    return (struct wrap){.out = style->out,
                         .hang = HANG,
                         .column = (unsigned)(strlen(severity) + strlen(rule->id) + strlen(rule->slug)) + 3};
}

static void print_octets(const struct report *report, const struct ipip_excerpt *excerpt)
{
    if (excerpt->header.captured == 0)
        return;
    fprintf(report->style.out, "  %-5s  ", excerpt->name);
    paint_octets(report->style.out, report->style.is_coloured, excerpt);
    putc('\n', report->style.out);
}

/* When, how sure it is, and the inner flow that is hit. */
static void print_circumstances(FILE *out, const struct report_finding *finding)
{
    struct wrap line = {.out = out, .indent = INDENT, .hang = HANG};
    char time[TIMESTAMP_TEXT];
    char flow[INNER_FLOW_TEXT];

    wrap_format(&line, "at %s, %s%s", timestamp_text(time, finding->site.time),
                ipip_confidence_name(finding->confidence), finding->flow.is_known ? "," : "");
    if (finding->flow.is_known)
        wrap_format(&line, "inner flow %s", inner_flow_text(flow, &finding->flow));
    wrap_end(&line);
}

static void print_reason(FILE *out, const struct report_finding *finding, const struct finding_words *words)
{
    char *text =
        g_strconcat("expected ", words->expected, ", found ", words->actual, " (", finding->reference, ")", NULL);

    wrap_paragraph(out, INDENT, HANG, text);
    g_free(text);
    text = g_strconcat("usual cause: ", finding->rule->usual_cause, NULL);
    wrap_paragraph(out, INDENT, HANG, text);
    g_free(text);
    putc('\n', out);
}

/* The packet without which this one would be nothing special; and how far away it is, unless that rounds to nothing. */
static void print_other(const struct report *report, const struct site *site)
{
    struct wrap line = {.out = report->style.out, .indent = INDENT, .hang = HANG};
    gboolean is_elsewhere = g_strcmp0(site->other_file, site->file) != 0;
    gboolean is_apart = site->other_age >= 500;

    if (site->other_frame == 0)
        return;
    wrap_format(&line, "see frame %" PRIu64 "%s%s%s", site->other_frame, is_elsewhere ? " of " : "",
                is_elsewhere ? name_of(report, site->other_file) : "", is_apart ? "," : "");
    if (is_apart)
        wrap_format(&line, "%.6f s away", (double)site->other_age / 1e9);
    wrap_end(&line);
}

static gboolean is_here(const struct site *site, const char *file, uint64_t frame)
{
    return frame == site->frame && g_strcmp0(file, site->file) == 0;
}

/* Which packet, and in which tunnel. The file stays on the line of the title, so that both are found together. */
static void print_place(const struct report *report, struct wrap *line, const struct report_finding *finding)
{
    const struct site *site = &finding->site;
    const struct ipip_finding *packet = finding->of_packet;
    const char *file = name_of(report, site->file);
    gboolean is_whole = is_here(site, site->first_file, site->first_frame);
    gboolean is_nested = packet->target == IPIP_TARGET_LAYER && packet->tunnel_layer > 0;
    char tunnel[DIRECTION_TEXT];

    line->column += (unsigned)g_utf8_strlen(file, -1) +
                    (unsigned)fprintf(line->out, " %s frame %" PRIu64 "%s", file, site->frame, is_whole ? "," : "") -
                    (unsigned)strlen(file);
    if (!is_whole && g_strcmp0(site->first_file, site->file) != 0)
        wrap_format(line, "(first fragment in frame %" PRIu64 " of %s),", site->first_frame,
                    name_of(report, site->first_file));
    else if (!is_whole)
        wrap_format(line, "(first fragment in frame %" PRIu64 "),", site->first_frame);
    wrap_format(line, "tunnel %s%s", direction_text(tunnel, &finding->direction),
                is_nested || carriers_are(site->carriers) ? "," : "");
    if (is_nested)
        wrap_format(line, "nested at level %u%s", packet->tunnel_layer + 1, carriers_are(site->carriers) ? "," : "");
    carriers_print(line, site->carriers);
    wrap_end(line);
}

static void print_tunnel(const struct report *report, struct wrap *line, const struct report_finding *finding)
{
    const struct site *site = &finding->site;
    char tunnel[DIRECTION_TEXT];

    wrap_format(line, "tunnel %s,", direction_text(tunnel, &finding->direction));
    wrap_format(line, "%" PRIu64 " packet%s,", finding->count, finding->count == 1 ? "" : "s");
    wrap_format(line, "first %s frame %" PRIu64 "%s", name_of(report, site->file), site->frame,
                carriers_are(site->carriers) ? "," : "");
    carriers_print(line, site->carriers);
    wrap_end(line);
}

static gboolean is_folded(const struct report *report, const struct report_finding *finding)
{
    return finding->of_packet != NULL &&
           !folds_show(report->folds, finding->rule_index, &finding->direction, finding->site.file,
                       finding->site.frame) &&
           !report->style.is_all;
}

static gboolean text_finding(struct report *report, const struct report_finding *finding)
{
    FILE *out = report->style.out;
    struct finding_words words;
    struct wrap title;

    if (finding->site.is_known || is_folded(report, finding))
        return FALSE;
    finding_words(&words, finding);
    title = print_title(report, finding);
    (finding->of_packet != NULL ? print_place : print_tunnel)(report, &title, finding);
    wrap_paragraph(out, INDENT, HANG, words.message);
    for (int i = 0; finding->of_packet != NULL && i < IPIP_EXCERPT_MAX; i++)
        print_octets(report, &finding->of_packet->excerpts[i]);
    print_circumstances(out, finding);
    print_other(report, &finding->site);
    print_reason(out, finding, &words);
    return TRUE;
}

static void print_hidden(const struct fold *fold, void *context)
{
    const struct report *report = context;
    const struct ipip_rule *rule = ipip_rule_at(fold->rule_index);
    struct wrap line = {.out = report->style.out, .hang = HANG};
    char tunnel[DIRECTION_TEXT];

    wrap_format(&line, "%s %s:", rule->id, rule->slug);
    wrap_format(&line, "%" PRIu64 " more on %s%s,", fold->hidden, fold->is_of_many ? "further tunnels" : "tunnel ",
                fold->is_of_many ? "" : direction_text(tunnel, &fold->direction));
    wrap_format(&line, "the last in %s frame %" PRIu64, name_of(report, fold->last_file), fold->last_frame);
    wrap_piece(&line, "(--all shows each)");
    wrap_end(&line);
    putc('\n', report->style.out);
}

static void print_omitted(FILE *out, const struct check_summary *s)
{
    for (size_t i = 0; s->omitted != NULL && i < ipip_rules_count(); i++) {
        if (s->omitted[i].fresh > 0)
            fprintf(out, "%s %s: %" PRIu64 " more, not shown (a larger --max-findings shows more)\n\n",
                    ipip_rule_at(i)->id, ipip_rule_at(i)->slug, s->omitted[i].fresh);
    }
}

static void text_summary(struct report *report, const struct check_summary *s)
{
    if (s->frames->files == 0) /* with a message before */
        return;
    if (!report->style.is_all)
        folds_each_hidden(report->folds, print_hidden, report);
    print_omitted(report->style.out, s);
    text_summary_print(&report->style, s);
    known_print(report->style.out, s, report->style.is_all);
}

static gboolean text_close(struct report *report)
{
    folds_free(report->folds);
    g_hash_table_unref(report->names);
    g_free(report);
    return TRUE;
}

const struct report_format_ops report_text = {
    .open = text_open,
    .finding = text_finding,
    .summary = text_summary,
    .close = text_close,
};
