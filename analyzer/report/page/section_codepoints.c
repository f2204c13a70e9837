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

enum { VALUES_SHOWN = 12 }; /* of each header */

/* The values of one header that have a row or column, ascending. */
struct values {
    unsigned count;
    unsigned of[VALUES_SHOWN];
};

static int rule_of(const struct tunnel_page *t, const struct matrix *m, unsigned inner, unsigned outer)
{
    return cell(m, inner, outer) > 0 ? finding_list_mark(t->page->findings, &t->which, m->mark, inner, outer) : -1;
}

/* How much it matters that a value is shown: 0 where no packet has it; what is wrong before everything else. */
static uint64_t weight_of(const struct tunnel_page *t, const struct matrix *m, gboolean is_inner, unsigned value)
{
    uint64_t weight = 0;

    for (unsigned other = 0; other < m->size; other++) {
        unsigned inner = is_inner ? value : other, outer = is_inner ? other : value;

        weight += cell(m, inner, outer);
        if (rule_of(t, m, inner, outer) >= 0)
            weight |= UINT64_C(1) << 48;
    }
    return weight;
}

static struct values values_of(const struct tunnel_page *t, const struct matrix *m, gboolean is_inner)
{
    uint64_t weights[CHART_CODEPOINTS] = {0};
    struct values values = {0};

    for (unsigned value = 0; value < m->size; value++)
        weights[value] = weight_of(t, m, is_inner, value);
    for (unsigned value = 0; value < m->size; value++) {
        unsigned before = 0; /* it in rank */

        for (unsigned other = 0; other < m->size; other++)
            before += weights[other] > weights[value] || (weights[other] == weights[value] && other < value);
        if (weights[value] > 0 && before < VALUES_SHOWN)
            values.of[values.count++] = value;
    }
    return values;
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
    int rule = rule_of(t, m, inner, outer);
    FILE *out = t->page->out;
    char count[COUNT_TEXT];

    fprintf(out, "<td class=\"%s%u%s%s\">%s", packets > 0 ? "number shade" : "number none", shade_of(packets),
            rule >= 0 ? " wrong" : "", inner == outer ? " same" : "", count_text(count, packets));
    if (rule >= 0)
        fprintf(out, " <a href=\"#%s\">%s</a>", ipip_rule_at((size_t)rule)->id, ipip_rule_at((size_t)rule)->id);
    fputs("</td>", out);
}

static uint64_t put_row(const struct tunnel_page *t, const struct matrix *m, unsigned inner, const struct values *outer)
{
    uint64_t shown = 0;
    char text[COUNT_TEXT];

    fprintf(t->page->out, "<tr><th scope=\"row\">%s</th>", m->value_name(text, inner));
    for (unsigned i = 0; i < outer->count; i++) {
        put_cell(t, m, inner, outer->of[i]);
        shown += cell(m, inner, outer->of[i]);
    }
    fputs("</tr>\n", t->page->out);
    return shown;
}

static void put_matrix(const struct tunnel_page *t, const struct matrix *m)
{
    struct values inner = values_of(t, m, TRUE), outer = values_of(t, m, FALSE);
    uint64_t left = t->chart->inner_packets;
    FILE *out = t->page->out;
    char text[COUNT_TEXT];

    fprintf(out,
            "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"%s, inner against outer\"><table "
            "class=\"matrix %s\"><caption>%s, packets</caption>\n<thead><tr><th scope=\"col\">inner \\ outer</th>",
            m->name, m->kind, m->name);
    for (unsigned i = 0; i < outer.count; i++)
        fprintf(out, "<th scope=\"col\">%s</th>", m->value_name(text, outer.of[i]));
    fputs("</tr></thead><tbody>\n", out);
    for (unsigned i = 0; i < inner.count; i++)
        left -= put_row(t, m, inner.of[i], &outer);
    fputs("</tbody></table></div>\n", out);
    if (left > 0)
        fprintf(out, "<p class=\"soft limit\">%s packets with other values of %s are left out.</p>\n",
                count_text(text, left), m->name);
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
