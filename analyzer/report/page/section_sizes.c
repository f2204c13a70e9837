/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How large the tunnel packets are, against the path MTU, with the arithmetic. */
#include <inttypes.h>

#include "../html.h"
#include "plot.h"
#include "section.h"

enum { MTU_USUAL = 1500, BARS = 60 };

struct limit {
    uint32_t mtu;
    const char *by;
    gboolean is_assumed;
};

static struct limit limit_of(const struct tunnel_page *t)
{
    const struct ipip_expectation *expected =
        ipip_policy_expectation(&t->page->options->policy, t->which.src, t->which.dst);

    if (t->direction->path.mtu != 0)
        return (struct limit){t->direction->path.mtu, "by ICMP", FALSE};
    if (expected != NULL && expected->mtu != 0)
        return (struct limit){expected->mtu, "by the policy file", FALSE};
    return (struct limit){MTU_USUAL, "assumed: the capture shows none", TRUE};
}

/* Bars end exactly at the MTU. Where sizes are counted in steps only, bars are as wide as these, at least. */
static uint32_t width_of(uint32_t largest)
{
    uint32_t width = 1;

    while (width * BARS < largest + 1)
        width = width == 1 ? 4 : width * 2;
    return largest >= SIZES_EXACT ? MAX(width, (uint32_t)SIZES_STEP) : width;
}

/* Of the bar that holds this size: its last octet. Above SIZES_EXACT edges are those of the steps. */
static uint32_t end_of(uint32_t from, uint32_t mtu, uint32_t width)
{
    uint32_t end;

    if (from >= SIZES_EXACT)
        return from / width * width + width - 1;
    end = mtu % width + from / width * width;
    while (end < from)
        end += width;
    return end < SIZES_EXACT ? end : SIZES_EXACT - 1;
}

typedef void each_bar(void *context, uint32_t from, uint32_t to, uint64_t packets);

static void each(const struct chart *chart, uint32_t mtu, each_bar *call, void *context)
{
    uint32_t largest = MIN(chart->largest, 65535U), width = width_of(MAX(largest, mtu));

    for (uint32_t from = 0; from <= largest;) {
        uint32_t to = end_of(from, mtu, width);
        uint64_t packets = chart_sizes(chart, from, to);

        if (packets > 0)
            call(context, from, to, packets);
        from = to + 1;
    }
}

struct drawing {
    struct plot plot;
    uint32_t mtu;
    uint64_t most;
    uint64_t above; /* the MTU */
    gboolean is_assumed;
};

static void measure(void *context, uint32_t from, uint32_t to, uint64_t packets)
{
    struct drawing *drawing = context;

    (void)to;
    drawing->most = MAX(drawing->most, packets);
    drawing->above += from > drawing->mtu ? packets : 0;
}

static void draw(void *context, uint32_t from, uint32_t to, uint64_t packets)
{
    const struct drawing *drawing = context;
    char count[COUNT_TEXT];
    char *text =
        g_strdup_printf("%u to %u octets: %s packet%s", from, to, count_text(count, packets), packets == 1 ? "" : "s");

    plot_bar(&drawing->plot, from > drawing->mtu && !drawing->is_assumed ? "bar over" : "bar", from, to + 1,
             (double)packets, text);
    g_free(text);
}

static void put_size_row(void *context, uint32_t from, uint32_t to, uint64_t packets)
{
    const struct drawing *drawing = context;
    char count[COUNT_TEXT];

    fprintf(drawing->plot.out, "<tr><th scope=\"row\">%u to %u</th><td class=\"number\">%s</td><td>%s</td></tr>\n",
            from, to, count_text(count, packets), from > drawing->mtu ? "larger than the path MTU" : "");
}

static void put_plot(const struct tunnel_page *t, struct drawing *drawing, const struct limit *limit)
{
    char *id = g_strconcat(t->id, "-sizes", NULL);
    char *rule = g_strdup_printf(limit->is_assumed ? "MTU %u" : "path MTU %u", limit->mtu);
    char *description = g_strdup_printf("Packets by the Total Length of the tunnel packet, up to %u octets; %" PRIu64
                                        " are larger than the path MTU of %u.",
                                        t->chart->largest, drawing->above, limit->mtu);

    plot_begin(&drawing->plot, "sizes", id, "Sizes of tunnel packets", description);
    plot_y_axis(&drawing->plot, "packets");
    plot_x_axis(&drawing->plot, "octets of the tunnel packet, outer header included");
    each(t->chart, limit->mtu, draw, drawing);
    plot_rule(&drawing->plot, "mtu", limit->mtu + 1, rule);
    plot_end(&drawing->plot,
             limit->is_assumed
                 ? "Right of the line: larger than the usual MTU. Datagrams that came in fragments count as a whole."
                 : "Right of the line: larger than the path MTU, so fragmented, or dropped where DF is set. "
                   "Datagrams that came in fragments count as a whole.");
    fprintf(
        t->page->out,
        "<details><summary>Sizes as a table</summary><table class=\"size-table\"><thead><tr><th scope=\"col\">octets</th>"
        "<th scope=\"col\" class=\"number\">packets</th><th scope=\"col\">remark</th></tr></thead><tbody>\n");
    each(t->chart, limit->mtu, put_size_row, drawing);
    fputs("</tbody></table></details>\n", t->page->out);
    g_free(description);
    g_free(rule);
    g_free(id);
}

static void put_sum(FILE *out, const char *kind, const char *sign, const char *what, uint32_t octets, const char *by)
{
    char count[COUNT_TEXT];

    fprintf(out, "<tr%s%s%s><th scope=\"row\">%s%s</th><td class=\"number\">%s</td><td>%s</td></tr>\n",
            *kind != '\0' ? " class=\"" : "", kind, *kind != '\0' ? "\"" : "", sign, what, count_text(count, octets),
            by);
}

static void put_arithmetic(const struct tunnel_page *t, const struct limit *limit)
{
    const struct chart *chart = t->chart;
    uint32_t overhead =
        chart->largest_inner != 0 && chart->largest_inner < chart->largest ? chart->largest - chart->largest_inner : 0;
    FILE *out = t->page->out;

    fputs("<table class=\"sum\"><caption>Does the largest packet fit?</caption><thead><tr><th scope=\"col\">length</th>"
          "<th scope=\"col\" class=\"number\">octets</th><th scope=\"col\">from</th></tr></thead><tbody>\n",
          out);
    if (overhead > 0) {
        put_sum(out, "", "", "inner packet", chart->largest_inner, "the largest one seen");
        put_sum(out, "", "+ ", "overhead", overhead, "outer header and what lies between");
    }
    put_sum(out, "result", overhead > 0 ? "= " : "", "tunnel packet", chart->largest, "");
    put_sum(out, "", "", "path MTU", limit->mtu, limit->by);
    if (chart->largest > limit->mtu)
        put_sum(out, limit->is_assumed ? "" : "error", "", limit->is_assumed ? "larger by" : "too large by",
                chart->largest - limit->mtu,
                limit->is_assumed ? "a larger path MTU, or segments that the host merged (GSO, GRO)"
                                  : "fragmented, or dropped where DF is set");
    else
        put_sum(out, "good", "", "room left", limit->mtu - chart->largest, "");
    if (overhead > 0 && overhead < limit->mtu)
        put_sum(out, "", "", "so the tunnel's MTU is", limit->mtu - overhead, "path MTU less overhead");
    fputs("</tbody></table>\n", out);
}

static void put_words(const struct tunnel_page *t)
{
    char text[IPIP_SIZES_TEXT];
    FILE *out = t->page->out;

    if (ipip_size_arithmetic_words(text, &t->direction->sizes) != NULL) {
        fputs("<p>", out);
        html_put(out, text);
        fputs("</p>\n", out);
    }
    if (ipip_size_advice_words(text, &t->direction->sizes) != NULL) {
        fputs("<p class=\"advice\"><strong>Advice:</strong> ", out);
        html_put(out, text);
        fputs("</p>\n", out);
    }
}

void section_sizes(const struct tunnel_page *t)
{
    struct limit limit = limit_of(t);
    struct drawing drawing = {
        .plot = {.out = t->page->out, .height = 240}, .mtu = limit.mtu, .is_assumed = limit.is_assumed};

    each(t->chart, limit.mtu, measure, &drawing);
    drawing.plot.x_to = MAX(MIN(t->chart->largest, 65535U), limit.mtu) * 1.04 + 2;
    drawing.plot.y_to = (double)drawing.most;
    fputs("<h4>Sizes</h4>\n", t->page->out);
    put_arithmetic(t, &limit);
    put_words(t);
    if (drawing.most > 0)
        put_plot(t, &drawing, &limit);
}
