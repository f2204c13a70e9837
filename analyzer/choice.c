/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "choice.h"

#include <string.h>

#include "nearest.h"
#include "refuse.h"

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

const char *choice_nearest(const char *text, choice_name *name_at)
{
    GPtrArray *names = g_ptr_array_new();
    const char *found;

    for (int i = 0; name_at(i) != NULL; i++)
        g_ptr_array_add(names, (gpointer)name_at(i));
    g_ptr_array_add(names, NULL);
    found = nearest(text, (const char *const *)names->pdata);
    g_ptr_array_unref(names);
    return found;
}

gboolean choice_refuse(const char *text, choice_name *name_at, GError **error)
{
    const char *meant = choice_nearest(text, name_at);
    char *right = choice_list(name_at);

    if (meant != NULL)
        refuse(error, NULL, "it must be %s; did you mean %s?", right, meant);
    else
        refuse(error, NULL, "it must be %s", right);
    g_free(right);
    return FALSE;
}

gboolean choice_of_option(const char *option, const char *text, choice_name *name_at, int *value, GError **error)
{
    int choice = text != NULL ? choice_find(text, name_at) : *value;

    if (choice >= 0) {
        *value = choice;
        return TRUE;
    }
    choice_refuse(text, name_at, error);
    return refuse_option(option, text, error);
}
