/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rotated.h"

struct one_file {
    unsigned first;
    gboolean is_open_end; /* it has ended, and none follows yet */
};

struct rotated {
    char **paths;
    unsigned count;
    struct one_file *files;
};

struct rotated *rotated_new(char **paths, unsigned count)
{
    struct rotated *rotated = g_new0(struct rotated, 1);

    rotated->paths = paths;
    rotated->count = count;
    rotated->files = g_new0(struct one_file, count);
    for (unsigned i = 0; i < count; i++)
        rotated->files[i].first = i;
    return rotated;
}

void rotated_free(struct rotated *rotated)
{
    if (rotated == NULL)
        return;
    g_free(rotated->files);
    g_free(rotated);
}

static const char *behind_digits(const char *text)
{
    while (g_ascii_isdigit(*text))
        text++;
    return text;
}

/* They are the same but for their digits. */
static gboolean are_of_one_series(const char *a, const char *b)
{
    for (a = behind_digits(a), b = behind_digits(b); *a != '\0' && *a == *b;
         a = behind_digits(a + 1), b = behind_digits(b + 1))
        continue;
    return *a == *b;
}

void rotated_begin(struct rotated *rotated, unsigned file)
{
    for (unsigned i = 0; i < rotated->count; i++) {
        if (!rotated->files[i].is_open_end || !are_of_one_series(rotated->paths[i], rotated->paths[file]))
            continue;
        rotated->files[i].is_open_end = FALSE;
        rotated->files[file].first = rotated->files[i].first;
        return;
    }
}

void rotated_end(struct rotated *rotated, unsigned file)
{
    rotated->files[file].is_open_end = TRUE;
}

unsigned rotated_first(const struct rotated *rotated, unsigned file)
{
    return rotated->files[file].first;
}
