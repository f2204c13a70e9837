/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unknown_option.h"

#include <string.h>

#include "nearest.h"
#include "refuse.h"

/* Options of tcpdump and tshark. */
static const struct {
    char letter;
    const char *answer;
} theirs[] = {
    {'r', "name the capture without it"},
    {'i', "`check` and `tunnels` capture from interfaces"},
    {'n', "leave it out, as no name is looked up"},
    {'v', "leave it out; `check --all` shows each finding"},
    {'c', "with -i it is --count; `editcap -r IN OUT 1-1000` cuts the first ones out of a capture"},
    {'f', "a tcpdump filter comes after --filter"},
    {'Y', "a tcpdump filter comes after --filter; display filters are for tshark with the plugin"},
    {'F', "a tcpdump filter comes after --filter"},
    {'T', "--format jsonl is for programs"},
    {'o', "`decap` and `encap` write the file that -w names"},
    {'w', "`decap` and `encap` write captures, and `check` with -i"},
    {'s', "leave it out, as packets are read whole"},
    {'t', "leave it out; --format jsonl has the times"},
    {'x', "leave it out, as findings show the octets that decide"},
    {'X', "leave it out, as findings show the octets that decide"},
    {'j', "it is --jobs N"},
    {'V', "`ipip --version` prints the version"},
};

enum { CLUSTER_MAX = 4 }; /* octets of several letters after one dash, such as -nnr */

static const char *answer_of(char letter)
{
    for (size_t i = 0; i < G_N_ELEMENTS(theirs); i++) {
        if (theirs[i].letter == letter)
            return theirs[i].answer;
    }
    return NULL;
}

static const char *nearest_entry(const char *name, const GOptionEntry *entries)
{
    GPtrArray *names = g_ptr_array_new();
    const char *found;

    for (; entries->long_name != NULL; entries++)
        g_ptr_array_add(names, (gpointer)entries->long_name);
    g_ptr_array_add(names, NULL);
    found = nearest(name, (const char *const *)names->pdata);
    g_ptr_array_unref(names);
    return found;
}

static const GOptionEntry *find_entry(const char *name, size_t bytes, const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++) {
        if (strlen(entries->long_name) == bytes && strncmp(name, entries->long_name, bytes) == 0)
            return entries;
    }
    return NULL;
}

static const GOptionEntry *find_letter(char letter, const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++) {
        if (entries->short_name == letter)
            return entries;
    }
    return NULL;
}

/* -wFILE, which GLib takes for several options of one letter, is --write=FILE; the others must be options, all of them. */
static gboolean check_letters(char **argument, const GOptionEntry *entries, GError **error)
{
    for (const char *letter = *argument + 1; *letter != '\0'; letter++) {
        const GOptionEntry *entry = find_letter(*letter, entries);

        if (entry == NULL)
            return unknown_option_refuse(*argument, entries, error);
        if (entry->arg != G_OPTION_ARG_NONE && letter[1] != '\0') {
            char *joined = g_strdup_printf("--%s=%s", entry->long_name, letter + 1);

            *argument = (char *)g_intern_string(joined);
            g_free(joined);
            return TRUE;
        }
    }
    return TRUE;
}

static gboolean check_word(char *argument, const GOptionEntry *entry, GError **error)
{
    const char *value = strchr(argument, '=');

    if (!g_str_has_prefix(argument, "--"))
        return refuse(error, argument, "no such option; did you mean --%s?", entry->long_name);
    if (entry->arg == G_OPTION_ARG_NONE && value != NULL)
        return refuse(error, argument, "--%s takes no value", entry->long_name);
    return TRUE;
}

gboolean options_check(char **arguments, const GOptionEntry *entries, GError **error)
{
    for (; *arguments != NULL && strcmp(*arguments, "--") != 0; arguments++) {
        const char *name = *arguments + strspn(*arguments, "-");
        const GOptionEntry *entry = name > *arguments ? find_entry(name, strcspn(name, "="), entries) : NULL;
        gboolean is_short = name - *arguments == 1 && *name != '\0';

        if (entry != NULL && !check_word(*arguments, entry, error))
            return FALSE;
        if (entry == NULL && is_short && !check_letters(arguments, entries, error))
            return FALSE;
        if (entry == NULL && is_short && (*arguments)[1] != '-' && (*arguments)[2] == '\0')
            entry = find_letter((*arguments)[1], entries);
        if (entry != NULL && entry->arg != G_OPTION_ARG_NONE && strchr(*arguments, '=') == NULL && arguments[1] != NULL)
            arguments++; /* its value, whatever it looks like */
    }
    return TRUE;
}

gboolean unknown_option_refuse(const char *argument, const GOptionEntry *entries, GError **error)
{
    gboolean is_long = g_str_has_prefix(argument, "--");
    char *name = g_strndup(argument, strcspn(argument, "="));
    const char *meant = nearest_entry(name + strspn(name, "-"), entries);
    gboolean is_word = is_long || (meant != NULL && strlen(name) > CLUSTER_MAX);
    const char *answer = is_word ? NULL : answer_of(argument[1]);

    if (answer != NULL)
        refuse(error, argument, "no such option; %s", answer);
    else if (meant != NULL)
        refuse(error, name, "no such option; did you mean --%s?", meant);
    else
        refuse(error, name, "no such option");
    g_free(name);
    return FALSE;
}
