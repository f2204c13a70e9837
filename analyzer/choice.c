/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "choice.h"

#include <string.h>

int choice_find(const char *text, choice_name *name_at)
{
    for (int i = 0; name_at(i) != NULL; i++) {
        if (strcmp(text, name_at(i)) == 0)
            return i;
    }
    return -1;
}

char *choice_list(choice_name *name_at)
{
    GString *names = g_string_new("one of ");

    for (int i = 0; name_at(i) != NULL; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", name_at(i));
    return g_string_free(names, FALSE);
}
