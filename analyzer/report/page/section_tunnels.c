/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "../direction_text.h"
#include "../html.h"
#include "../inventory.h"
#include "plot.h"
#include "section.h"

/* A direction in the order of the page. */
struct rank {
    const struct ipip_direction_stats *seen;
    struct ipip_tunnel_direction which;
    const struct chart *chart;
    int severity;      /* of the gravest finding; -1: none */
    uint64_t findings; /* of that severity */
    uint32_t packets;
};

static struct rank rank_of(const struct page *page, uint32_t index)
{
    const struct gathered *gathered = page->gathered;
    const struct ipip_direction_stats *seen = ipip_inventory_at(gathered->seen.tunnels, index);
    struct rank rank = {seen, ipip_inventory_which(gathered->seen.tunnels, seen),  gathered_chart(gathered, seen), -1,
                        0,    ipip_inventory_packets(gathered->seen.tunnels, seen)};
    GPtrArray *breaches = finding_list_breaches(page->findings, &rank.which);

    for (guint i = 0; i < breaches->len; i++) {
        const struct breach *breach = breaches->pdata[i];

        if ((int)breach->severity > rank.severity) {
            rank.severity = (int)breach->severity;
            rank.findings = 0;
        }
        if ((int)breach->severity == rank.severity)
            rank.findings += breach->count;
    }
    g_ptr_array_unref(breaches);
    return rank;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const struct rank *x = a, *y = b;

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->packets != y->packets)
        return x->packets > y->packets ? -1 : 1;
    return x->seen->index < y->seen->index ? -1 : 1;
}

static void put_name(const struct page *page, const struct rank *rank, gboolean is_drawn)
{
    char text[DIRECTION_TEXT];

    if (is_drawn)
        fprintf(page->out, "<a href=\"#t%u\">", rank->seen->index);
    html_put(page->out, direction_text(text, &rank->which));
    fputs(is_drawn ? "</a>" : "", page->out);
}

static void put_row(const struct page *page, const struct rank *rank, gboolean is_drawn)
{
    char count[COUNT_TEXT];
    FILE *out = page->out;

    fputs("<tr><th scope=\"row\">", out);
    put_name(page, rank, is_drawn);
    fprintf(out, "</th><td>%s</td><td class=\"number\">%s</td>", ipip_kind_about(rank->which.kind)->title,
            count_text(count, rank->packets));
    fprintf(out, "<td class=\"number\">%s</td><td>", count_text(count, rank->seen->bytes));
    if (rank->severity >= 0) {
        html_put_badge(out, (enum ipip_severity)rank->severity);
        fprintf(out, " %s", count_text(count, rank->findings));
    } else {
        fputs("none", out);
    }
    fputs("</td></tr>\n", out);
}

static void put_table(const struct page *page, const GArray *ranks, unsigned drawn)
{
    FILE *out = page->out;

    fputs(
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"All tunnels\"><table class=\"tunnels\"><thead><tr>"
        "<th scope=\"col\">direction</th><th scope=\"col\">kind</th><th scope=\"col\" class=\"number\">packets</th>"
        "<th scope=\"col\" class=\"number\">octets</th><th scope=\"col\">gravest findings</th></tr></thead><tbody>\n",
        out);
    for (unsigned i = 0; i < ranks->len; i++)
        put_row(page, &g_array_index(ranks, struct rank, i), i < drawn);
    fputs("</tbody></table></div>\n", out);
}

static void put_tunnel(const struct page *page, const struct tunnel_list *list, const struct rank *rank,
                       gboolean is_open)
{
    struct direction *direction = direction_new(list, &page->options->policy, NULL, rank->seen);
    char id[16];

    g_snprintf(id, sizeof id, "t%u", rank->seen->index);
    section_tunnel(&(struct tunnel_page){page, rank->chart, direction, rank->which, id, is_open});
    direction_free(direction);
}

static void put_all(const struct page *page, const GArray *ranks, uint32_t count)
{
    unsigned drawn = MIN(ranks->len, (unsigned)TUNNELS_DRAWN);
    struct tunnel_list list = {page->gathered->seen.tunnels, page->gathered->seen.carriers, page->summary->judge,
                               page->summary->frames};
    char text[COUNT_TEXT];

    put_table(page, ranks, drawn);
    if (count > ranks->len)
        fprintf(
            page->out,
            "<p class=\"soft limit\">%s more directions are not in this table: <code>ipip tunnels</code> lists all.</p>\n",
            count_text(text, count - ranks->len));
    if (count > drawn)
        fprintf(
            page->out,
            "<p class=\"soft limit\">%u of them follow in full: those with the gravest findings, then the busiest%s.</p>\n",
            drawn, count > CHARTS_MAX ? ", of the first 64 that appeared" : "");
    for (unsigned i = 0; i < drawn; i++)
        put_tunnel(page, &list, &g_array_index(ranks, struct rank, i), i < TUNNELS_OPEN);
}

/* Those that have a chart: others were too late for one. */
void section_tunnels(const struct page *page)
{
    uint32_t count = ipip_inventory_count(page->gathered->seen.tunnels);
    GArray *ranks = g_array_new(FALSE, FALSE, sizeof(struct rank));

    fputs("<h2 id=\"tunnels\">Tunnels</h2>\n", page->out);
    for (uint32_t i = 0; i < MIN(count, (uint32_t)CHARTS_MAX); i++) {
        struct rank rank = rank_of(page, i);

        if (rank.chart != NULL)
            g_array_append_val(ranks, rank);
    }
    g_array_sort(ranks, compare);
    if (ranks->len > 0)
        put_all(page, ranks, count);
    else
        fputs("<p>There was no tunnel packet.</p>\n", page->out);
    g_array_unref(ranks);
}
