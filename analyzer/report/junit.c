/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JUnit XML: a suite a capture, a case a rule. What is at or above --fail-on is a failure; what is below, or known, stands in the
 * output of the case. A rule that could be judged on no packet is skipped, with what it lacked.
 */
#include "../printable.h"
#include "../say.h"
#include "direction_text.h"
#include "finding_words.h"
#include "formats.h"
#include "piles.h"
#include "timestamp.h"

/* Packets of a capture by verdict of a rule. */
struct rule_count {
    gint64 verdicts[IPIP_VERDICTS];
};

struct suite {
    char *name;
    double seconds;
    gboolean is_unreadable;
    struct rule_count rules[]; /* as many as there are */
};

struct report {
    FILE *out;
    const struct options *options;
    struct suite **suites;     /* one for each capture, NULL until it was read */
    int last;                  /* capture that was read; -1: none */
    gboolean is_merged;        /* what is counted is counted for all captures */
    struct rule_count *before; /* the verdicts until it ended */
    struct piles *failures;
    struct piles *others;
};

static struct report *junit_open(const struct options *options, FILE *out)
{
    struct report *report = g_new0(struct report, 1);

    report->out = out;
    report->options = options;
    report->suites = g_new0(struct suite *, (gsize)options->path_count);
    report->last = -1;
    report->before = g_new0(struct rule_count, ipip_rules_count());
    report->failures = piles_new();
    report->others = piles_new();
    return report;
}

/* The verdicts since the last call go to this suite. */
static void take_verdicts(struct report *report, struct suite *suite, struct ipip_judge *judge)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        for (int verdict = 0; verdict < IPIP_VERDICTS; verdict++) {
            gint64 *before = &report->before[i].verdicts[verdict];
            gint64 now = (gint64)ipip_judge_verdicts(judge, i, (enum ipip_verdict)verdict);

            suite->rules[i].verdicts[verdict] += now - *before;
            *before = now;
        }
    }
}

static void junit_capture(struct report *report, const struct report_capture *capture)
{
    struct suite *suite = g_malloc0(sizeof *suite + ipip_rules_count() * sizeof suite->rules[0]);

    suite->name = printable(report->options->paths[capture->file]);
    suite->seconds = capture->seconds;
    suite->is_unreadable = capture->is_unreadable;
    report->is_merged = capture->is_merged;
    if (!capture->is_merged)
        take_verdicts(report, suite, capture->judge);
    report->suites[capture->file] = suite;
    report->last = capture->file;
}

static guint pile_of(const struct report_finding *finding)
{
    return (guint)finding->site.file_index * IPIP_RULES_MAX + (guint)finding->rule_index;
}

static char *title_of(const struct report_finding *finding, const struct finding_words *words)
{
    char *frames = finding_frames(finding);
    char tunnel[DIRECTION_TEXT];
    char *title =
        g_strdup_printf("%s, tunnel %s: %s", frames, direction_text(tunnel, &finding->direction), words->message);

    g_free(frames);
    return title;
}

static char *body_of(const struct report_finding *finding, const struct finding_words *words)
{
    char time[TIMESTAMP_TEXT];
    char flow[INNER_FLOW_TEXT];

    return g_strdup_printf("expected %s, found %s (%s)\nat %s, %s%s%s\nusual cause: %s%s", words->expected,
                           words->actual, finding->reference, timestamp_text(time, finding->site.time),
                           ipip_confidence_name(finding->confidence), finding->flow.is_known ? ", inner flow " : "",
                           finding->flow.is_known ? inner_flow_text(flow, &finding->flow) : "",
                           finding->rule->usual_cause, finding->site.is_known ? "\nknown from the baseline" : "");
}

static gboolean junit_finding(struct report *report, const struct report_finding *finding)
{
    gboolean is_failure = !finding->site.is_known && finding->severity >= report->options->fail_on;
    const char *severity = ipip_severity_name(finding->severity);
    struct finding_words words;
    char *title, *body, *text;

    finding_words(&words, finding);
    title = title_of(finding, &words);
    body = body_of(finding, &words);
    if (is_failure)
        text = g_markup_printf_escaped("<failure type=\"%s\" message=\"%s\">%s</failure>", severity, title, body);
    else
        text = g_markup_printf_escaped("%s: %s\n%s\n", severity, title, body);
    piles_add(is_failure ? report->failures : report->others, pile_of(finding), text);
    g_free(text);
    g_free(body);
    g_free(title);
    return TRUE;
}

static void G_GNUC_PRINTF(2, 3) put(const struct report *report, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = g_markup_vprintf_escaped(format, arguments);
    va_end(arguments);
    fputs(text, report->out);
    g_free(text);
}

static void put_text(const char *text, void *context)
{
    const struct report *report = context;

    fputs(text, report->out);
    putc('\n', report->out);
}

/* What became of a rule on a capture. */
enum outcome { OUTCOME_FAILED, OUTCOME_SKIPPED, OUTCOME_PASSED };

static enum outcome outcome_of(const struct report *report, const struct suite *suite, guint pile)
{
    const struct rule_count *count = &suite->rules[pile % IPIP_RULES_MAX];

    if (piles_count(report->failures, pile) > 0)
        return OUTCOME_FAILED;
    if (piles_count(report->others, pile) > 0 || count->verdicts[IPIP_PASS] > 0 || count->verdicts[IPIP_FAIL] > 0)
        return OUTCOME_PASSED;
    return OUTCOME_SKIPPED;
}

/* "evidence missing on 3 packets, such as: ..."; to be freed. */
static char *lack_of(const struct suite *suite, size_t rule)
{
    gint64 packets = suite->rules[rule].verdicts[IPIP_UNKNOWN];
    GString *text = g_string_new(NULL);
    const char *reason;

    g_string_append_printf(text, "evidence missing on %" G_GINT64_FORMAT " of the %s", packets,
                           ipip_subject_name(ipip_rule_at(rule)->subject));
    for (unsigned i = 0; (reason = ipip_rule_evidence(rule, i)) != NULL; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? ", for a reason such as: " : "; ", reason);
    return g_string_free(text, FALSE);
}

static void put_skipped(const struct report *report, const struct suite *suite, size_t rule)
{
    char *lack = lack_of(suite, rule);

    if (suite->rules[rule].verdicts[IPIP_UNKNOWN] > 0)
        put(report, "<skipped type=\"unknown\" message=\"%s\"/>\n", lack);
    else
        put(report, "<skipped type=\"not applicable\" message=\"none of the %s is what the rule is about\"/>\n",
            ipip_subject_name(ipip_rule_at(rule)->subject));
    g_free(lack);
}

static void put_output(struct report *report, const struct suite *suite, guint pile, enum outcome outcome)
{
    size_t rule = pile % IPIP_RULES_MAX;
    gboolean has_lack = outcome != OUTCOME_SKIPPED && suite->rules[rule].verdicts[IPIP_UNKNOWN] > 0;

    if (!has_lack && piles_count(report->others, pile) == 0)
        return;
    fputs("<system-out>", report->out);
    piles_each(report->others, pile, put_text, report);
    if (has_lack) {
        char *lack = lack_of(suite, rule);

        put(report, "%s", lack);
        g_free(lack);
    }
    fputs("</system-out>\n", report->out);
}

static void put_case(struct report *report, const struct suite *suite, guint pile)
{
    size_t index = pile % IPIP_RULES_MAX;
    const struct ipip_rule *rule = ipip_rule_at(index);
    enum outcome outcome = outcome_of(report, suite, pile);

    put(report, "<testcase classname=\"%s\" name=\"%s %s\" time=\"0\">\n", suite->name, rule->id, rule->slug);
    if (outcome == OUTCOME_SKIPPED)
        put_skipped(report, suite, index);
    piles_each(report->failures, pile, put_text, report);
    put_output(report, suite, pile, outcome);
    fputs("</testcase>\n", report->out);
}

/* Whether all of the capture could be read is a case of its own. */
static void put_reading(const struct report *report, const struct suite *suite)
{
    put(report, "<testcase classname=\"%s\" name=\"the capture can be read\" time=\"0\">", suite->name);
    if (suite->is_unreadable)
        fputs("<error type=\"unreadable\" message=\"not read to its end; what could be read is judged\"/>",
              report->out);
    fputs("</testcase>\n", report->out);
}

static void put_suite(struct report *report, int file)
{
    const struct suite *suite = report->suites[file];
    unsigned tests = 1, outcomes[3] = {0};
    char seconds[G_ASCII_DTOSTR_BUF_SIZE];

    for (guint rule = 0; rule < ipip_rules_count(); rule++) {
        if (report->options->policy.is_off[rule])
            continue;
        tests++;
        outcomes[outcome_of(report, suite, (guint)file * IPIP_RULES_MAX + rule)]++;
    }
    put(report,
        "<testsuite name=\"%s\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%s\" id=\"%d\">\n",
        suite->name, tests, outcomes[OUTCOME_FAILED], (unsigned)suite->is_unreadable, outcomes[OUTCOME_SKIPPED],
        g_ascii_formatd(seconds, sizeof seconds, "%.3f", suite->seconds), file);
    put_reading(report, suite);
    for (guint rule = 0; rule < ipip_rules_count(); rule++) {
        if (!report->options->policy.is_off[rule])
            put_case(report, suite, (guint)file * IPIP_RULES_MAX + rule);
    }
    fputs("</testsuite>\n", report->out);
}

static void junit_summary(struct report *report, const struct check_summary *summary)
{
    /* What is decided at the end counts with the last capture. */
    if (report->last >= 0)
        take_verdicts(report, report->suites[report->last], summary->judge);
    for (int file = 0; report->is_merged && file < report->options->path_count; file++) {
        if (file != report->last && report->suites[file] != NULL)
            memcpy(report->suites[file]->rules, report->before, ipip_rules_count() * sizeof *report->before);
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ipip check\">\n", report->out);
    for (int file = 0; file < report->options->path_count; file++) {
        if (report->suites[file] != NULL)
            put_suite(report, file);
    }
    fputs("</testsuites>\n", report->out);
}

static gboolean is_lossless(const struct piles *piles)
{
    if (piles_trouble(piles) != NULL)
        say("findings were lost: they can't be kept in a temporary file: %s", piles_trouble(piles));
    return piles_trouble(piles) == NULL;
}

static gboolean junit_close(struct report *report)
{
    gboolean is_good = is_lossless(report->failures) && is_lossless(report->others);

    for (int file = 0; file < report->options->path_count; file++) {
        if (report->suites[file] != NULL)
            g_free(report->suites[file]->name);
        g_free(report->suites[file]);
    }
    g_free(report->suites);
    g_free(report->before);
    piles_free(report->failures);
    piles_free(report->others);
    g_free(report);
    return is_good;
}

const struct report_format_ops report_junit = {
    .open = junit_open,
    .finding = junit_finding,
    .capture = junit_capture,
    .summary = junit_summary,
    .close = junit_close,
};
