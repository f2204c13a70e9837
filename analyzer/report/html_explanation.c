/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Markdown of the rules and their pages: headings, paragraphs, lists, indented blocks, and `code`. */
#include <string.h>

#include <glib.h>

#include "html.h"

/* What a line begins, or goes on with. */
enum block { BLOCK_NONE, BLOCK_PARAGRAPH, BLOCK_ITEM, BLOCK_LITERAL };

static void put_words(FILE *out, const char *text, gboolean *is_code)
{
    char **parts = g_strsplit(text, "`", -1);

    for (char **part = parts; *part != NULL; part++) {
        if (part != parts) {
            fputs(*is_code ? "</code>" : "<code>", out);
            *is_code = !*is_code;
        }
        html_put(out, *part);
    }
    g_strfreev(parts);
}

void html_put_words(FILE *out, const char *text)
{
    gboolean is_code = FALSE;

    put_words(out, text, &is_code);
    if (is_code)
        fputs("</code>", out);
}

static void end_block(FILE *out, enum block *block, gboolean *is_code)
{
    static const char *const ends[] = {"", "</p>\n", "</li></ul>\n", "</pre>\n"};

    if (*is_code)
        fputs("</code>", out);
    fputs(ends[*block], out);
    *block = BLOCK_NONE;
    *is_code = FALSE;
}

static void put_heading(FILE *out, const char *text, unsigned level)
{
    fprintf(out, "<h%u>", level);
    html_put(out, text + strspn(text, "# "));
    fprintf(out, "</h%u>\n", level);
}

static enum block kind_of(const char *line, enum block open)
{
    if (*line == '\0')
        return BLOCK_NONE;
    if (g_str_has_prefix(line, "    ") && open != BLOCK_PARAGRAPH && open != BLOCK_ITEM)
        return BLOCK_LITERAL;
    if (g_str_has_prefix(line, "- ") || g_str_has_prefix(line, "* ") || open == BLOCK_ITEM)
        return BLOCK_ITEM;
    return BLOCK_PARAGRAPH;
}

static void put_line(FILE *out, const char *line, enum block *open, gboolean *is_code)
{
    static const char *const begins[] = {"", "<p>", "<ul><li>", "<pre>"};
    enum block block = kind_of(line, *open);
    gboolean is_item = block == BLOCK_ITEM && strchr("-*", *line) != NULL;

    if (block == *open && is_item)
        fputs("</li><li>", out);
    else if (block == *open)
        putc('\n', out);
    else
        end_block(out, open, is_code), fputs(begins[block], out);
    *open = block;
    if (block == BLOCK_LITERAL)
        html_put(out, line + 4);
    else
        put_words(out, is_item ? line + 2 : line + strspn(line, " "), is_code);
}

void html_put_explanation(FILE *out, size_t rule_index, unsigned level)
{
    char **lines = g_strsplit(ipip_rule_explanation(rule_index), "\n", -1);
    enum block open = BLOCK_NONE;
    gboolean is_code = FALSE;

    for (char **line = lines; *line != NULL; line++) {
        if (**line == '#' || **line == '\0')
            end_block(out, &open, &is_code);
        if (**line == '#')
            put_heading(out, *line, level);
        else if (**line != '\0')
            put_line(out, *line, &open, &is_code);
    }
    end_block(out, &open, &is_code);
    g_strfreev(lines);
}
