/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that begins a new line where the old one would become too long. */
#ifndef IPIP_ANALYZER_WRAP_H
#define IPIP_ANALYZER_WRAP_H

#include <glib.h>
#include <stdio.h>

enum { WRAP_WIDTH = 120 }; /* columns of a report */

struct wrap {
    FILE *out;
    unsigned width;  /* columns; 0: WRAP_WIDTH */
    unsigned indent; /* of the first line, and of those that follow */
    unsigned hang;
    unsigned column; /* 0: nothing was printed yet */
};

/* Prints `piece`, which is not broken, after a blank or on a new line. */
void wrap_piece(struct wrap *wrap, const char *piece);

/* The same of what the format makes. */
void wrap_format(struct wrap *wrap, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Each word of `text` is a piece. */
void wrap_words(struct wrap *wrap, const char *text);

/* Ends the line, if one was begun. */
void wrap_end(struct wrap *wrap);

/* `text` alone, word by word, with these indents. */
void wrap_paragraph(FILE *out, unsigned indent, unsigned hang, const char *text);

#endif
