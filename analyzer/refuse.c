/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "refuse.h"

enum { SHOWN_MAX = 60 }; /* characters */

/* With a question mark for what is not UTF-8, or not to be printed. */
static char *first_characters(const char *text, gboolean *is_long)
{
    GString *shown = g_string_new(NULL);
    char *valid = g_utf8_make_valid(text, -1);
    const char *next = valid;

    for (int i = 0; i < SHOWN_MAX && *next != '\0'; i++, next = g_utf8_next_char(next)) {
        gunichar character = g_utf8_get_char(next);

        g_string_append_unichar(shown, g_unichar_iscntrl(character) ? '?' : character);
    }
    *is_long = *next != '\0';
    g_free(valid);
    return g_string_free(shown, FALSE);
}

gboolean refuse(GError **error, const char *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_propagate_error(error, g_error_new_valist(REFUSED_ERROR, 0, format, arguments));
    va_end(arguments);
    if (text != NULL) {
        gboolean is_long;
        char *shown = first_characters(text, &is_long);

        g_prefix_error(error, "%s%s: ", shown, is_long ? "..." : "");
        g_free(shown);
    }
    return FALSE;
}
