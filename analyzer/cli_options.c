/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_options.h"

#include <string.h>
#include <unistd.h>

#include "capture_paths.h"
#include "choice.h"
#include "completion.h"
#include "exit_status.h"
#include "help.h"
#include "ipip/age.h"
#include "judge_options.h"
#include "kinds_option.h"
#include "live_options.h"
#include "manual.h"
#include "option_table.h"
#include "option_words.h"
#include "printable.h"
#include "refuse.h"
#include "report/report.h"
#include "report_outputs.h"
#include "say.h"
#include "standard_files.h"
#include "stimulus_options.h"
#include "tunnel_words.h"
#include "unknown_option.h"

enum { MTU_MIN = 68 }; /* RFC 791 section 3.2 */

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
        return refuse_option(option, text, error);
    }
    *value = (int)number;
    return TRUE;
}

static gboolean understand_numbers(struct options *o, const struct option_texts *t, GError **error)
{
    enum { JOBS_DEFAULT_MAX = 4 }; /* what is left to one thread at a time is done then */
    int depth = 1, window = 2;

    if (!number_in("jobs", t->jobs, 0, G_MAXINT, &o->jobs, error) ||
        !number_in("depth", t->depth, 1, G_MAXINT, &depth, error) ||
        !number_in("window", t->window, 1, 60, &window, error) ||
        !number_in("max-findings", t->max_findings, 0, G_MAXINT, &o->max_findings, error))
        return FALSE;
    if (o->jobs == 0)
        o->jobs = (int)MIN(g_get_num_processors(), JOBS_DEFAULT_MAX);
    o->pair_window = (uint64_t)window * IPIP_AGE_SECOND;
    o->depth = o->is_all ? IPIP_STACK_MAX : MIN((unsigned)depth, IPIP_STACK_MAX);
    return live_options_understand(o, t, error);
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

/* The page is the only report. */
static gboolean understand_page(struct options *o, GError **error)
{
    if (o->output == NULL)
        return refuse(error, NULL, "it needs -w FILE, the page to write");
    o->format = REPORT_HTML;
    o->is_quiet = strcmp(o->output, "-") != 0;
    if (o->is_quiet)
        o->outputs[o->output_count++] = (struct report_output){REPORT_HTML, o->output};
    return TRUE;
}

/* What a verb judges or lists, or reads. */
static const struct ipip_kinds *usual_kinds(const struct usage *usage)
{
    static struct ipip_kinds every;

    if ((usage->groups & OPTIONS_CATALOGUE) != 0) {
        every.set = ipip_kinds_judged()->set | ipip_kinds_all()->set;
        return &every;
    }
    return (usage->groups & (OPTIONS_JUDGE | OPTIONS_VANTAGE)) != 0 ? ipip_kinds_judged() : ipip_kinds_all();
}

static gboolean understand(struct options *o, const struct usage *usage, const struct option_texts *t, GError **error)
{
    choice_name *format_at = report_formats_of(usage->groups);
    int ecn_decap = 0, format = 0, color = 0, merge = MERGE_AUTO;

    if (!choice_of_option("ecn-decap", t->ecn_decap, option_ecn_decap_name, &ecn_decap, error) ||
        !choice_of_option("format", t->format, format_at, &format, error) ||
        !choice_of_option("color", t->color, option_color_name, &color, error) ||
        !choice_of_option("merge", t->merge, option_merge_name, &merge, error) || !understand_numbers(o, t, error) ||
        !kinds_from_options(t->kinds, t->udp_tunnels, t->esp_null, usual_kinds(usage), &o->kinds, error))
        return FALSE;
    if ((usage->groups & OPTIONS_JUDGE) != 0 && !judge_options_understand(o, t, error))
        return FALSE;
    if ((usage->groups & OPTIONS_VANTAGE) != 0 && !judge_options_understand_vantage(o, t, error))
        return FALSE;
    o->policy.kinds = (usage->groups & OPTIONS_KINDS) != 0 ? &o->kinds : ipip_kinds_ipip();
    o->policy.is_guessing = o->is_guessing;
    o->ecn_decap = (enum ipip_ecn_decap)ecn_decap;
    o->format = (enum report_format)format;
    o->color = (enum color)color;
    o->merge = (enum merge)merge;
    o->is_without_progress |= o->is_quiet;
    o->has_tunnel = t->tunnel != NULL;
    if (!report_outputs_understand(o, format_at, t, error))
        return FALSE;
    if ((usage->groups & OPTIONS_PAGE) != 0 && !understand_page(o, error))
        return FALSE;
    if ((usage->groups & (OPTIONS_WRITE | OPTIONS_STIMULUS)) != 0 && o->output == NULL)
        return refuse(error, NULL, "it needs -w FILE, the capture to write");
    if (o->output != NULL && *o->output == '\0')
        return refuse(error, NULL, "-w needs the name of a file");
    if (o->output != NULL && strcmp(o->output, "-") == 0 && isatty(STDOUT_FILENO))
        return refuse(error, NULL, "standard output is a terminal; name a file after -w, or pipe it into a program");
    if ((usage->groups & OPTIONS_RESULT) != 0 && o->format == REPORT_JSONL && g_strcmp0(o->output, "-") == 0)
        return refuse(error, NULL, "--format jsonl prints on standard output; name a file after -w");
    if (usage->needs_tunnel && t->tunnel == NULL)
        return refuse(error, NULL, "it needs --tunnel, such as --tunnel 'local 192.0.2.1 remote 192.0.2.2'");
    if (t->tunnel != NULL && !understand_tunnel(o, usage->kinds, t, error))
        return FALSE;
    if ((usage->groups & OPTIONS_STIMULUS) != 0 && !stimulus_options_understand(o, t, error))
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

/* The paths become copies; for a verb that reads several captures a folder stands for those in it. */
static void find_captures(struct options *o, const struct usage *usage)
{
    gboolean takes_folders = (usage->groups & OPTIONS_READ) != 0 && usage->paths_max != 1;
    GPtrArray *found = g_ptr_array_new();

    for (int i = 0; i < o->path_count; i++) {
        if (takes_folders)
            capture_paths_add(found, o->paths[i]);
        else
            g_ptr_array_add(found, g_strdup(o->paths[i]));
    }
    o->path_count = (int)found->len;
    g_ptr_array_add(found, NULL);
    o->paths = o->found = (char **)g_ptr_array_free(found, FALSE);
}

static void name_captures(struct options *o)
{
    o->names = g_new0(char *, (gsize)o->path_count + 1);
    for (int i = 0; i < o->path_count; i++)
        o->names[i] = o->format == REPORT_TEXT ? printable(o->paths[i]) : g_strdup(o->paths[i]);
}

static gboolean are_enough(const struct options *o, const struct usage *usage, GError **error)
{
    if ((usage->groups & OPTIONS_WINDOW) != 0 && o->path_count == 2 && is_same_file(o->paths[0], o->paths[1]))
        return refuse(error, o->paths[1], "both captures are this file; a pair needs one of each side");
    if (o->path_count < usage->paths_min)
        return refuse(error, NULL, "no %s given", usage->operand);
    if (usage->paths_max < 0 || o->path_count <= usage->paths_max)
        return TRUE;
    if (usage->paths_max == 0)
        return refuse(error, o->paths[0], "nothing is expected after the options");
    if (usage->paths_max == 1)
        return refuse(error, NULL, "it takes one %s, but %d were given", usage->operand, o->path_count);
    return refuse(error, NULL, "it takes at most %d %ss, but %d were given", usage->paths_max, usage->operand,
                  o->path_count);
}

/* What is written there would be read as packets, and so on without end. */
static gboolean is_output_apart(const struct options *o, const struct usage *usage, GError **error)
{
    for (int i = 0; i < o->path_count && (usage->groups & OPTIONS_READ) != 0 && o->live.interface == NULL; i++) {
        if (strcmp(o->paths[i], "-") == 0 && isatty(STDIN_FILENO))
            return refuse(error, NULL, "standard input is a terminal; name a capture, or pipe one in");
        if (is_same_file(o->paths[i], "-"))
            return refuse(error, o->paths[i], "standard output is the same file; write to another one");
    }
    return report_outputs_are_apart(o, error);
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

/* What is for shells, and for those who build: `ipip VERB --complete WORD...` and `ipip VERB --manual`. */
static gboolean tell(const struct usage *usage, const GOptionEntry *entries, char **argv)
{
    if (g_strcmp0(argv[1], "--complete") == 0)
        completion_print(usage, entries, argv + 2);
    else if (g_strcmp0(argv[1], "--manual") == 0)
        manual_print_verb(usage, entries);
    else
        return FALSE;
    return TRUE;
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
    if (tell(usage, entries, argv)) {
        *status = report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
        options_clear(o);
        g_free(entries);
        return FALSE;
    }
    is_good = parse(usage, entries, &argc, &argv, &error);
    if (is_good && t.is_help) {
        help_print(usage, entries);
        *status = report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
    } else if (is_good) {
        is_good = take_paths(o, argv + 1, entries, &error);
        if (is_good)
            find_captures(o, usage);
        is_good = is_good && live_options_take_interface(o, &error) && understand(o, usage, &t, &error) &&
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
    g_strfreev(o->found);
    filter_free(o->filter);
    filter_free(o->inner);
    policy_settings_clear(&o->settings);
    g_free(o->output);
    g_free(o->device);
    g_free(o->live.interface);
    g_free(o->live.keep);
    g_strfreev(o->faults);
    g_strfreev(o->output_texts);
    g_free(o->baseline);
    g_free(o->new_baseline);
}
