/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <string.h>

#include "choice.h"
#include "exit_status.h"
#include "policy_file.h"
#include "policy_find.h"
#include "report/report.h"
#include "standard_files.h"
#include "tunnel_words.h"

#define OPTIONS_ERROR (g_quark_from_static_string("ipip-options"))

enum { NO_LIMIT = G_MININT }; /* of --max-findings, which was not given */

/* The options as text, before they are understood. */
struct texts {
    char *filter, *inner, *profile, *vantage, *inner_side, *config, *fail_on, *format, *color, *ecn_decap, *tunnel;
    char **sites, **endpoints, **select, **ignore;
    gboolean is_without_config;
    int depth;
};

static const char policy_description[] =
    "A policy file has sections with lines KEY=VALUE. Options win over it; --site and --endpoint add to it.\n"
    "  [policy]          profile, vantage, inner-side, fail-on; site and endpoints, lists with ; between; learn=N: where\n"
    "                    no endpoints are named, those of the first N tunnel packets are the legitimate ones\n"
    "  [tunnel SRC DST]  profile, ttl (1 to 255, inherit), tos (0x00 to 0xff, a name such as EF, inherit),\n"
    "                    df (set, copy, clear, any), mtu (octets of the tunnel packet)\n"
    "  [rule RULE]       severity (error, warning, note, off), reason (any words, required with off)";

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
            "threads to use at most, 0 for the processors there are (more than two have nothing to do)", "N"}},
        {OPTIONS_JUDGE, {"profile", 0, 0, G_OPTION_ARG_STRING, &t->profile,
            "whose habits are accepted: see `ipip rules --profiles` (default modern)", "NAME"}},
        {OPTIONS_JUDGE, {"vantage", 0, 0, G_OPTION_ARG_STRING, &t->vantage,
            "where it was captured: entry, mid, exit, host-tx, unknown (default)", "PLACE"}},
        {OPTIONS_JUDGE, {"inner-side", 0, 0, G_OPTION_ARG_STRING, &t->inner_side,
            "where the inner packets were captured outside the tunnel: lan, tundev, unknown (default)", "PLACE"}},
        {OPTIONS_JUDGE, {"site", 0, 0, G_OPTION_ARG_STRING_ARRAY, &t->sites,
            "addresses that are inside, such as 10.1.0.0/16; may be repeated", "PREFIX"}},
        {OPTIONS_JUDGE, {"endpoint", 0, 0, G_OPTION_ARG_STRING_ARRAY, &t->endpoints,
            "the two ends of a tunnel that there should be, such as 192.0.2.1-192.0.2.2; may be repeated", "SRC-DST"}},
        {OPTIONS_JUDGE, {"config", 0, 0, G_OPTION_ARG_FILENAME, &t->config,
            "the policy file (default: .ipip.conf beside the first capture, else in the working directory)", "FILE"}},
        {OPTIONS_JUDGE, {"no-config", 0, 0, G_OPTION_ARG_NONE, &t->is_without_config,
            "no policy file", NULL}},
        {OPTIONS_JUDGE, {"select", 0, 0, G_OPTION_ARG_STRING_ARRAY, &t->select,
            "judge by these rules only", "RULE[,RULE]"}},
        {OPTIONS_JUDGE, {"ignore", 0, 0, G_OPTION_ARG_STRING_ARRAY, &t->ignore,
            "do not judge by these rules", "RULE[,RULE]"}},
        {OPTIONS_JUDGE, {"fail-on", 0, 0, G_OPTION_ARG_STRING, &t->fail_on,
            "from which severity on the exit status is 1: error, warning (default), note, never", "SEVERITY"}},
        {OPTIONS_BASELINE, {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &o->baseline,
            "findings that are known: they don't fail; those that no longer occur are named", "FILE"}},
        {OPTIONS_BASELINE, {"write-baseline", 0, 0, G_OPTION_ARG_FILENAME, &o->new_baseline,
            "write the findings of this run as a baseline", "FILE"}},
        {OPTIONS_REPORT, {"format", 0, 0, G_OPTION_ARG_STRING, &t->format,
            "text (default) or jsonl", "FORMAT"}},
        {OPTIONS_REPORT, {"color", 0, 0, G_OPTION_ARG_STRING, &t->color,
            "auto (default), always, never", "WHEN"}},
        {OPTIONS_QUIET, {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->is_quiet,
            "print nothing; the exit status tells", NULL}},
        {OPTIONS_FOLD, {"all", 0, 0, G_OPTION_ARG_NONE, &o->is_all,
            "show every finding of a packet, also those that repeat; name the rules that lack evidence", NULL}},
        {OPTIONS_FOLD, {"max-findings", 0, 0, G_OPTION_ARG_INT, &o->max_findings,
            "show at most so many findings of each rule, in any format; the others are counted", "N"}},
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

/* The position of `text` among the words; `*value` is untouched where `text` is NULL. */
static gboolean choose(const char *option, const char *text, choice_name *name_at, int *value, GError **error)
{
    char *right;

    if (text == NULL)
        return TRUE;
    *value = choice_find(text, name_at);
    if (*value >= 0)
        return TRUE;
    right = choice_list(name_at);
    g_set_error(error, OPTIONS_ERROR, 0, "--%s %s: it must be %s", option, text, right);
    g_free(right);
    return FALSE;
}

static const char *ecn_decap_name(int index)
{
    return ipip_ecn_decap_name((enum ipip_ecn_decap)index);
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

/* A rule that --select names is judged by even where the policy file silences it. */
static gboolean choose_rules(struct options *o, const struct texts *t, GError **error)
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
    g_set_error(error, OPTIONS_ERROR, 0, "--select, --ignore and the policy file leave no rule to judge by");
    return FALSE;
}

static gboolean set_policy(struct options *o, const char *option, const char *key, const char *value, GError **error)
{
    if (policy_settings_set(&o->settings, key, value, error))
        return TRUE;
    g_prefix_error(error, "--%s ", option);
    return FALSE;
}

static gboolean set_policies(struct options *o, const struct texts *t, GError **error)
{
    const struct {
        const char *key;
        const char *value;
    } single[] = {
        {"profile", t->profile}, {"vantage", t->vantage}, {"inner-side", t->inner_side}, {"fail-on", t->fail_on}};
    gboolean is_good = TRUE;

    for (size_t i = 0; is_good && i < G_N_ELEMENTS(single); i++)
        is_good = single[i].value == NULL || set_policy(o, single[i].key, single[i].key, single[i].value, error);
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
static gboolean share_standard_input(const struct options *o, const struct texts *t, GError **error)
{
    int readers = is_standard_input(t->config) + is_standard_input(o->baseline) +
                  g_strv_contains((const char *const *)o->paths, "-");

    if (readers > 1)
        g_set_error(error, OPTIONS_ERROR, 0,
                    "only one of --config, --baseline and the captures can be standard input, -");
    return readers <= 1;
}

static gboolean read_policy_file(struct options *o, const struct texts *t, GError **error)
{
    char *path;
    gboolean is_good;

    if (t->is_without_config && t->config != NULL) {
        g_set_error(error, OPTIONS_ERROR, 0, "--config and --no-config contradict each other");
        return FALSE;
    }
    if (t->is_without_config)
        return TRUE;
    path = t->config != NULL ? g_strdup(t->config) : policy_find(o->paths[0]);
    is_good = path == NULL || policy_file_read(&o->settings, path, error);
    g_free(path);
    return is_good;
}

/* What the command line says wins over the policy file, or is added to its lists. */
static gboolean understand_policy(struct options *o, const struct texts *t, GError **error)
{
    if (!share_standard_input(o, t, error) || !read_policy_file(o, t, error) || !set_policies(o, t, error) ||
        !choose_rules(o, t, error))
        return FALSE;
    policy_settings_finish(&o->settings);
    o->policy = o->settings.policy;
    o->fail_on = o->settings.fail_on;
    return TRUE;
}

static gboolean understand(struct options *o, const struct usage *usage, const struct texts *t, GError **error)
{
    int ecn_decap = 0, format = 0, color = 0;

    if (!choose("ecn-decap", t->ecn_decap, ecn_decap_name, &ecn_decap, error) ||
        !choose("format", t->format, format_name, &format, error) ||
        !choose("color", t->color, color_name, &color, error))
        return FALSE;
    if ((usage->groups & OPTIONS_JUDGE) != 0 && !understand_policy(o, t, error))
        return FALSE;
    o->ecn_decap = (enum ipip_ecn_decap)ecn_decap;
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
    if (o->jobs == 0)
        o->jobs = (int)g_get_num_processors();
    if (o->max_findings == NO_LIMIT) {
        o->max_findings = -1;
    } else if (o->max_findings < 0) {
        g_set_error(error, OPTIONS_ERROR, 0, "--max-findings %d: 0 or more findings are shown", o->max_findings);
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
    if (t->filter != NULL && (o->filter = filter_new(t->filter, FALSE, error)) == NULL)
        return FALSE;
    return t->inner == NULL || (o->inner = filter_new(t->inner, TRUE, error)) != NULL;
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

/* What is written there would be read as packets, and so on without end. */
static gboolean is_output_apart(const struct options *o, const struct usage *usage, GError **error)
{
    for (int i = 0; i < o->path_count && (usage->groups & OPTIONS_READ) != 0; i++) {
        if (is_same_file(o->paths[i], "-")) {
            g_set_error(error, OPTIONS_ERROR, 0, "%s: standard output is the same file; write to another one",
                        o->paths[i]);
            return FALSE;
        }
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
    char *all[] = {t->filter,  t->inner,  t->profile, t->vantage,   t->inner_side, t->config,
                   t->fail_on, t->format, t->color,   t->ecn_decap, t->tunnel};

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        g_free(all[i]);
    g_strfreev(t->sites);
    g_strfreev(t->endpoints);
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

    *o = (struct options){.policy = ipip_policy_default(), .fail_on = IPIP_WARNING, .max_findings = NO_LIMIT};
    policy_settings_init(&o->settings);
    *status = EXIT_CLEAN;
    g_set_prgname(name);
    g_free(name);
    g_option_context_set_main_group(context, group);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, usage->description);
    if ((usage->groups & OPTIONS_JUDGE) != 0)
        g_option_context_set_description(context, policy_description);
    add_entries(group, usage->groups, o, &t);
    g_option_group_add_entries(group, help);

    is_good = g_option_context_parse(context, &argc, &argv, &error);
    if (is_good && is_help) {
        char *text = g_option_context_get_help(context, TRUE, NULL);

        g_print("%s", text);
        g_free(text);
    } else if (is_good) {
        is_good = count_paths(o, usage, argc, argv, &error) && is_output_apart(o, usage, &error) &&
                  understand(o, usage, &t, &error);
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
    policy_settings_clear(&o->settings);
    g_free(o->output);
    g_free(o->baseline);
    g_free(o->new_baseline);
}
