/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "key_lines.h"

#include <string.h>

#include "printable.h"
#include "refuse.h"

#define SECTION "section" /* around a line that is alone */

/* Control characters are refused so that none is ever printed on a terminal. */
static gboolean is_text(const char *text, size_t bytes, GError **error)
{
    return (g_utf8_validate(text, (gssize)bytes, NULL) && is_printable(text)) ||
           refuse(error, NULL, "a line must be text in UTF-8, without control characters");
}

static gboolean read_section(struct key_line *line, GKeyFile *file, const char *text, GError **error)
{
    if (!g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL))
        return refuse(error, NULL, "the name of a section stands in brackets, with nothing behind them");
    line->name = g_key_file_get_start_group(file);
    return TRUE;
}

static gboolean read_value(struct key_line *line, GKeyFile *file, GError **error)
{
    GError *wrong = NULL; /* a value may come with it */

    line->value = g_key_file_get_string(file, SECTION, line->name, &wrong);
    if (wrong != NULL) {
        g_error_free(wrong);
        return refuse(error, NULL, "after a backslash comes one of s, t, n, r, or another backslash");
    }
    g_strstrip(line->value);
    return is_printable(line->value) || refuse(error, NULL, "the value must be one line");
}

static gboolean read_key(struct key_line *line, GKeyFile *file, const char *text, GError **error)
{
    char *whole = g_strconcat("[" SECTION "]\n", text, NULL);
    /* KEY[LANGUAGE]=VALUE is not translated but an unknown key. */
    gboolean is_good = g_key_file_load_from_data(file, whole, strlen(whole), G_KEY_FILE_KEEP_TRANSLATIONS, NULL);
    char **keys = is_good ? g_key_file_get_keys(file, SECTION, NULL, NULL) : NULL;

    g_free(whole);
    if (keys != NULL && keys[0] != NULL)
        line->name = g_strdup(keys[0]);
    g_strfreev(keys);
    if (line->name == NULL)
        return refuse(error, NULL, "a line must be [SECTION], KEY=VALUE or # COMMENT");
    return read_value(line, file, error);
}

static gboolean read_line(struct key_line *line, const char *text, GError **error)
{
    GKeyFile *file = g_key_file_new();
    gboolean is_good = (*text == '[' ? read_section : read_key)(line, file, text, error);

    g_key_file_unref(file);
    if (!is_good)
        key_line_clear(line);
    return is_good;
}

/* The next line without the blanks around it. */
static char *take_text(struct key_lines *lines, GError **error)
{
    size_t left = (size_t)(lines->end - lines->next);
    const char *end = memchr(lines->next, '\n', left);
    size_t bytes = end != NULL ? (size_t)(end - lines->next) : left;
    char *text = g_strndup(lines->next, bytes);

    lines->next += bytes + (end != NULL);
    lines->number++;
    if (bytes > 0 && text[bytes - 1] == '\r')
        text[--bytes] = '\0';
    if (is_text(text, bytes, error))
        return g_strstrip(text);
    g_free(text);
    return NULL;
}

gboolean key_lines_next(struct key_lines *lines, struct key_line *line, GError **error)
{
    *line = (struct key_line){NULL, NULL};
    while (lines->next < lines->end) {
        char *text = take_text(lines, error);
        gboolean is_comment = text != NULL && (*text == '\0' || *text == '#');
        gboolean is_good = text != NULL && !is_comment && read_line(line, text, error);

        g_free(text);
        if (!is_comment)
            return is_good;
    }
    return FALSE;
}

void key_line_clear(struct key_line *line)
{
    g_clear_pointer(&line->name, g_free);
    g_clear_pointer(&line->value, g_free);
}
