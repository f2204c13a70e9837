/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wrap.h"

#include <string.h>

/* All but the octets that go on with a character. */
static unsigned columns_of(const char *text, size_t bytes)
{
    unsigned columns = 0;

    for (size_t i = 0; i < bytes; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

static void put_blanks(FILE *out, unsigned count)
{
    while (count-- > 0)
        putc(' ', out);
}

static unsigned width_of(const struct wrap *w)
{
    return w->width != 0 ? w->width : WRAP_WIDTH;
}

static void put(struct wrap *w, const char *piece, size_t bytes)
{
    unsigned width = columns_of(piece, bytes);

    if (w->column == 0) {
        put_blanks(w->out, w->indent);
        w->column = w->indent;
    } else if (w->column + 1 + width > width_of(w)) {
        putc('\n', w->out);
        put_blanks(w->out, w->hang);
        w->column = w->hang;
    } else {
        putc(' ', w->out);
        w->column++;
    }
    fwrite(piece, 1, bytes, w->out);
    w->column += width;
}

void wrap_piece(struct wrap *w, const char *piece)
{
    put(w, piece, strlen(piece));
}

void wrap_format(struct wrap *w, const char *format, ...)
{
    char piece[WRAP_WIDTH * 2];
    char *whole = piece;
    va_list arguments;
    int bytes;

    va_start(arguments, format);
    bytes = g_vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    if ((size_t)bytes >= sizeof piece) { /* a file name, mostly */
        va_start(arguments, format);
        whole = g_strdup_vprintf(format, arguments);
        va_end(arguments);
    }
    wrap_piece(w, whole);
    if (whole != piece)
        g_free(whole);
}

void wrap_words(struct wrap *w, const char *text)
{
    size_t whole = strlen(text);

    if (whole > 0 && MAX(w->column, w->indent) + 1 + whole <= width_of(w)) { /* mostly */
        put(w, text, whole);
        return;
    }
    while (*(text += strspn(text, " ")) != '\0') {
        size_t bytes = strcspn(text, " ");

        put(w, text, bytes);
        text += bytes;
    }
}

void wrap_end(struct wrap *w)
{
    if (w->column > 0)
        putc('\n', w->out);
    w->column = 0;
}

void wrap_paragraph(FILE *out, unsigned indent, unsigned hang, const char *text)
{
    struct wrap line = {.out = out, .indent = indent, .hang = hang};

    wrap_words(&line, text);
    wrap_end(&line);
}
