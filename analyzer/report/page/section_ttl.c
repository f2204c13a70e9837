/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TTL, and Identification, over time. */
#include <inttypes.h>

#include "../html.h"
#include "../timestamp.h"
#include "plot.h"
#include "section.h"

/* An x axis with all of the packets of the direction on it. */
static struct plot time_plot(const struct tunnel_page *t, double height)
{
    const struct ipip_direction_stats *seen = t->direction->seen;
    double span = (double)seen->last - (double)seen->first;

    return (struct plot){.out = t->page->out, .height = height, .x_to = MAX(span, 1)};
}

static void put_time_axis(const struct tunnel_page *t, const struct plot *plot)
{
    char time[TIMESTAMP_TEXT];
    char *label = g_strdup_printf("since %s", timestamp_text(time, t->direction->seen->first));

    plot_time_axis(plot, label);
    g_free(label);
}

/* Each bin a stroke from the least to the greatest. */
static void put_strokes(const struct tunnel_page *t, const struct plot *plot, gboolean is_inner)
{
    const struct timeline *ttl = &t->chart->ttl;

    fprintf(plot->out, "<path class=\"stroke %s\" d=\"", is_inner ? "inner" : "outer");
    for (uint64_t number = ttl->first; ttl->is_used; number++) {
        const struct chart_ttl *bin = timeline_bin(ttl, number);
        double at = timeline_begin(ttl, number, t->direction->seen->first) + timeline_width(ttl) / 2;
        double x = plot_x(plot, CLAMP(at, plot->x_from, plot->x_to)) + (is_inner ? 1.5 : -1.5);

        if (is_inner ? bin->inner > 0 : bin->packets > 0)
            fprintf(plot->out, "M%.1f %.1fV%.1f", x, plot_y(plot, is_inner ? bin->inner_max : bin->outer_max) - 1.5,
                    plot_y(plot, is_inner ? bin->inner_min : bin->outer_min) + 1.5);
        if (number == ttl->last)
            break;
    }
    fputs("\"/>\n", plot->out);
}

/* Least and greatest of all. */
static struct chart_ttl range_of(const struct timeline *ttl)
{
    struct chart_ttl range = {0};

    for (uint64_t number = ttl->first; ttl->is_used; number++) {
        ttl->merge(&range, timeline_bin(ttl, number));
        if (number == ttl->last)
            break;
    }
    return range;
}

/* "64", "from 61 to 64"; to be freed. */
static char *from_to(unsigned least, unsigned greatest)
{
    return least == greatest ? g_strdup_printf("%u", least) : g_strdup_printf("from %u to %u", least, greatest);
}

static char *words_of(const struct chart_ttl *range)
{
    char *outer = from_to(range->outer_min, range->outer_max), *inner = from_to(range->inner_min, range->inner_max);
    char *words = range->inner > 0 ? g_strdup_printf("Outer TTL %s, inner TTL %s.", outer, inner)
                                   : g_strdup_printf("Outer TTL %s.", outer);

    g_free(outer);
    g_free(inner);
    return words;
}

void section_ttl(const struct tunnel_page *t)
{
    struct chart_ttl range = range_of(&t->chart->ttl);
    struct plot plot = time_plot(t, 220);
    char *id = g_strconcat(t->id, "-ttl", NULL), *description;

    if (range.packets == 0) {
        g_free(id);
        return;
    }
    plot.y_to = MAX(range.outer_max, range.inner_max) > 128  ? 256
                : MAX(range.outer_max, range.inner_max) > 64 ? 128
                                                             : 72;
    description = words_of(&range);
    fprintf(plot.out, "<h4>TTL over time</h4>\n<p>%s</p>\n", description);
    plot_begin(&plot, "ttl", id, "TTL, or Hop Limit, over time", description);
    plot_y_axis(&plot, "TTL");
    put_time_axis(t, &plot);
    put_strokes(t, &plot, FALSE);
    put_strokes(t, &plot, TRUE);
    plot_end(
        &plot,
        "<span class=\"key outer\">outer</span> <span class=\"key inner\">inner</span>. Each stroke reaches from the "
        "least to the greatest value in its slice of time; no packet is left out.");
    g_free(description);
    g_free(id);
}

static void put_points(const struct tunnel_page *t, const struct plot *plot)
{
    const struct samples *ids = &t->chart->ids;

    fputs("<path class=\"point outer\" d=\"", plot->out);
    for (unsigned i = 0; i < ids->count; i++) {
        double at = (double)ids->kept[i].time - (double)t->direction->seen->first;

        fprintf(plot->out, "M%.1f %.1fh0", plot_x(plot, CLAMP(at, plot->x_from, plot->x_to)),
                plot_y(plot, ids->kept[i].value));
    }
    fputs("\"/>\n", plot->out);
}

/* From the least to the greatest, and some more, so that a counter is seen to count. */
static void limit_to_values(struct plot *plot, const struct samples *ids)
{
    uint32_t least = 65535, greatest = 0;

    for (unsigned i = 0; i < ids->count; i++) {
        least = MIN(least, ids->kept[i].value);
        greatest = MAX(greatest, ids->kept[i].value);
    }
    plot->y_from = least < 8 || greatest < least ? 0 : least - 8;
    plot->y_to = greatest + 8;
}

void section_identification(const struct tunnel_page *t)
{
    const struct samples *ids = &t->chart->ids;
    struct plot plot = time_plot(t, 220);
    char *id = g_strconcat(t->id, "-id", NULL), *caption;
    char kept[COUNT_TEXT], seen[COUNT_TEXT];

    limit_to_values(&plot, ids);
    if (ids->count > 0) {
        caption = g_strdup_printf(
            "%s of %s packets are drawn%s. A rising line is a counter; a cloud, random numbers; a line at 0, no "
            "Identification at all.",
            count_text(kept, ids->count), count_text(seen, ids->seen), ids->shift > 0 ? ", evenly spread" : "");
        fputs("<h4>Identification over time</h4>\n", plot.out);
        plot_begin(&plot, "identification", id, "Identification of the outer header over time", caption);
        plot_y_axis(&plot, "Identification");
        put_time_axis(t, &plot);
        put_points(t, &plot);
        plot_end(&plot, caption);
        g_free(caption);
    }
    g_free(id);
}
