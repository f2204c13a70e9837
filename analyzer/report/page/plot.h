/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plot in SVG, which is written here and not made by a library: the page must be readable without scripts, so no charting library of the browser
 * helps; those that draw to files (gnuplot, cairo) give pictures without text to select, without the page's colours in light and dark, and ten
 * times the octets. What is drawn are bars, lines and points on two axes.
 *
 * Colours come from classes of page.css. A plot has a title and a description for those who can't see it, and what it shows stands in words
 * or in a table beside it.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_PLOT_H
#define IPIP_ANALYZER_REPORT_PAGE_PLOT_H

#include <stdint.h>
#include <stdio.h>

enum { PLOT_WIDTH = 760, PLOT_LEFT = 58, PLOT_RIGHT = 28, PLOT_TOP = 26, PLOT_BOTTOM = 42 };

struct plot {
    FILE *out;
    double height; /* of all */
    double x_from, x_to;
    double y_from, y_to;
};

/* A figure, up to its axes. `id` is one of its own on the page; `kind` a class. What they hold is ours, no name. */
void plot_begin(const struct plot *plot, const char *kind, const char *id, const char *title, const char *description);

/* Ends it with a caption of HTML. */
void plot_end(const struct plot *plot, const char *caption);

/* Where a value stands. */
double plot_x(const struct plot *plot, double value);
double plot_y(const struct plot *plot, double value);

/* Ticks on round numbers, and what they count; of the y axis also lines across. */
void plot_x_axis(const struct plot *plot, const char *label);
void plot_y_axis(const struct plot *plot, const char *label);

/* An x axis in nanoseconds, with ticks in the unit that fits. `label`: from when they count. */
void plot_time_axis(const struct plot *plot, const char *label);

/* A bar from the x axis up. The text is shown where a pointer rests on it. */
void plot_bar(const struct plot *plot, const char *kind, double x_from, double x_to, double y, const char *text);

/* A line up from the x axis, with words at its head. */
void plot_rule(const struct plot *plot, const char *kind, double x, const char *text);

/* The next 1, 2 or 5 times a power of ten that divides a span into at most `most` parts. */
double plot_step(double span, unsigned most);

/* "1,048,576" */
enum { COUNT_TEXT = 32 };
const char *count_text(char text[static COUNT_TEXT], uint64_t count);

#endif
