/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip conform` found, as a page: what is violated with its explanation, then all statements by verdict. */
#include <inttypes.h>

#include "conform.h"
#include "direction_text.h"
#include "html.h"

static const char *const headings[] = {[VIOLATES] = "Violated",
                                       [CONFORMS] = "Held",
                                       [NOT_EXERCISED] = "Not exercised",
                                       [CANNOT_BE_SEEN] = "Can't be seen"};

/* Of what stands in the last column. */
static const char *const shown_by[] = {[VIOLATES] = "What is wrong, and the first packets that show it",
                                       [CONFORMS] = "Packets that show it",
                                       [NOT_EXERCISED] = "Stimuli that exercise it",
                                       [CANNOT_BE_SEEN] = "Why"};

static void put_packets(FILE *out, const struct judge_run *run, const struct evidence_packets *packets)
{
    uint64_t shown = MIN(packets->count, EVIDENCE_FRAMES);
    const char *file = NULL;

    for (uint64_t i = 0; i < shown; i++) {
        const char *next = judge_run_path(run, packets->frames[i]);

        fputs(i > 0 ? ", " : "", out);
        if (file != next) {
            html_put_name(out, next);
            fputs(" frame ", out);
        }
        fprintf(out, "%" PRIu64, origins_frame(packets->frames[i]));
        file = next;
    }
    if (packets->count > shown)
        fprintf(out, " and %" PRIu64 " more", packets->count - shown);
}

static void put_violation(FILE *out, const struct evidence_violation *violation)
{
    html_put_badge(out, violation->severity);
    fprintf(out, " <a href=\"#%s\">%s</a>: ", violation->rule->id, violation->rule->id);
    html_put(out, violation->message);
    fputs("<br>", out);
}

static void put_statement(FILE *out, const struct conform_report *report, const struct conform_statement *s)
{
    const struct ipip_requirement *requirement = s->requirement;

    fprintf(out, "<tr id=\"%s\"><th scope=\"row\">%s</th><td>%s</td><td>", requirement->id, requirement->id,
            ipip_level_name(requirement->level));
    html_put(out, requirement->reference);
    fputs("</td><td>", out);
    html_put(out, requirement->text);
    fputs("</td><td>", out);
    if (s->conformity == VIOLATES)
        put_violation(out, &s->row.violated);
    if (conform_packets(s) != NULL)
        put_packets(out, report->run, conform_packets(s));
    else
        html_put(out, s->conformity == CANNOT_BE_SEEN ? s->unseen : requirement->stimuli);
    if (s->row.known > 0)
        fprintf(out, "<br>%" PRIu64 " known from the baseline", s->row.known);
    fputs("</td></tr>\n", out);
}

static void put_statements(FILE *out, const struct conform_report *report, enum conformity conformity)
{
    gboolean is_folded = conformity > CONFORMS;

    if (report->counts[conformity] == 0)
        return;
    fprintf(out, "<h2 id=\"verdict-%d\">%s</h2>\n", (int)conformity, headings[conformity]);
    if (is_folded)
        fprintf(out, "<details><summary>%" PRIu64 " statements</summary>\n", report->counts[conformity]);
    fprintf(out,
            "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Statement</th><th scope=\"col\">Level</th>"
            "<th scope=\"col\">Standard</th><th scope=\"col\">Requirement</th><th scope=\"col\">%s</th></tr></thead>\n"
            "<tbody>\n",
            shown_by[conformity]);
    for (size_t i = 0; i < report->statement_count; i++) {
        if (report->statements[i].conformity == conformity)
            put_statement(out, report, &report->statements[i]);
    }
    fprintf(out, "</tbody></table></div>%s\n", is_folded ? "</details>" : "");
}

static void put_roles(FILE *out, const struct conform_report *report)
{
    const struct options *options = &report->run->options;
    struct conform_role role;

    fputs("<ul>\n", out);
    for (unsigned side = 0; side < report->pair->files; side++) {
        fputs(report->pair->files == 1           ? "<li>Both sides: "
              : side == IPIP_PAIR_SECOND         ? "<li>On the wire: "
              : pair_run_is_device(report->pair) ? "<li>Inside, at the tunnel device: "
                                                 : "<li>Inside, on a network: ",
              out);
        html_put_name(out, options->paths[report->pair->layout.sides[side].file]);
        fputs("</li>\n", out);
    }
    for (unsigned i = 0; conform_role_at(&role, report, i); i++) {
        char tested[IPIP_ADDRESS_TEXT], tunnel[DIRECTION_TEXT];

        fprintf(out, "<li>Tested: %s, the %s of tunnel ", ipip_address_text(tested, role.tested),
                conform_end_name(role.end));
        html_put(out, direction_text(tunnel, &role.direction));
        fputs("</li>\n", out);
    }
    fputs("</ul>\n", out);
}

static void put_counts(FILE *out, const struct conform_report *report)
{
    static const char *const classes[] = {
        [VIOLATES] = "error", [CONFORMS] = "good", [NOT_EXERCISED] = "note", [CANNOT_BE_SEEN] = "note"};

    fprintf(out, "<p>%zu statements:", report->statement_count);
    for (int i = 0; i < CONFORMITIES; i++) {
        fprintf(out, " <span class=\"badge %s\">%" PRIu64 " ",
                i == VIOLATES && report->counts[i] == 0 ? "good" : classes[i], report->counts[i]);
        html_put(out, i == VIOLATES ? "violated" : i == CONFORMS ? "held" : conformity_name((enum conformity)i));
        fputs("</span>", out);
    }
    fputs("</p>\n", out);
}

/* Of each rule once, by which something is violated. */
static void put_explanations(FILE *out, const struct conform_report *report)
{
    gboolean is_first = TRUE;

    for (size_t rule = 0; rule < ipip_rules_count(); rule++) {
        gboolean is_broken = FALSE;

        for (size_t i = 0; i < report->statement_count && !is_broken; i++)
            is_broken = report->statements[i].conformity == VIOLATES &&
                        report->statements[i].row.violated.rule == ipip_rule_at(rule);
        if (!is_broken)
            continue;
        fputs(is_first ? "<h2>The rules that judge what is violated</h2>\n" : "", out);
        fprintf(out, "<details id=\"%s\"><summary>%s: ", ipip_rule_at(rule)->id, ipip_rule_at(rule)->id);
        html_put(out, ipip_rule_at(rule)->title);
        fputs("</summary>\n", out);
        html_put_explanation(out, rule, 3);
        fputs("</details>\n", out);
        is_first = FALSE;
    }
}

void conform_html_print(FILE *out, const struct conform_report *report)
{
    html_begin(out, "Conformance of a tunnel's end");
    fputs("<h1>Conformance of a tunnel's end</h1>\n", out);
    put_roles(out, report);
    put_counts(out, report);
    put_statements(out, report, VIOLATES);
    put_explanations(out, report);
    for (int conformity = CONFORMS; conformity < CONFORMITIES; conformity++)
        put_statements(out, report, (enum conformity)conformity);
    html_end(out);
}
