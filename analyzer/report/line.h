/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of a long report, put together and written at once: printf() takes ten times as long. */
#ifndef IPIP_ANALYZER_REPORT_LINE_H
#define IPIP_ANALYZER_REPORT_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct line {
    size_t length;
    char text[504]; /* what is longer goes out in pieces */
};

void line_add_octets(struct line *line, const char *octets, size_t length);

static inline void line_add(struct line *line, const char *text)
{
    line_add_octets(line, text, strlen(text)); /* which is known of most of them when this is compiled */
}

void line_add_number(struct line *line, uint64_t number);

/* Spaces behind it up to that width, as "%-*s" of printf() has them. */
void line_add_column(struct line *line, const char *text, size_t width);

/* What a row of an inventory begins with. */
static inline struct line line_row(const char *name)
{
    struct line line;

    line.length = 0;
    line_add(&line, "  ");
    line_add_column(&line, name, 10);
    line_add(&line, " ");
    return line;
}

/* Ends the line, which goes to the standard output, and is empty again. */
void line_print(struct line *line);

#endif
