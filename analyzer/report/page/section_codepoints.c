/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DSCP and ECN, inner against outer: matrices of packets, with the cells that findings are about marked. */
#include <inttypes.h>

#include "../html.h"
#include "ipip/dscp.h"
#include "ipip/ecn.h"
#include "plot.h"
#include "section.h"

struct matrix {
    const char *name;
    const char *kind; /* a class */
    enum mark_kind mark;
    unsigned size;
    const uint32_t *cells; /* inner, outer */
    const char *(*value_name)(char text[static COUNT_TEXT], unsigned value);
};

static const char *dscp_name(char text[static COUNT_TEXT], unsigned value)
{
    const char *name = ipip_dscp_name((uint8_t)value);

    g_snprintf(text, COUNT_TEXT, "%s%s%u%s", name != NULL ? name : "", name != NULL ? " (" : "", value,
               name != NULL ? ")" : "");
    return text;
}

static const char *ecn_name(char text[static COUNT_TEXT], unsigned value)
{
    g_strlcpy(text, ipip_ecn_name((enum ipip_ecn)value), COUNT_TEXT);
    return text;
}

static uint32_t cell(const struct matrix *m, unsigned inner, unsigned outer)
{
    return m->cells[inner * m->size + outer];
}

static gboolean has_outer(const struct matrix *m, unsigned outer)
{
    for (unsigned inner = 0; inner < m->size; inner++) {
        if (cell(m, inner, outer) > 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean has_inner(const struct matrix *m, unsigned inner)
{
    for (unsigned outer = 0; outer < m->size; outer++) {
        if (cell(m, inner, outer) > 0)
            return TRUE;
    }
    return FALSE;
}

/* A shade for each power of ten. */
static unsigned shade_of(uint32_t packets)
{
    unsigned shade = 0;

    for (; packets > 0 && shade < 7; packets /= 10)
        shade++;
    return shade;
}

static void put_cell(const struct tunnel_page *t, const struct matrix *m, unsigned inner, unsigned outer)
{
    uint32_t packets = cell(m, inner, outer);
    int rule = packets > 0 ? finding_list_mark(t->page->findings, &t->which, m->mark, inner, outer) : -1;
    FILE *out = t->page->out;
    char count[COUNT_TEXT];

    fprintf(out, "<td class=\"number shade%u%s%s\">", shade_of(packets), rule >= 0 ? " wrong" : "",
            inner == outer ? " same" : "");
    if (packets > 0)
        fputs(count_text(count, packets), out);
    else
        fputs("<span class=\"unseen\">none</span>", out);
    if (rule >= 0)
        fprintf(out, " <a href=\"#%s\">%s</a>", ipip_rule_at((size_t)rule)->id, ipip_rule_at((size_t)rule)->id);
    fputs("</td>", out);
}

static void put_matrix(const struct tunnel_page *t, const struct matrix *m)
{
    FILE *out = t->page->out;
    char text[COUNT_TEXT];

    fprintf(
        out,
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"%s, inner against outer\"><table class=\"matrix %s\">"
        "<caption>%s, packets</caption>\n<thead><tr><th scope=\"col\">inner \\ outer</th>",
        m->name, m->kind, m->name);
    for (unsigned outer = 0; outer < m->size; outer++) {
        if (has_outer(m, outer))
            fprintf(out, "<th scope=\"col\">%s</th>", m->value_name(text, outer));
    }
    fputs("</tr></thead><tbody>\n", out);
    for (unsigned inner = 0; inner < m->size; inner++) {
        if (!has_inner(m, inner))
            continue;
        fprintf(out, "<tr><th scope=\"row\">%s</th>", m->value_name(text, inner));
        for (unsigned outer = 0; outer < m->size; outer++) {
            if (has_outer(m, outer))
                put_cell(t, m, inner, outer);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

void section_codepoints(const struct tunnel_page *t)
{
    const struct matrix matrices[] = {
        {"DSCP", "dscp", MARK_DSCP, CHART_CODEPOINTS, &t->chart->dscp[0][0], dscp_name},
        {"ECN", "ecn", MARK_ECN, CHART_ECN, &t->chart->ecn[0][0], ecn_name},
    };

    if (t->chart->inner_packets == 0)
        return;
    fputs("<h4>DSCP and ECN</h4>\n<div class=\"pair\">\n", t->page->out);
    for (size_t i = 0; i < G_N_ELEMENTS(matrices); i++)
        put_matrix(t, &matrices[i]);
    fputs(
        "</div>\n<p class=\"soft\">A cell with a rule is a combination that the rule reports. The framed diagonal is what a copy makes.</p>\n",
        t->page->out);
}
