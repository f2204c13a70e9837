/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <string.h>

#include "exit_status.h"
#include "report/report.h"
#include "tunnel_words.h"

#define OPTIONS_ERROR (g_quark_from_static_string("ipip-options"))

/* The options as text, before they are understood. */
struct texts {
    char *filter, *inner, *profile, *vantage, *fail_on, *format, *color, *ecn_decap, *tunnel;
    char **select, **ignore;
    int depth;
};

/* clang-format off */
static void add_entries(GOptionGroup *all, unsigned groups, struct options *o, struct texts *t)
{
    const struct {
        enum option_group group;
        GOptionEntry entry;
    } table[] = {
        {OPTIONS_WRITE, {"write", 'w', 0, G_OPTION_ARG_FILENAME, &o->output,
            "the capture to write, - for standard output", "FILE"}},
        {OPTIONS_WRITE, {"only-tunnel", 0, 0, G_OPTION_ARG_NONE, &o->is_only_tunnel,
            "leave out what is not transformed", NULL}},
        {OPTIONS_DECAP, {"depth", 0, 0, G_OPTION_ARG_INT, &t->depth,
            "tunnel headers to strip, outermost first (default 1)", "N"}},
        {OPTIONS_DECAP, {"all", 0, 0, G_OPTION_ARG_NONE, &o->is_all,
            "strip all tunnel headers", NULL}},
        {OPTIONS_DECAP, {"ecn-decap", 0, 0, G_OPTION_ARG_STRING, &t->ecn_decap,
            "what becomes of the ECN fields: rfc6040 (default), rfc3168-full, rfc3168-limited, rfc4301, overwrite, none",
            "MODE"}},
        {OPTIONS_TUNNEL, {"tunnel", 0, 0, G_OPTION_ARG_STRING, &t->tunnel,
            "the tunnel in the words of ip-tunnel(8), such as 'local 192.0.2.1 remote 192.0.2.2 ttl 64'", "WORDS"}},
        {OPTIONS_READ, {"filter", 0, 0, G_OPTION_ARG_STRING, &t->filter,
            "only packets that match this tcpdump filter as captured", "EXPR"}},
        {OPTIONS_READ, {"inner", 0, 0, G_OPTION_ARG_STRING, &t->inner,
            "only packets whose innermost IP packet matches this one", "EXPR"}},
        {OPTIONS_READ, {"jobs", 0, 0, G_OPTION_ARG_INT, &o->jobs,
            "threads to use at most, 0 for the processors there are (this version uses one)", "N"}},
        {OPTIONS_JUDGE, {"profile", 0, 0, G_OPTION_ARG_STRING, &t->profile,
            "whose habits are accepted: see `ipip rules --profiles` (default modern)", "NAME"}},
        {OPTIONS_JUDGE, {"vantage", 0, 0, G_OPTION_ARG_STRING, &t->vantage,
            "where it was captured: entry, mid, exit, host-tx, unknown (default)", "PLACE"}},
        {OPTIONS_JUDGE, {"select", 0, 0, G_OPTION_ARG_STRING_ARRAY, &t->select,
            "judge by these rules only", "RULE[,RULE]"}},
        {OPTIONS_JUDGE, {"ignore", 0, 0, G_OPTION_ARG_STRING_ARRAY, &t->ignore,
            "do not judge by these rules", "RULE[,RULE]"}},
        {OPTIONS_JUDGE, {"fail-on", 0, 0, G_OPTION_ARG_STRING, &t->fail_on,
            "from which severity on the exit status is 1: error, warning (default), note, never", "SEVERITY"}},
        {OPTIONS_REPORT, {"format", 0, 0, G_OPTION_ARG_STRING, &t->format,
            "text (default) or jsonl", "FORMAT"}},
        {OPTIONS_REPORT, {"color", 0, 0, G_OPTION_ARG_STRING, &t->color,
            "auto (default), always, never", "WHEN"}},
        {OPTIONS_QUIET, {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->is_quiet,
            "print nothing; the exit status tells", NULL}},
        {OPTIONS_FOLD, {"all", 0, 0, G_OPTION_ARG_NONE, &o->is_all,
            "show every finding of a packet, also those that repeat; name the rules that lack evidence", NULL}},
        {OPTIONS_PROFILES, {"profiles", 0, 0, G_OPTION_ARG_NONE, &o->is_profiles,
            "list the profiles instead", NULL}},
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        const GOptionEntry entry[] = {table[i].entry, G_OPTION_ENTRY_NULL};

        if ((groups & table[i].group) != 0)
            g_option_group_add_entries(all, entry);
    }
}

/* The position of `text` among the names that `name_at` lists up to NULL; `*value` is untouched where `text` is NULL. */
static gboolean choose(const char *option, const char *text, const char *(*name_at)(int index), int *value,
                       GError **error)
{
    GString *names;

    if (text == NULL)
        return TRUE;
    for (int i = 0; name_at(i) != NULL; i++) {
        if (strcmp(text, name_at(i)) == 0) {
            *value = i;
            return TRUE;
        }
    }
    names = g_string_new(NULL);
    for (int i = 0; name_at(i) != NULL; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", name_at(i));
    g_set_error(error, OPTIONS_ERROR, 0, "--%s %s: it must be one of %s", option, text, names->str);
    g_string_free(names, TRUE);
    return FALSE;
}

static const char *profile_name(int index)
{
    const struct ipip_profile *profile = ipip_profile_at((size_t)index);

    return profile != NULL ? profile->name : NULL;
}

static const char *vantage_name(int index)
{
    return ipip_vantage_name((enum ipip_vantage)index);
}

static const char *ecn_decap_name(int index)
{
    return ipip_ecn_decap_name((enum ipip_ecn_decap)index);
}

/* In the order of enum ipip_severity, then one that no finding reaches. */
static const char *fail_on_name(int index)
{
    static const char *const names[] = {"note", "warning", "error", "never", NULL};

    return names[index];
}

static const char *format_name(int index)
{
    static const char *const names[] = {"text", "jsonl", NULL};

    return names[index];
}

static const char *color_name(int index)
{
    static const char *const names[] = {"auto", "always", "never", NULL};

    return names[index];
}

/* Marks the rules of a list such as {"IPIP105,IPIP109", "df-clear-allowed"}. */
static gboolean mark_rules(const char *option, char **lists, gboolean *marked, GError **error)
{
    for (char **list = lists; list != NULL && *list != NULL; list++) {
        char **names = g_strsplit(*list, ",", -1);
        gboolean is_known = TRUE;

        for (char **name = names; is_known && *name != NULL; name++) {
            size_t index;

            if (*g_strstrip(*name) == '\0') /* a comma at the end */
                continue;
            index = ipip_rule_find(*name);
            is_known = index < ipip_rules_count();
            if (is_known)
                marked[index] = TRUE;
            else
                g_set_error(error, OPTIONS_ERROR, 0, "--%s %s: no such rule; `ipip rules` lists them", option, *name);
        }
        g_strfreev(names);
        if (!is_known)
            return FALSE;
    }
    return TRUE;
}

static gboolean choose_rules(struct options *o, const struct texts *t, GError **error)
{
    gboolean selected[IPIP_RULES_MAX] = {FALSE};
    gboolean ignored[IPIP_RULES_MAX] = {FALSE};

    if (!mark_rules("select", t->select, selected, error) || !mark_rules("ignore", t->ignore, ignored, error))
        return FALSE;
    for (size_t i = 0; i < IPIP_RULES_MAX; i++)
        o->policy.is_off[i] = ignored[i] || (t->select != NULL && !selected[i]);
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (!o->policy.is_off[i])
            return TRUE;
    }
    g_set_error(error, OPTIONS_ERROR, 0, "--select and --ignore leave no rule to judge by");
    return FALSE;
}

static gboolean understand(struct options *o, const struct usage *usage, const struct texts *t, GError **error)
{
    int profile = 0, vantage = 0, ecn_decap = 0, fail_on = IPIP_WARNING, format = 0, color = 0;

    if (!choose("profile", t->profile, profile_name, &profile, error) ||
        !choose("vantage", t->vantage, vantage_name, &vantage, error) ||
        !choose("ecn-decap", t->ecn_decap, ecn_decap_name, &ecn_decap, error) ||
        !choose("fail-on", t->fail_on, fail_on_name, &fail_on, error) ||
        !choose("format", t->format, format_name, &format, error) ||
        !choose("color", t->color, color_name, &color, error) || !choose_rules(o, t, error))
        return FALSE;
    o->policy.profile = ipip_profile_at((size_t)profile);
    o->policy.vantage = (enum ipip_vantage)vantage;
    o->ecn_decap = (enum ipip_ecn_decap)ecn_decap;
    o->fail_on = (enum ipip_severity)fail_on;
    o->format = (enum report_format)format;
    o->color = (enum color)color;

    if (t->depth < 1) {
        g_set_error(error, OPTIONS_ERROR, 0, "--depth %d: at least 1 header is stripped", t->depth);
        return FALSE;
    }
    o->depth = o->is_all ? IPIP_STACK_MAX : MIN((unsigned)t->depth, IPIP_STACK_MAX);
    if (o->jobs < 0) {
        g_set_error(error, OPTIONS_ERROR, 0, "--jobs %d: at least 1, or 0 for the processors there are", o->jobs);
        return FALSE;
    }
    o->has_tunnel = t->tunnel != NULL;
    if ((usage->groups & OPTIONS_WRITE) != 0 && o->output == NULL) {
        g_set_error(error, OPTIONS_ERROR, 0, "it needs -w FILE, the capture to write");
        return FALSE;
    }
    if (usage->needs_tunnel && t->tunnel == NULL) {
        g_set_error(error, OPTIONS_ERROR, 0, "it needs --tunnel, such as --tunnel 'local 192.0.2.1 remote 192.0.2.2'");
        return FALSE;
    }
    if (t->tunnel != NULL && !tunnel_from_words(t->tunnel, &o->tunnel, error))
        return FALSE;
    if (t->filter != NULL && (o->filter = filter_new(t->filter, error)) == NULL)
        return FALSE;
    return t->inner == NULL || (o->inner = filter_new(t->inner, error)) != NULL;
}

static gboolean count_paths(struct options *o, const struct usage *usage, int argc, char **argv, GError **error)
{
    /* "--" ends the options; GLib leaves it there. */
    int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

    o->paths = argv + first;
    o->path_count = argc - first;
    if (o->path_count < usage->paths_min || (usage->paths_max >= 0 && o->path_count > usage->paths_max)) {
        g_set_error(error, OPTIONS_ERROR, 0, "expected %s, got %d",
                    usage->paths_max == 0 ? "no arguments" : usage->parameters, o->path_count);
        return FALSE;
    }
    return TRUE;
}

/* Says what is wrong, and where to read how it would be right. */
static int complain(const char *verb, GError *error)
{
    g_printerr("ipip %s: %s\nSee `ipip %s --help`.\n", verb, error->message, verb);
    g_error_free(error);
    return EXIT_USAGE;
}

static void texts_clear(struct texts *t)
{
    char **all[] = {&t->filter, &t->inner, &t->profile,   &t->vantage, &t->fail_on,
                    &t->format, &t->color, &t->ecn_decap, &t->tunnel};

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        g_free(*all[i]);
    g_strfreev(t->select);
    g_strfreev(t->ignore);
}

gboolean options_parse(struct options *o, const struct usage *usage, int argc, char **argv, int *status)
{
    GOptionGroup *group = g_option_group_new(usage->verb, "", "", NULL, NULL);
    GOptionContext *context = g_option_context_new(usage->parameters);
    struct texts t = {.depth = 1};
    gboolean is_help = FALSE;
    gboolean is_good;
    GError *error = NULL;
    char *name = g_strconcat("ipip ", usage->verb, NULL);
    const GOptionEntry help[] = {{"help", 'h', 0, G_OPTION_ARG_NONE, &is_help, "show this", NULL}, G_OPTION_ENTRY_NULL};

    *o = (struct options){.policy = ipip_policy_default()};
    *status = EXIT_CLEAN;
    g_set_prgname(name);
    g_free(name);
    g_option_context_set_main_group(context, group);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, usage->description);
    add_entries(group, usage->groups, o, &t);
    g_option_group_add_entries(group, help);

    is_good = g_option_context_parse(context, &argc, &argv, &error);
    if (is_good && is_help) {
        char *text = g_option_context_get_help(context, TRUE, NULL);

        g_print("%s", text);
        g_free(text);
    } else if (is_good) {
        is_good = count_paths(o, usage, argc, argv, &error) && understand(o, usage, &t, &error);
    }
    g_option_context_free(context);
    texts_clear(&t);
    if (!is_good)
        *status = complain(usage->verb, error);
    else if (is_help && !report_is_written())
        *status = EXIT_UNWRITABLE;
    if (!is_good || is_help)
        options_clear(o);
    return is_good && !is_help;
}

void options_clear(struct options *o)
{
    filter_free(o->filter);
    filter_free(o->inner);
    g_free(o->output);
}
