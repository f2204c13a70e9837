/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words/word.h"

#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "refuse.h"

static const struct word *const tables[] = {words_of_addresses, words_of_ip,  words_of_ipv6,          words_of_gre,
                                            words_of_udp,       words_of_sit, words_without_influence};

/* The row after `word`, of the first table with NULL; NULL past the last one. */
static const struct word *next_word(const struct word *word, size_t *table)
{
    if (word == NULL)
        word = tables[ *table = 0];
    else
        word++;
    while (word->name == NULL) {
        if (++*table == G_N_ELEMENTS(tables))
            return NULL;
        word = tables[*table];
    }
    return word;
}

const struct word *word_find(const char *name, unsigned commands, unsigned drivers)
{
    size_t table = 0;

    for (const struct word *word = next_word(NULL, &table); word != NULL; word = next_word(word, &table)) {
        if (strcmp(word->name, name) == 0 && (word->commands & commands) != 0 && (word->drivers & drivers) != 0)
            return word;
    }
    return NULL;
}

static const char *command_name(unsigned commands)
{
    if ((commands & COMMAND_TUNNEL) != 0)
        return "ip tunnel add";
    if ((commands & COMMAND_LINK) != 0)
        return "ip link add";
    if ((commands & COMMAND_6RD) != 0)
        return "ip tunnel 6rd";
    return (commands & COMMAND_PRL) != 0 ? "ip tunnel prl" : "ip fou add";
}

static const char *nearest_word(const char *name, unsigned commands)
{
    GPtrArray *names = g_ptr_array_new();
    const char *found;
    size_t table = 0;

    for (const struct word *word = next_word(NULL, &table); word != NULL; word = next_word(word, &table)) {
        if ((word->commands & commands) != 0)
            g_ptr_array_add(names, (gpointer)word->name);
    }
    g_ptr_array_add(names, NULL);
    found = nearest(name, (const char *const *)names->pdata);
    g_ptr_array_unref(names);
    return found;
}

gboolean word_refuse_unknown(const char *name, unsigned commands, GError **error)
{
    const struct word *other = word_find(name, ~0U, IPIP_DRIVER_ALL);
    const char *near;

    if (other != NULL)
        return refuse(error, NULL, "`%s` has no %s; `%s` has it", command_name(commands), name,
                      command_name(other->commands));
    near = nearest_word(name, commands);
    if (near != NULL)
        return refuse(error, NULL, "\"%s\" is not known; did you mean %s?", name, near);
    if ((commands & COMMAND_ADD) == 0)
        return refuse(error, NULL, "\"%s\" is no word of `%s`", name, command_name(commands));
    return refuse(
        error, NULL,
        "\"%s\" is not known; the syntax is that of ip-tunnel(8) and ip-link(8): mode or type, local, remote, "
        "ttl, tos, pmtudisc, nopmtudisc, key, encaplimit, encap ...; and ecn, id, df",
        name);
}

gboolean word_refuse_mode(const struct description *d, const char *name)
{
    char *mode = mode_text(d->mode);
    unsigned drivers = 0;
    size_t table = 0;
    char *types;

    for (const struct word *word = next_word(NULL, &table); word != NULL; word = next_word(word, &table)) {
        if (strcmp(word->name, name) == 0)
            drivers |= word->drivers;
    }
    types = mode_types(drivers);
    refuse(d->error, NULL, "%s is not for %s; it is for %s", name, mode, types);
    g_free(types);
    g_free(mode);
    return FALSE;
}

gboolean word_refuse_value(const struct description *d, const struct word *word, const char *value, const char *right)
{
    return refuse(d->error, NULL, "%s %s: it is %s", word->name, value, right);
}

gboolean word_number(const char *text, int base, unsigned long most, unsigned long *number)
{
    char *end;

    *number = strtoul(text, &end, base);
    return g_ascii_isxdigit(text[0]) && *end == '\0' && *number <= most;
}
