/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "../html.h"
#include "plot.h"
#include "section.h"

static void put_row(const struct page *page, size_t index)
{
    const struct rule_findings *found = finding_list_rule(page->findings, index);
    const struct ipip_rule *rule = ipip_rule_at(index);
    char count[COUNT_TEXT];
    FILE *out = page->out;

    fputs("<tr><td>", out);
    html_put_badge(out, found->severity);
    fprintf(out, "</td><th scope=\"row\"><a href=\"#%s\">%s</a></th><td>", rule->id, rule->id);
    html_put_words(out, rule->title);
    fprintf(out, "</td><td class=\"number\">%s</td>", count_text(count, found->count));
    fprintf(out, "<td class=\"number\">%u</td><td>frame %" PRIu64, found->tunnels, found->first_frame);
    if (page->options->path_count > 1) {
        fputs(" of ", out);
        html_put(out, found->first_file);
    }
    fputs("</td></tr>\n", out);
}

static void put_table(const struct page *page, const GArray *order)
{
    FILE *out = page->out;

    fputs(
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Broken rules\"><table class=\"rules\"><thead><tr>"
        "<th scope=\"col\">severity</th><th scope=\"col\">rule</th><th scope=\"col\">what is wrong</th>"
        "<th scope=\"col\" class=\"number\">packets</th><th scope=\"col\" class=\"number\">directions</th>"
        "<th scope=\"col\">first</th></tr></thead><tbody>\n",
        out);
    for (guint i = 0; i < order->len; i++)
        put_row(page, g_array_index(order, guint, i));
    fputs("</tbody></table></div>\n", out);
}

static void put_explanation(FILE *out, size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);

    fprintf(out, "<details class=\"explanation\"><summary>Explanation of %s</summary>\n", rule->id);
    html_put_explanation(out, index, 4);
    fputs("</details>\n", out);
}

/* The findings of a rule: the first of them unfolded where it is an error or a warning. */
static void put_rule(const struct page *page, size_t index)
{
    const struct rule_findings *found = finding_list_rule(page->findings, index);
    const struct ipip_rule *rule = ipip_rule_at(index);
    char count[COUNT_TEXT];
    FILE *out = page->out;

    fprintf(out, "<section class=\"rule-section\" data-severity=\"%s\" aria-labelledby=\"%s\">\n<h3 id=\"%s\">",
            ipip_severity_name(found->severity), rule->id, rule->id);
    html_put_badge(out, found->severity);
    fprintf(out, " %s %s</h3>\n<p>", rule->id, rule->slug);
    html_put_words(out, rule->title);
    fprintf(out, ". On %s packet%s in %u direction%s.</p>\n<p><strong>Usual cause:</strong> ",
            count_text(count, found->count), found->count == 1 ? "" : "s", found->tunnels,
            found->tunnels == 1 ? "" : "s");
    html_put_words(out, rule->usual_cause);
    fputs("</p>\n", out);
    put_explanation(out, index);
    if (found->shown > 0)
        fprintf(out, "<details class=\"findings\"%s><summary>%u finding%s in full</summary>\n%s</details>\n",
                found->severity > IPIP_NOTE ? " open" : "", found->shown, found->shown == 1 ? "" : "s",
                found->html->str);
    if (found->hidden > 0)
        fprintf(
            out,
            "<p class=\"soft limit\">%s more %s counted above and not shown; <code>--all</code>, or <code>ipip check "
            "--select %s --all</code>, shows them.</p>\n",
            count_text(count, found->hidden), found->hidden == 1 ? "is" : "are", rule->id);
    fputs("</section>\n", out);
}

static void put_nothing(const struct page *page)
{
    const struct check_summary *s = page->summary;

    if (s->known > 0)
        fprintf(page->out, "<p>Nothing but %" PRIu64 " finding%s known from the baseline.</p>\n", s->known,
                s->known == 1 ? "" : "s");
    else if (ipip_judge_counts(s->judge)->packets[IPIP_PACKET_TUNNEL] > 0)
        fputs(
            "<p class=\"good banner\">Nothing, in what could be checked. Which rules lacked evidence, is listed at the end.</p>\n",
            page->out);
    else
        fputs("<p>Nothing could be checked.</p>\n", page->out);
}

void section_findings(const struct page *page)
{
    GArray *order = finding_list_order(page->findings);
    FILE *out = page->out;

    fputs("<h2 id=\"wrong\">What is wrong</h2>\n", out);
    if (order->len == 0) {
        put_nothing(page);
    } else {
        put_table(page, order);
        section_time_line(page);
    }
    for (guint i = 0; i < order->len; i++)
        put_rule(page, g_array_index(order, guint, i));
    if (order->len > 0 && page->summary->known > 0)
        fprintf(out, "<p>%" PRIu64 " more finding%s known from the baseline.</p>\n", page->summary->known,
                page->summary->known == 1 ? " is" : "s are");
    g_array_unref(order);
}
