/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "refuse.h"

enum { SHOWN_MAX = 60 }; /* characters */

/* Octets of the first characters; one that is not UTF-8 is one. */
static int first_characters(const char *text)
{
    const char *next = text;

    for (int i = 0; i < SHOWN_MAX && *next != '\0'; i++)
        next = g_utf8_get_char_validated(next, -1) < (gunichar)-2 ? g_utf8_next_char(next) : next + 1;
    return (int)(next - text);
}

void refuse_prefix(GError **error, const char *text)
{
    int shown = first_characters(text);
    char *beginning = g_strndup(text, (gsize)shown);

    g_prefix_error(error, "%s%s: ", beginning, text[shown] != '\0' ? "..." : "");
    g_free(beginning);
}

gboolean refuse_option(const char *option, const char *text, GError **error)
{
    refuse_prefix(error, text);
    g_prefix_error(error, "--%s ", option);
    return FALSE;
}

gboolean refuse(GError **error, const char *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_propagate_error(error, g_error_new_valist(REFUSED_ERROR, 0, format, arguments));
    va_end(arguments);
    if (text != NULL)
        refuse_prefix(error, text);
    return FALSE;
}
