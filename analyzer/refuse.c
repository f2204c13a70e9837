/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "refuse.h"

enum { SHOWN_MAX = 60 }; /* characters */

gboolean refuse(GError **error, const char *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_propagate_error(error, g_error_new_valist(REFUSED_ERROR, 0, format, arguments));
    va_end(arguments);
    if (text != NULL) {
        gboolean is_long = g_utf8_strlen(text, -1) > SHOWN_MAX;
        char *shown = is_long ? g_utf8_substring(text, 0, SHOWN_MAX) : g_strdup(text);

        g_prefix_error(error, "%s%s: ", shown, is_long ? "..." : "");
        g_free(shown);
    }
    return FALSE;
}
