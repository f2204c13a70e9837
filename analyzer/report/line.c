/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line.h"

#include <stdio.h>

static void put_out(struct line *line)
{
    fwrite(line->text, 1, line->length, stdout);
    line->length = 0;
}

void line_add_octets(struct line *line, const char *octets, size_t length)
{
    while (length > sizeof line->text - line->length) {
        size_t room = sizeof line->text - line->length;

        memcpy(line->text + line->length, octets, room);
        line->length += room;
        octets += room;
        length -= room;
        put_out(line);
    }
    memcpy(line->text + line->length, octets, length);
    line->length += length;
}

void line_add_number(struct line *line, uint64_t number)
{
    char text[20];
    char *at = text + sizeof text;

    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    line_add_octets(line, at, (size_t)(text + sizeof text - at));
}

void line_add_column(struct line *line, const char *text, size_t width)
{
    static const char spaces[] = "                                ";
    size_t length = strlen(text);
    size_t missing = length < width ? width - length : 0;

    line_add_octets(line, text, length);
    line_add_octets(line, spaces, missing < sizeof spaces ? missing : sizeof spaces - 1);
}

void line_print(struct line *line)
{
    line_add_octets(line, "\n", 1);
    put_out(line);
}
