/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "printable.h"

gboolean is_printable(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        if (g_unichar_iscntrl(g_utf8_get_char(text)) && *text != '\t')
            return FALSE;
    }
    return TRUE;
}
