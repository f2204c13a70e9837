/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_options.h"

#include <string.h>
#include <unistd.h>

#include "choice.h"
#include "exit_status.h"
#include "help.h"
#include "kinds_option.h"
#include "option_table.h"
#include "policy_file.h"
#include "policy_find.h"
#include "printable.h"
#include "refuse.h"
#include "report/report.h"
#include "rule_choice.h"
#include "say.h"
#include "standard_files.h"
#include "tunnel_words.h"
#include "unknown_option.h"

enum { MTU_MIN = 68 }; /* RFC 791 section 3.2 */

/* Puts "--OPTION TEXT: " before the error's message. */
static gboolean blame(const char *option, const char *text, GError **error)
{
    refuse_prefix(error, text);
    g_prefix_error(error, "--%s ", option);
    return FALSE;
}

/* The position of `text` among the words; `*value` is untouched where `text` is NULL. */
static gboolean choose(const char *option, const char *text, choice_name *name_at, int *value, GError **error)
{
    if (text == NULL)
        return TRUE;
    *value = choice_find(text, name_at);
    if (*value >= 0)
        return TRUE;
    choice_refuse(text, name_at, error);
    return blame(option, text, error);
}

/* A number from `least` to `most`. */
static gboolean number_in(const char *option, const char *text, unsigned least, unsigned most, int *value,
                          GError **error)
{
    guint64 number;

    if (text == NULL)
        return TRUE;
    if (!g_ascii_string_to_unsigned(text, 10, least, most, &number, NULL)) {
        if (most == G_MAXINT)
            refuse(error, NULL, "it must be a number, %u or more", least);
        else
            refuse(error, NULL, "it must be a number from %u to %u", least, most);
        return blame(option, text, error);
    }
    *value = (int)number;
    return TRUE;
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
            index = rule_choose(*name, error);
            is_known = index < ipip_rules_count() || blame(option, *name, error);
            if (is_known)
                marked[index] = TRUE;
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
    return policy_settings_set(&o->settings, key, value, error) || blame(option, value, error);
}

static gboolean set_vantages(struct options *o, const struct option_texts *t, GError **error)
{
    const char *of_all = NULL;

    for (char **text = t->vantages; text != NULL && *text != NULL; text++) {
        gboolean is_of_all = strchr(*text, '=') == NULL;

        if (!policy_settings_set_vantage(&o->settings, *text, error))
            return blame("vantage", *text, error);
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

/* The command line overrides the policy file, or adds to its lists. */
static gboolean understand_policy(struct options *o, const struct option_texts *t, GError **error)
{
    if (!share_standard_input(o, t, error) || !read_policy_file(o, t, error) || !set_policies(o, t, error) ||
        !choose_rules(o, t, error))
        return FALSE;
    policy_settings_finish(&o->settings);
    o->policy = o->settings.policy;
    o->fail_on = o->settings.fail_on;
    return TRUE;
}

static gboolean understand_vantage(struct options *o, const struct option_texts *t, GError **error)
{
    gboolean is_good = set_vantages(o, t, error);

    policy_settings_finish(&o->settings);
    o->policy = o->settings.policy;
    return is_good;
}

static gboolean understand_numbers(struct options *o, const struct option_texts *t, GError **error)
{
    enum { JOBS_DEFAULT_MAX = 4 }; /* what is left to one thread at a time is done then */
    int depth = 1;

    if (!number_in("jobs", t->jobs, 0, G_MAXINT, &o->jobs, error) ||
        !number_in("depth", t->depth, 1, G_MAXINT, &depth, error) ||
        !number_in("max-findings", t->max_findings, 0, G_MAXINT, &o->max_findings, error))
        return FALSE;
    if (o->jobs == 0)
        o->jobs = (int)MIN(g_get_num_processors(), JOBS_DEFAULT_MAX);
    o->depth = o->is_all ? IPIP_STACK_MAX : MIN((unsigned)depth, IPIP_STACK_MAX);
    return TRUE;
}

static gboolean understand_tunnel(struct options *o, uint32_t kinds, const struct option_texts *t, GError **error)
{
    int mtu = 0;

    if (!tunnel_from_words(t->tunnel, &o->tunnel, error) || !tunnel_has_kind(&o->tunnel, kinds, error) ||
        !number_in("mtu", t->mtu, MTU_MIN, IPIP_IPV4_TOTAL_MAX, &mtu, error))
        return FALSE;
    o->tunnel.mtu = (uint16_t)mtu;
    o->tunnel.decrements_ttl = o->is_forwarding;
    return TRUE;
}

static gboolean understand(struct options *o, const struct usage *usage, const struct option_texts *t, GError **error)
{
    int ecn_decap = 0, format = 0, color = 0;

    if (!choose("ecn-decap", t->ecn_decap, ecn_decap_name, &ecn_decap, error) ||
        !choose("format", t->format, format_name, &format, error) ||
        !choose("color", t->color, color_name, &color, error) || !understand_numbers(o, t, error) ||
        !kinds_from_options(t->kinds, t->udp_tunnels, &o->kinds, error))
        return FALSE;
    if ((usage->groups & OPTIONS_JUDGE) != 0 && !understand_policy(o, t, error))
        return FALSE;
    if ((usage->groups & OPTIONS_VANTAGE) != 0 && !understand_vantage(o, t, error))
        return FALSE;
    o->ecn_decap = (enum ipip_ecn_decap)ecn_decap;
    o->format = (enum report_format)format;
    o->color = (enum color)color;
    o->has_tunnel = t->tunnel != NULL;
    if ((usage->groups & OPTIONS_WRITE) != 0 && o->output == NULL)
        return refuse(error, NULL, "it needs -w FILE, the capture to write");
    if (o->output != NULL && *o->output == '\0')
        return refuse(error, NULL, "-w needs the name of a file");
    if (o->output != NULL && strcmp(o->output, "-") == 0 && isatty(STDOUT_FILENO))
        return refuse(error, NULL, "standard output is a terminal; name a file after -w, or pipe it into a program");
    if (usage->needs_tunnel && t->tunnel == NULL)
        return refuse(error, NULL, "it needs --tunnel, such as --tunnel 'local 192.0.2.1 remote 192.0.2.2'");
    if (t->tunnel != NULL && !understand_tunnel(o, usage->kinds, t, error))
        return FALSE;
    if (t->filter != NULL && (o->filter = filter_new(t->filter, FALSE, error)) == NULL)
        return FALSE;
    return t->inner == NULL || (o->inner = filter_new(t->inner, TRUE, error)) != NULL;
}

/* What GLib left is no option, or one that it does not know. "--" ends the options. */
static gboolean take_paths(struct options *o, char **argv, const GOptionEntry *entries, GError **error)
{
    gboolean is_over = FALSE;

    o->paths = argv;
    for (char **next = argv; *next != NULL; next++) {
        gboolean is_option = !is_over && **next == '-' && (*next)[1] != '\0';

        if (is_option && strcmp(*next, "--") != 0)
            return unknown_option_refuse(*next, entries, error);
        is_over |= is_option;
        if (!is_option)
            o->paths[o->path_count++] = *next;
    }
    o->paths[o->path_count] = NULL;
    return TRUE;
}

static void name_captures(struct options *o)
{
    o->names = g_new0(char *, (gsize)o->path_count + 1);
    for (int i = 0; i < o->path_count; i++)
        o->names[i] = o->format == REPORT_TEXT ? printable(o->paths[i]) : g_strdup(o->paths[i]);
}

static gboolean are_enough(const struct options *o, const struct usage *usage, GError **error)
{
    if (o->path_count < usage->paths_min)
        return refuse(error, NULL, "no %s given", usage->operand);
    if (usage->paths_max < 0 || o->path_count <= usage->paths_max)
        return TRUE;
    if (usage->paths_max == 0)
        return refuse(error, o->paths[0], "nothing is expected after the options");
    return refuse(error, NULL, "it takes one %s, but %d were given", usage->operand, o->path_count);
}

/* What is written there would be read as packets, and so on without end. */
static gboolean is_output_apart(const struct options *o, const struct usage *usage, GError **error)
{
    for (int i = 0; i < o->path_count && (usage->groups & OPTIONS_READ) != 0; i++) {
        if (strcmp(o->paths[i], "-") == 0 && isatty(STDIN_FILENO))
            return refuse(error, NULL, "standard input is a terminal; name a capture, or pipe one in");
        if (is_same_file(o->paths[i], "-"))
            return refuse(error, o->paths[i], "standard output is the same file; write to another one");
    }
    return TRUE;
}

/* Prints what is wrong, and where the help is. */
static int complain(const char *verb, GError *error)
{
    say("%s", error->message);
    say_on("See `ipip %s --help`.", verb);
    g_error_free(error);
    return EXIT_USAGE;
}

static gboolean parse(const struct usage *usage, const GOptionEntry *entries, int *argc, char ***argv, GError **error)
{
    GOptionGroup *group = g_option_group_new(usage->verb, "", "", NULL, NULL);
    GOptionContext *context = g_option_context_new(NULL);
    gboolean is_good;

    g_option_group_add_entries(group, entries);
    g_option_context_set_main_group(context, group);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_ignore_unknown_options(context, TRUE);
    is_good = options_check(*argv + 1, entries, error) && g_option_context_parse(context, argc, argv, error);
    g_option_context_free(context);
    return is_good;
}

gboolean options_parse(struct options *o, const struct usage *usage, int argc, char **argv, int *status)
{
    struct option_texts t = {0};
    GOptionEntry *entries = option_table(usage->groups, o, &t);
    GError *error = NULL;
    gboolean is_good;

    *o = (struct options){.policy = ipip_policy_default(), .fail_on = IPIP_WARNING, .max_findings = -1};
    policy_settings_init(&o->settings);
    *status = EXIT_CLEAN;
    is_good = parse(usage, entries, &argc, &argv, &error);
    if (is_good && t.is_help) {
        help_print(usage, entries);
        *status = report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
    } else if (is_good) {
        is_good = take_paths(o, argv + 1, entries, &error) && understand(o, usage, &t, &error) &&
                  are_enough(o, usage, &error) && is_output_apart(o, usage, &error);
    }
    if (is_good)
        name_captures(o);
    if (!is_good)
        *status = complain(usage->verb, error);
    else if (o->settings.path != NULL)
        say("policy file %s", o->settings.path);
    if (!is_good || t.is_help)
        options_clear(o);
    is_good = is_good && !t.is_help;
    option_texts_clear(&t);
    g_free(entries);
    return is_good;
}

void options_clear(struct options *o)
{
    g_strfreev(o->names);
    filter_free(o->filter);
    filter_free(o->inner);
    policy_settings_clear(&o->settings);
    g_free(o->output);
    g_free(o->baseline);
    g_free(o->new_baseline);
}
