/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wrap.h"

#include <stdio.h>
#include <string.h>

static void put(struct wrap *w, const char *piece, size_t bytes)
{
    unsigned width = (unsigned)g_utf8_strlen(piece, (gssize)bytes);

    if (w->column == 0) {
        printf("%*s", (int)w->indent, "");
        w->column = w->indent;
    } else if (w->column + 1 + width > WRAP_WIDTH) {
        printf("\n%*s", (int)w->hang, "");
        w->column = w->hang;
    } else {
        putchar(' ');
        w->column++;
    }
    fwrite(piece, 1, bytes, stdout);
    w->column += width;
}

void wrap_piece(struct wrap *w, const char *piece)
{
    put(w, piece, strlen(piece));
}

void wrap_format(struct wrap *w, const char *format, ...)
{
    va_list arguments;
    char *piece;

    va_start(arguments, format);
    piece = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    wrap_piece(w, piece);
    g_free(piece);
}

void wrap_words(struct wrap *w, const char *text)
{
    while (*(text += strspn(text, " ")) != '\0') {
        size_t bytes = strcspn(text, " ");

        put(w, text, bytes);
        text += bytes;
    }
}

void wrap_end(struct wrap *w)
{
    if (w->column > 0)
        putchar('\n');
    w->column = 0;
}

void wrap_paragraph(unsigned indent, unsigned hang, const char *text)
{
    struct wrap line = {.indent = indent, .hang = hang};

    wrap_words(&line, text);
    wrap_end(&line);
}
