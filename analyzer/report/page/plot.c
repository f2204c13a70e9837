/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plot.h"

#include <glib.h>
#include <math.h>

#include "../html.h"

void plot_begin(const struct plot *plot, const char *kind, const char *id, const char *title, const char *description)
{
    FILE *out = plot->out;

    fprintf(out,
            "<figure class=\"plot %s\"><div class=\"wide\" tabindex=\"0\" role=\"group\" aria-labelledby=\"%s-t\">"
            "<svg viewBox=\"0 0 %d %.0f\" role=\"img\" aria-labelledby=\"%s-t %s-d\">\n<title id=\"%s-t\">",
            kind, id, PLOT_WIDTH, plot->height, id, id, id);
    html_put(out, title);
    fprintf(out, "</title>\n<desc id=\"%s-d\">", id);
    html_put(out, description);
    fputs("</desc>\n", out);
}

void plot_end(const struct plot *plot, const char *caption)
{
    fprintf(plot->out, "</svg></div><figcaption>%s</figcaption></figure>\n", caption);
}

double plot_x(const struct plot *plot, double value)
{
    double span = plot->x_to - plot->x_from, room = PLOT_WIDTH - PLOT_LEFT - PLOT_RIGHT;

    return PLOT_LEFT + (span > 0 ? (value - plot->x_from) / span : 0.5) * room;
}

double plot_y(const struct plot *plot, double value)
{
    double span = plot->y_to - plot->y_from, room = plot->height - PLOT_TOP - PLOT_BOTTOM;

    return plot->height - PLOT_BOTTOM - (span > 0 ? (value - plot->y_from) / span : 0.5) * room;
}

double plot_step(double span, unsigned most)
{
    double rough = span > 0 ? span / most : 1, power = pow(10, floor(log10(rough)));

    for (int factor = 1; factor <= 5; factor += factor == 1 ? 1 : 3) {
        if (power * factor >= rough * (1 - 1e-9))
            return power * factor;
    }
    return power * 10;
}

static void put_x_tick(const struct plot *plot, double value, const char *text)
{
    double x = plot_x(plot, value), y = plot->height - PLOT_BOTTOM;

    fprintf(plot->out,
            "<path class=\"axis\" d=\"M%.1f %.1fv5\"/><text class=\"tick x\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", x, y,
            x, y + 18, text);
}

static void put_x_line(const struct plot *plot, const char *label)
{
    double y = plot->height - PLOT_BOTTOM;

    fprintf(plot->out, "<path class=\"axis\" d=\"M%d %.1fH%d\"/><text class=\"label x\" x=\"%d\" y=\"%.1f\">",
            PLOT_LEFT, y, PLOT_WIDTH - PLOT_RIGHT, (PLOT_WIDTH + PLOT_LEFT - PLOT_RIGHT) / 2, plot->height - 6);
    html_put(plot->out, label);
    fputs("</text>\n", plot->out);
}

/* The multiples of a step. */
struct ticks {
    double first, step;
    unsigned count;
};

static struct ticks ticks_between(double from, double to, double step)
{
    double first = ceil(from / step) * step;

    return (struct ticks){first, step, to < first ? 0 : (unsigned)floor((to - first) / step) + 1};
}

static double tick_value(const struct ticks *ticks, unsigned i)
{
    return ticks->first + i * ticks->step;
}

void plot_x_axis(const struct plot *plot, const char *label)
{
    double step = MAX(plot_step(plot->x_to - plot->x_from, 10), 1);
    struct ticks ticks = ticks_between(plot->x_from, plot->x_to, step);
    char text[COUNT_TEXT];

    put_x_line(plot, label);
    for (unsigned i = 0; i < ticks.count; i++) {
        double value = tick_value(&ticks, i);

        put_x_tick(plot, value, count_text(text, (uint64_t)value));
    }
}

void plot_y_axis(const struct plot *plot, const char *label)
{
    double step = MAX(plot_step(plot->y_to - plot->y_from, 5), 1);
    struct ticks ticks = ticks_between(plot->y_from, plot->y_to, step);
    char text[COUNT_TEXT];

    fprintf(plot->out, "<text class=\"label y\" x=\"2\" y=\"11\">");
    html_put(plot->out, label);
    fputs("</text>\n", plot->out);
    for (unsigned i = 0; i < ticks.count; i++) {
        double value = tick_value(&ticks, i), y = plot_y(plot, value);

        fprintf(plot->out,
                "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text class=\"tick y\" x=\"%d\" y=\"%.1f\">%s</text>\n",
                PLOT_LEFT, y, PLOT_WIDTH - PLOT_RIGHT, PLOT_LEFT - 6, y + 4, count_text(text, (uint64_t)value));
    }
}

void plot_time_axis(const struct plot *plot, const char *label)
{
    static const struct {
        const char *name;
        double nanoseconds;
    } units[] = {{"d", 86400e9}, {"h", 3600e9}, {"min", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1}};
    double span = plot->x_to - plot->x_from, step;
    struct ticks ticks;
    size_t unit = 0;

    while (unit + 1 < G_N_ELEMENTS(units) && span < 2 * units[unit].nanoseconds)
        unit++;
    put_x_line(plot, label);
    step = plot_step(span, 8);
    if (units[unit].nanoseconds > 1e9) /* round in the unit, not in nanoseconds */
        step = plot_step(span / units[unit].nanoseconds, 8) * units[unit].nanoseconds;
    if (span <= 0)
        return;
    ticks = ticks_between(plot->x_from, plot->x_to, step);
    for (unsigned i = 0; i < ticks.count; i++) {
        double value = tick_value(&ticks, i);
        char *text = g_strdup_printf("%g %s", round(value / units[unit].nanoseconds * 1e6) / 1e6, units[unit].name);

        put_x_tick(plot, value, text);
        g_free(text);
    }
}

void plot_bar(const struct plot *plot, const char *kind, double x_from, double x_to, double y, const char *text)
{
    double left = plot_x(plot, x_from), right = plot_x(plot, x_to), base = plot->height - PLOT_BOTTOM;
    double top = MIN(plot_y(plot, y), base - 2); /* what is there is seen */

    fprintf(plot->out,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>\n", kind,
            left, top, MAX(right - left, 1.5), base - top, text);
}

void plot_rule(const struct plot *plot, const char *kind, double x, const char *text)
{
    double at = plot_x(plot, x);
    gboolean is_right = at > PLOT_WIDTH * 0.6;

    fprintf(plot->out,
            "<path class=\"rule %s\" d=\"M%.1f %dV%.1f\"/><text class=\"rule-text %s %s\" x=\"%.1f\" y=\"11\">", kind,
            at, PLOT_TOP - 2, plot->height - PLOT_BOTTOM, kind, is_right ? "end" : "start", at + (is_right ? 4 : -4));
    html_put(plot->out, text);
    fputs("</text>\n", plot->out);
}

const char *count_text(char text[static COUNT_TEXT], uint64_t count)
{
    char digits[COUNT_TEXT];
    int length = g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, count), at = 0;

    for (int i = 0; i < length; i++) {
        text[at++] = digits[i];
        if (i + 1 < length && (length - i - 1) % 3 == 0)
            text[at++] = ',';
    }
    text[at] = '\0';
    return text;
}
