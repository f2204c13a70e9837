/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words/line.h"

#include <string.h>

#include "refuse.h"
#include "words/word.h"

/* In the order in which ip(8) tries them: it takes any abbreviation. */
static const struct {
    const char *object;
    const char *action;
    unsigned command; /* 0: it makes no tunnel */
} commands[] = {
    {"link", "add", COMMAND_LINK},
    {"link", "set", COMMAND_LINK},
    {"link", "change", COMMAND_LINK},
    {"link", "replace", COMMAND_LINK},
    {"link", "delete", 0},
    {"link", "show", 0},
    {"tunnel", "add", COMMAND_TUNNEL},
    {"tunnel", "change", COMMAND_TUNNEL},
    {"tunnel", "delete", 0},
    {"tunnel", "show", 0},
    {"tunnel", "list", 0},
    {"tunnel", "prl", COMMAND_PRL},
    {"tunnel", "6rd", COMMAND_6RD},
    {"tunnel", "set", COMMAND_TUNNEL},
    {"tunnel", "replace", COMMAND_TUNNEL},
    {"fou", "add", COMMAND_FOU},
    {"fou", "delete", 0},
    {"fou", "show", 0},
};

static const char right[] =
    "the lines that make a tunnel are `ip tunnel add`, `ip -6 tunnel add`, `ip link add ... type`, "
    "`ip tunnel 6rd`, `ip tunnel prl` and `ip fou add`";

/* Steps over the options of ip(8) itself. */
static gboolean skip_options(char ***token, struct line *line, GError **error)
{
    while (**token != NULL && ***token == '-') {
        const char *option = *(*token)++;
        gboolean has_value = strcmp(option, "-n") == 0 || strcmp(option, "-netns") == 0 || strcmp(option, "-f") == 0 ||
                             strcmp(option, "-family") == 0;

        if (has_value && **token == NULL)
            return refuse(error, NULL, "%s of ip(8) needs a value", option);
        if (!has_value && strcmp(option, "-4") != 0 && strcmp(option, "-6") != 0)
            return refuse(error, NULL, "option %s of ip(8) is not known here; leave it out", option);
        line->is_version_6 |= strcmp(option, "-6") == 0;
        if (has_value)
            line->is_version_6 |= strcmp(*(*token)++, "inet6") == 0 && option[1] == 'f';
    }
    return TRUE;
}

/* The first row of which `object` and `action` are abbreviations; -1: none. NULL stands for every action. */
static int find_command(const char *object, const char *action)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (g_str_has_prefix(commands[i].object, object) &&
            (action == NULL || g_str_has_prefix(commands[i].action, action)))
            return (int)i;
    }
    return -1;
}

static gboolean is_word(const char *token, unsigned of)
{
    return word_find(token, of, IPIP_DRIVER_ALL) != NULL;
}

/* A word that every mode has; another one in the place of the name is the name. */
static gboolean is_common_word(const char *token, unsigned of)
{
    const struct word *word = word_find(token, of, IPIP_DRIVER_ALL);

    return word != NULL && word->drivers == IPIP_DRIVER_ALL;
}

/* `sudo`, `ip netns exec NAME`, and ip(8) itself with its options. `*is_ip`: that is there. */
static gboolean skip_ip(char ***token, struct line *line, gboolean *is_ip, GError **error)
{
    *is_ip = FALSE;
    while (**token != NULL) {
        if (strcmp(**token, "sudo") == 0) {
            (*token)++;
            continue;
        }
        *is_ip = strcmp(**token, "ip") == 0 || g_str_has_suffix(**token, "/ip");
        if (!*is_ip)
            break;
        (*token)++;
        if (!skip_options(token, line, error))
            return FALSE;
        if (**token == NULL || strcmp(**token, "netns") != 0 || (*token)[1] == NULL ||
            strcmp((*token)[1], "exec") != 0 || (*token)[2] == NULL)
            break;
        *token += 3;
        line->is_version_6 = FALSE;
    }
    return TRUE;
}

/* `tunnel add NAME`, `link add NAME`, `tunnel 6rd`, `add NAME` ...: from wherever in it the line begins. */
static gboolean read_command(char ***token, struct line *line, GError **error)
{
    const char *object = NULL;
    gboolean is_ip;
    int found;

    if (!skip_ip(token, line, &is_ip, error))
        return FALSE;
    if (**token != NULL && !is_word(**token, COMMAND_TUNNEL) && find_command(**token, NULL) >= 0)
        object = *(*token)++;
    if (is_ip && object == NULL)
        return refuse(error, NULL, "`ip %s` makes no tunnel; %s", **token != NULL ? **token : "", right);
    if (**token == NULL || is_word(**token, COMMAND_ADD))
        return object == NULL || refuse(error, NULL, "`ip %s` needs `add`; %s", object, right);
    found = find_command(object != NULL ? object : "tunnel", **token);
    if (found < 0 && object == NULL)
        return TRUE; /* a word that is not known, which will be refused as such */
    if (found < 0 || commands[found].command == 0)
        return refuse(error, NULL, "`ip %s %s` makes no tunnel; %s", object != NULL ? object : "tunnel", **token,
                      right);
    (*token)++;
    line->is_command = object != NULL;
    if (object != NULL)
        line->command = commands[found].command;
    if ((line->command & COMMAND_ADD) != 0 && **token != NULL && !is_common_word(**token, line->command))
        line->device = *(*token)++;
    return TRUE;
}

static gboolean read_phrases(char **token, struct line *line, GError **error)
{
    for (unsigned count = 0; *token != NULL; token++, count++) {
        const struct word *word = word_find(*token, line->command, IPIP_DRIVER_ALL);

        if (word == NULL)
            return word_refuse_unknown(*token, line->command, error);
        line->phrases[count].name = *token;
        if (!word->has_value)
            continue;
        if (*++token == NULL)
            return refuse(error, NULL, "%s needs a value", word->name);
        line->phrases[count].value = *token;
        if (strcmp(word->name, "type") == 0 && !mode_check_type(*token, error)) /* its words are not ours */
            return FALSE;
    }
    return TRUE;
}

/* The words of `text`, which point into it, and NULL. */
static GPtrArray *split(char *text)
{
    GPtrArray *tokens = g_ptr_array_new();
    char *rest = NULL;

    for (char *token = strtok_r(text, " \t\r", &rest); token != NULL; token = strtok_r(NULL, " \t\r", &rest))
        g_ptr_array_add(tokens, token);
    g_ptr_array_add(tokens, NULL);
    return tokens;
}

static gboolean read_line(struct lines *lines, char *text, GError **error)
{
    GPtrArray *tokens = split(text);
    char **token = (char **)tokens->pdata;
    gboolean is_good = TRUE;

    if (*token != NULL) {
        struct line *line = &lines->all[lines->count++];

        line->command = COMMAND_ADD;
        line->phrases = g_new0(struct phrase, tokens->len);
        is_good = read_command(&token, line, error) && read_phrases(token, line, error);
    }
    g_ptr_array_unref(tokens);
    return is_good;
}

gboolean lines_read(struct lines *lines, const char *text, GError **error)
{
    char **pieces = g_strsplit(text, "\\\n", -1);
    char *joined = g_strjoinv(" ", pieces);
    gboolean is_good = TRUE;

    lines->texts = g_strsplit_set(joined, ";\n", -1);
    lines->all = g_new0(struct line, g_strv_length(lines->texts) + 1);
    lines->count = 0;
    for (char **each = lines->texts; is_good && *each != NULL; each++)
        is_good = read_line(lines, *each, error);
    g_free(joined);
    g_strfreev(pieces);
    return is_good;
}

void lines_clear(struct lines *lines)
{
    for (unsigned i = 0; i < lines->count; i++)
        g_free(lines->all[i].phrases);
    g_free(lines->all);
    g_strfreev(lines->texts);
}
