/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mdoc.h"

#include <stdio.h>
#include <string.h>

/* That of the last change of the words, so that the same sources always make the same pages. */
#define MANUAL_DATE "November 22, 2026"

char *mdoc_escaped(const char *text)
{
    static const struct {
        char character;
        const char *escape;
    } escapes[] = {
        {'\\', "\\e"}, {'-', "\\-"}, {'`', "\\(ga"}, {'\'', "\\(aq"}, {'"', "\\(dq"}, {'~', "\\(ti"}, {'^', "\\(ha"},
    };
    GString *escaped = g_string_new(*text == '.' ? "\\&" : NULL);

    for (; *text != '\0'; text++) {
        const char *escape = NULL;

        for (size_t i = 0; i < G_N_ELEMENTS(escapes); i++) {
            if (escapes[i].character == *text)
                escape = escapes[i].escape;
        }
        if (escape != NULL)
            g_string_append(escaped, escape);
        else
            g_string_append_c(escaped, *text);
    }
    return g_string_free(escaped, FALSE);
}

static gboolean ends_sentence(const char *word)
{
    size_t length = strlen(word);

    return length > 0 && strchr(".!?", word[length - 1]) != NULL;
}

void mdoc_text(const char *text)
{
    enum { WIDTH = 72 };
    char **words = g_strsplit_set(text, " \n", -1);
    size_t column = 0;

    for (char **word = words; *word != NULL; word++) {
        char *escaped = mdoc_escaped(*word);

        if (**word != '\0') {
            if (column > 0 && column + strlen(escaped) > WIDTH) {
                putchar('\n');
                column = 0;
            }
            column += (size_t)printf("%s%s", column > 0 ? " " : "", escaped);
            if (ends_sentence(*word)) {
                putchar('\n');
                column = 0;
            }
        }
        g_free(escaped);
    }
    if (column > 0)
        putchar('\n');
    g_strfreev(words);
}

void mdoc_begin(const char *title, int section, const char *name, const char *about)
{
    char *upper = g_ascii_strup(title, -1);

    printf(".Dd " MANUAL_DATE "\n.Dt %s %d\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n", upper, section, name, about);
    g_free(upper);
}
