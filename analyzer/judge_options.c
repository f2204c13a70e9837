/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge_options.h"

#include <string.h>

#include "policy_file.h"
#include "policy_find.h"
#include "refuse.h"
#include "rule_choice.h"

/* Marks the rules of a list such as {"IPIP105,IPIP109", "df-clear-allowed"}. */
static gboolean mark_rules(const char *option, char **lists, gboolean *marked, GError **error)
{
    for (char **list = lists; list != NULL && *list != NULL; list++) {
        char **names = g_strsplit(*list, ",", -1);
        gboolean is_known = TRUE;

        for (char **name = names; is_known && *name != NULL; name++) {
            if (*g_strstrip(*name) == '\0') /* a comma at the end */
                continue;
            is_known = rule_mark(*name, marked, error) || refuse_option(option, *name, error);
        }
        g_strfreev(names);
        if (!is_known)
            return FALSE;
    }
    return TRUE;
}

/* A rule that --select names is judged by even where the policy file silences it. */
static gboolean choose_rules(struct options *o, const struct option_texts *t, GError **error)
{
    gboolean selected[IPIP_RULES_MAX] = {FALSE};
    gboolean ignored[IPIP_RULES_MAX] = {FALSE};
    bool *is_off = o->settings.policy.is_off;

    if (!mark_rules("select", t->select, selected, error) || !mark_rules("ignore", t->ignore, ignored, error))
        return FALSE;
    for (size_t i = 0; i < IPIP_RULES_MAX; i++) {
        if (t->select != NULL || ignored[i]) {
            is_off[i] = ignored[i] || !selected[i];
            g_clear_pointer(&o->settings.reasons[i], g_free);
        }
    }
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (!is_off[i])
            return TRUE;
    }
    return refuse(error, NULL, "--select, --ignore and the policy file leave no rule to check");
}

static gboolean set_policy(struct options *o, const char *option, const char *key, const char *value, GError **error)
{
    return policy_settings_set(&o->settings, key, value, error) || refuse_option(option, value, error);
}

static gboolean set_vantages(struct options *o, const struct option_texts *t, GError **error)
{
    const char *of_all = NULL;

    for (char **text = t->vantages; text != NULL && *text != NULL; text++) {
        gboolean is_of_all = strchr(*text, '=') == NULL;

        if (!policy_settings_set_vantage(&o->settings, *text, error))
            return refuse_option("vantage", *text, error);
        if (is_of_all && of_all != NULL && strcmp(*text, of_all) != 0)
            return refuse(error, NULL,
                          "--vantage %s and --vantage %s contradict each other; a vantage for each "
                          "direction is --vantage SRC=PLACE",
                          of_all, *text);
        of_all = is_of_all ? *text : of_all;
    }
    return TRUE;
}

static gboolean set_policies(struct options *o, const struct option_texts *t, GError **error)
{
    const struct {
        const char *key;
        const char *value;
    } single[] = {{"profile", t->profile}, {"inner-side", t->inner_side}, {"fail-on", t->fail_on}};
    gboolean is_good = TRUE;

    if (t->profile != NULL)
        policy_settings_forget_profiles(&o->settings);
    for (size_t i = 0; is_good && i < G_N_ELEMENTS(single); i++)
        is_good = single[i].value == NULL || set_policy(o, single[i].key, single[i].key, single[i].value, error);
    is_good = is_good && set_vantages(o, t, error);
    for (char **site = t->sites; is_good && site != NULL && *site != NULL; site++)
        is_good = set_policy(o, "site", "site", *site, error);
    for (char **ends = t->endpoints; is_good && ends != NULL && *ends != NULL; ends++)
        is_good = set_policy(o, "endpoint", "endpoints", *ends, error);
    return is_good;
}

static gboolean is_standard_input(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

/* Standard input can be read for one thing only. */
static gboolean share_standard_input(const struct options *o, const struct option_texts *t, GError **error)
{
    int readers = is_standard_input(t->config) + is_standard_input(o->baseline);

    for (int i = 0; i < o->path_count; i++)
        readers += is_standard_input(o->paths[i]);
    if (readers > 1)
        refuse(error, NULL, "only one of --config, --baseline and the captures can be standard input, -");
    return readers <= 1;
}

static gboolean read_policy_file(struct options *o, const struct option_texts *t, GError **error)
{
    const char *path = t->config;
    int file;

    if (t->is_without_config && path != NULL)
        return refuse(error, NULL, "--config and --no-config contradict each other");
    if (t->is_without_config)
        return TRUE;
    if (path != NULL)
        file = policy_file_open(path, error);
    else
        file = policy_find(&path, error);
    return file < 0 ? *error == NULL : policy_file_read(&o->settings, path, file, error);
}

gboolean judge_options_understand(struct options *o, const struct option_texts *t, GError **error)
{
    if (!share_standard_input(o, t, error) || !read_policy_file(o, t, error) || !set_policies(o, t, error) ||
        !choose_rules(o, t, error))
        return FALSE;
    policy_settings_finish(&o->settings);
    o->policy = o->settings.policy;
    o->fail_on = o->settings.fail_on;
    return TRUE;
}

gboolean judge_options_understand_vantage(struct options *o, const struct option_texts *t, GError **error)
{
    gboolean is_good = set_vantages(o, t, error);

    policy_settings_finish(&o->settings);
    o->policy = o->settings.policy;
    return is_good;
}
