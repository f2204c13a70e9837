/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "printable.h"

#include <string.h>

/* Characters that are seen, or leave room between those that are. */
static gboolean is_visible(gunichar character)
{
    switch (g_unichar_type(character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* zero width, or the direction of what follows */
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
        return FALSE;
    default:
        return character != '\\';
    }
}

static void append_escape(GString *shown, gunichar character)
{
    static const char named[] = "\\\\\nn\tt\rr"; /* a character, then its letter */
    const char *found = character < 0x80 ? strchr(named, (int)character) : NULL;

    if (found != NULL)
        g_string_append_printf(shown, "\\%c", found[1]);
    else if (character < 0x80)
        g_string_append_printf(shown, "\\x%02x", character);
    else
        g_string_append_printf(shown, character < 0x10000 ? "\\u%04x" : "\\U%08x", character);
}

char *printable(const char *text)
{
    GString *shown = g_string_new(NULL);

    while (*text != '\0') {
        gunichar character = g_utf8_get_char_validated(text, -1);

        if (character == (gunichar)-1 || character == (gunichar)-2) {
            g_string_append_printf(shown, "\\x%02x", (guint8)*text++);
            continue;
        }
        if (is_visible(character))
            g_string_append_unichar(shown, character);
        else
            append_escape(shown, character);
        text = g_utf8_next_char(text);
    }
    return g_string_free(shown, FALSE);
}

gboolean is_printable(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        if (g_unichar_iscntrl(g_utf8_get_char(text)) && *text != '\t')
            return FALSE;
    }
    return TRUE;
}
