/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "say.h"

#include <stdio.h>
#include <unistd.h>

#include "printable.h"

#define ERASE_TO_END "\033[K"

static gboolean is_for_now;
static const char *verb;

static G_GNUC_PRINTF(1, 0) char *shown_line(const char *format, va_list arguments)
{
    char *line = g_strdup_vprintf(format, arguments);
    char *shown = printable(line);

    g_free(line);
    return shown;
}

void say_as(const char *name)
{
    verb = name;
}

void say(const char *format, ...)
{
    va_list arguments;
    char *shown;

    va_start(arguments, format);
    shown = shown_line(format, arguments);
    va_end(arguments);
    say_no_more();
    fprintf(stderr, "ipip%s%s: %s\n", verb != NULL ? " " : "", verb != NULL ? verb : "", shown);
    g_free(shown);
}

void say_on(const char *format, ...)
{
    va_list arguments;
    char *shown;

    va_start(arguments, format);
    shown = shown_line(format, arguments);
    va_end(arguments);
    say_no_more();
    fprintf(stderr, "%s\n", shown);
    g_free(shown);
}

void say_for_now(const char *format, ...)
{
    va_list arguments;
    char *shown;

    va_start(arguments, format);
    shown = shown_line(format, arguments);
    va_end(arguments);
    fprintf(stderr, "\r%s" ERASE_TO_END, shown);
    g_free(shown);
    is_for_now = TRUE;
}

void say_before_print(void)
{
    if (is_for_now && isatty(STDOUT_FILENO))
        say_no_more();
}

void say_no_more(void)
{
    if (is_for_now)
        fputs("\r" ERASE_TO_END, stderr);
    is_for_now = FALSE;
}
