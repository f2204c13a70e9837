/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The findings on a time line: a lane for each rule, a disc for each slice of time with findings, larger for more. */
#include <inttypes.h>
#include <math.h>

#include "../html.h"
#include "../timestamp.h"
#include "plot.h"
#include "section.h"

enum { LANE = 22, LANES_MAX = 40 };

static void put_disc(const struct plot *plot, const struct rule_findings *found, uint64_t number, int64_t origin,
                     double y)
{
    uint64_t count = *(const uint64_t *)timeline_bin(&found->times, number);
    double at = timeline_begin(&found->times, number, origin) + timeline_width(&found->times) / 2;
    double seconds = CLAMP(at, plot->x_from, plot->x_to) / 1e9;
    char text[COUNT_TEXT];

    if (count > 0)
        fprintf(
            plot->out,
            "<circle class=\"disc %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s finding%s at %.6f s</title></circle>\n",
            ipip_severity_name(found->severity), plot_x(plot, CLAMP(at, plot->x_from, plot->x_to)), y,
            MIN(3 + 1.2 * log2((double)count), 9), count_text(text, count), count == 1 ? "" : "s", seconds);
}

static void put_lane(const struct page *page, const struct plot *plot, size_t index, unsigned lane)
{
    const struct rule_findings *found = finding_list_rule(page->findings, index);
    double y = PLOT_TOP + LANE * (lane + 0.5);

    fprintf(plot->out, "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text class=\"tick y\" x=\"%d\" y=\"%.1f\">%s</text>\n",
            PLOT_LEFT, y, PLOT_WIDTH - PLOT_RIGHT, PLOT_LEFT - 6, y + 4, ipip_rule_at(index)->id);
    for (uint64_t number = found->times.first;; number++) {
        put_disc(plot, found, number, page->gathered->first, y);
        if (number == found->times.last)
            break;
    }
}

void section_time_line(const struct page *page)
{
    GArray *order = finding_list_order(page->findings);
    unsigned lanes = MIN(order->len, (unsigned)LANES_MAX);
    double span = (double)page->gathered->last - (double)page->gathered->first;
    struct plot plot = {.out = page->out, .height = PLOT_TOP + PLOT_BOTTOM + LANE * lanes, .x_to = MAX(span, 1)};
    char time[TIMESTAMP_TEXT];
    char *label = g_strdup_printf("since %s", timestamp_text(time, page->gathered->first));

    fputs("<h3>When</h3>\n", page->out);
    plot_begin(
        &plot, "time-line", "when", "Findings on a time line",
        "A lane for each rule, the gravest first, with a disc where findings are. The table above has the numbers.");
    plot_time_axis(&plot, label);
    for (unsigned lane = 0; lane < lanes; lane++)
        put_lane(page, &plot, g_array_index(order, guint, lane), lane);
    plot_end(&plot, order->len > LANES_MAX
                        ? "The rules with the gravest findings; a larger disc is more findings."
                        : "A larger disc is more findings. What is about a whole tunnel stands at its first packet.");
    g_free(label);
    g_array_unref(order);
}
