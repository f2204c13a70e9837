/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "completion.h"

#include <stdio.h>
#include <string.h>

#include "choice.h"
#include "endpoint/endpoint.h"
#include "option_words.h"
#include "report/report.h"
#include "stimulus_options.h"

/* Options whose values are words, and whether several may stand with commas between. */
static const struct {
    const char *option;
    choice_name *name_at;
    enum { ONE, LIST } how;
} words_of[] = {
    {"profile", option_profile_name, ONE},
    {"vantage", option_vantage_name, ONE},
    {"inner-side", option_inner_side_name, ONE},
    {"ecn-decap", option_ecn_decap_name, ONE},
    {"color", option_color_name, ONE},
    {"min-severity", option_severity_name, ONE},
    {"fail-on", option_fail_on_name, ONE},
    {"group-by", group_key_name, ONE},
    {"kinds", option_kind_name, LIST},
    {"merge", option_merge_name, ONE},
    {"side", option_side_name, ONE},
    {"break", endpoint_fault_name, ONE},
    {"interface", live_interface_name, ONE},
};

static const char *const files[] = {"write", "config", "baseline", "write-baseline"};

void completion_offer(const char *before, const char *typed, const char *word, const char *description)
{
    if (strncmp(word, typed, strlen(typed)) == 0)
        printf("%s%s%s%s\n", before, word, *description != '\0' ? "\t" : "", description);
}

/* Behind the last comma. */
static const char *last_of_list(const char *typed)
{
    const char *comma = strrchr(typed, ',');

    return comma != NULL ? comma + 1 : typed;
}

/* Ids, whatever case they are typed in, or names. */
static void offer_rules(const char *before, const char *typed)
{
    const char *last = last_of_list(typed);
    char *list = g_strdup_printf("%s%.*s", before, (int)(last - typed), typed);
    gboolean is_id = g_ascii_strncasecmp(last, "IPIP", MIN(strlen(last), strlen("IPIP"))) == 0;
    char *id = g_ascii_strup(last, -1);

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const struct ipip_rule *rule = ipip_rule_at(i);

        if (is_id)
            completion_offer(list, id, rule->id, rule->slug);
        if (*last != '\0')
            completion_offer(list, last, rule->slug, rule->id);
    }
    g_free(id);
    g_free(list);
}

static void offer_output(choice_name *format_at, const char *before, const char *typed)
{
    const char *equals = strchr(typed, '=');

    if (equals != NULL) {
        printf(":files %s%.*s\n", before, (int)(equals - typed + 1), typed);
        return;
    }
    for (int i = 0; format_at(i) != NULL; i++) {
        char *word = g_strdup_printf("%s=", format_at(i));

        completion_offer(before, typed, word, "");
        g_free(word);
    }
}

static void offer_words(size_t place, const char *before, const char *typed)
{
    const char *last = words_of[place].how == LIST ? last_of_list(typed) : typed;
    char *list = g_strdup_printf("%s%.*s", before, (int)(last - typed), typed);

    for (int i = 0; words_of[place].name_at(i) != NULL; i++)
        completion_offer(list, last, words_of[place].name_at(i), "");
    g_free(list);
}

/* The values of an option, behind `before`, which is "--option=" or nothing. */
static void offer_values(const struct usage *usage, const char *option, const char *before, const char *typed)
{
    choice_name *format_at = report_formats_of(usage->groups);

    if (strcmp(option, "select") == 0 || strcmp(option, "ignore") == 0)
        offer_rules(before, typed);
    for (int i = 0; strcmp(option, "format") == 0 && format_at(i) != NULL; i++)
        completion_offer(before, typed, format_at(i), "");
    for (size_t i = 0; i < G_N_ELEMENTS(words_of); i++) {
        if (strcmp(words_of[i].option, option) != 0)
            continue;
        offer_words(i, before, typed);
    }
    if (strcmp(option, "output") == 0)
        offer_output(format_at, before, typed);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        if (strcmp(files[i], option) == 0)
            printf(":files%s%s\n", *before != '\0' ? " " : "", before);
    }
}

static void offer_options(const GOptionEntry *entries, const char *typed)
{
    for (; entries->long_name != NULL; entries++) {
        char *option = g_strdup_printf("--%s", entries->long_name);

        completion_offer("", typed, option, entries->description);
        g_free(option);
    }
}

/* The option that the word is, if a value is to follow it; NULL: none. */
static const GOptionEntry *option_before(const GOptionEntry *entries, const char *word)
{
    for (; word != NULL && entries->long_name != NULL; entries++) {
        gboolean is_short = word[0] == '-' && word[1] != '\0' && word[1] == entries->short_name && word[2] == '\0';

        if (entries->arg_description != NULL &&
            (is_short || (g_str_has_prefix(word, "--") && strcmp(word + 2, entries->long_name) == 0)))
            return entries;
    }
    return NULL;
}

void completion_print(const struct usage *usage, const GOptionEntry *entries, char **words)
{
    const char *before = NULL, *typed = "";
    const GOptionEntry *option;
    const char *equals;

    for (; *words != NULL; words++) {
        before = words[1] == NULL ? before : *words;
        typed = *words;
    }
    option = option_before(entries, before);
    equals = g_str_has_prefix(typed, "--") ? strchr(typed, '=') : NULL;
    if (option != NULL) {
        offer_values(usage, option->long_name, "", typed);
    } else if (equals != NULL) {
        char *name = g_strndup(typed + 2, (size_t)(equals - typed - 2));
        char *head = g_strndup(typed, (size_t)(equals - typed + 1));

        offer_values(usage, name, head, equals + 1);
        g_free(head);
        g_free(name);
    } else if (*typed == '-') {
        offer_options(entries, typed);
    } else if (g_strcmp0(usage->operand, "rule") == 0) {
        offer_rules("", typed);
    } else if (usage->operand != NULL) {
        puts(":files");
    }
}
