/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nearest.h"

#include <string.h>

enum {
    LENGTH_MAX = 40, /* of words that are compared */
    AFFIX_MIN = 3,
};

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    return MIN(MIN(a, b), c);
}

/* The slips between two words (optimal string alignment); another letter counts twice: it makes another word. */
static unsigned distance(const char *a, const char *b)
{
    unsigned rows[3][LENGTH_MAX + 1]; /* the last ones of the matrix, in turns */
    size_t bytes = strlen(b);

    for (unsigned j = 0; j <= bytes; j++)
        rows[0][j] = j;
    for (unsigned i = 1; a[i - 1] != '\0'; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *two_above = rows[(i + 1) % 3];

        row[0] = i;
        for (unsigned j = 1; j <= bytes; j++) {
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1] ? 2 : 0));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = MIN(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[strlen(a) % 3][bytes];
}

static gboolean is_part(const char *text, const char *word)
{
    return g_str_has_prefix(word, text) || g_str_has_suffix(word, text) ||
           (strlen(word) > AFFIX_MIN && g_str_has_prefix(text, word));
}

/* The index of the only word of which `text` is a part; -1: there is none, or more. */
static int only_one_with(const char *text, char **words)
{
    int found = -1;

    if (strlen(text) < AFFIX_MIN)
        return -1;
    for (int i = 0; words[i] != NULL; i++) {
        if (!is_part(text, words[i]))
            continue;
        if (found >= 0)
            return -1;
        found = i;
    }
    return found;
}

/* The index of the word with the fewest slips; -1: all have too many. */
static int least_distant(const char *text, char **words)
{
    unsigned most = MIN((unsigned)(strlen(text) + 1) / 3, 3); /* a third of the word may be wrong */
    int found = -1;

    for (int i = 0; words[i] != NULL; i++) {
        unsigned slips = strlen(words[i]) <= LENGTH_MAX ? distance(text, words[i]) : LENGTH_MAX;

        if (slips > most || (found >= 0 && slips == most))
            continue;
        found = i;
        most = slips;
    }
    return found;
}

const char *nearest(const char *text, const char *const *words)
{
    char **small = g_strdupv((char **)words);
    char *word = g_ascii_strdown(text, -1);
    int found = -1;

    for (char **each = small; *each != NULL; each++) {
        char *lower = g_ascii_strdown(*each, -1);

        g_free(*each);
        *each = lower;
    }
    if (strlen(word) <= LENGTH_MAX) {
        found = only_one_with(word, small);
        if (found < 0)
            found = least_distant(word, small);
    }
    g_free(word);
    g_strfreev(small);
    return found >= 0 ? words[found] : NULL;
}
