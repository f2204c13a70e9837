/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "choice.h"
#include "completion.h"
#include "exit_status.h"
#include "help.h"
#include "manual.h"
#include "out_of_memory.h"
#include "report/report.h"
#include "say.h"
#include "standard_files.h"
#include "verb.h"
#include "versions.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *parameters;
    const char *summary;
} verbs[] = {
    {"check", verb_check, "CAPTURE...", "judge every tunnel packet"},
    {"decap", verb_decap, "-w OUT CAPTURE", "strip tunnel headers"},
    {"encap", verb_encap, "-w OUT --tunnel WORDS CAPTURE", "encapsulate every packet that the tunnel holds"},
    {"roundtrip", verb_roundtrip, "CAPTURE...", "decapsulate, encapsulate again, compare every octet"},
    {"pair", verb_pair, "INNER OUTER", "match two captures of a tunnel, packet by packet"},
    {"conform", verb_conform, "INNER OUTER", "report what of the standards a tunnel's end violates"},
    {"stimulus", verb_stimulus, "-w OUT", "write the packets that test an end of a tunnel"},
    {"endpoint", verb_endpoint, "--tunnel WORDS", "be one end of a tunnel"},
    {"report", verb_report, "-w FILE CAPTURE...", "write a page (HTML) on captures"},
    {"tunnels", verb_tunnels, "CAPTURE...", "list the tunnels and how they are configured"},
    {"rules", verb_rules, "", "list the rules"},
    {"explain", verb_explain, "RULE...", "explain a rule and what to do"},
};

static void print_usage(void)
{
    enum { LEFT = 30 };

    printf("Usage: ipip COMMAND [OPTION...]\n\n"
           "Judges and transforms captures of IP-in-IP tunnels (RFC 2003).\n\n");
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        char *left = g_strdup_printf("ipip %s %s", verbs[i].name, verbs[i].parameters);

        help_print_row(left, LEFT, verbs[i].summary);
        g_free(left);
    }
    printf("\n`ipip COMMAND --help` lists the options of a command. Captures are pcap or\n"
           "pcapng, plain or compressed with gzip, zstd or lz4; - is standard input or\n"
           "output.\n\n"
           "Exit status: 0 nothing at or above --fail-on, 1 findings (roundtrip: a\n"
           "difference), 2 wrong usage, 3 an input could not be read to its end, 4 output\n"
           "could not be written, or memory was short.\n");
}

static const char *verb_name(int index)
{
    return (size_t)index < G_N_ELEMENTS(verbs) ? verbs[index].name : NULL;
}

/* Prints what is wrong with the word in the place of a verb. */
static int refuse_verb(const char *verb)
{
    const char *meant = choice_nearest(verb, verb_name);

    if (*verb == '\0')
        say("no command given, such as in `ipip check CAPTURE`");
    else if (*verb == '-')
        say("%s: options come after the command, such as in `ipip check CAPTURE`", verb);
    else if (meant != NULL)
        say("%s: no such command; did you mean %s?", verb, meant);
    else if (access(verb, F_OK) == 0)
        say("%s: the command comes first, such as in `ipip check %s`", verb, verb);
    else
        say("%s: no such command", verb);
    say_on("See `ipip --help`.");
    return EXIT_USAGE;
}

static int run_verb(const char *verb, int argc, char **argv)
{
    int index = choice_find(verb, verb_name);

    if (index < 0)
        return refuse_verb(verb);
    out_of_memory_in(verbs[index].name);
    say_as(verbs[index].name);
    return verbs[index].run(argc, argv);
}

/* ipip(1), or ipip-rules(7). */
static int print_manual(gboolean is_of_rules)
{
    struct manual_verb all[G_N_ELEMENTS(verbs) + 1] = {{NULL, NULL}};

    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
        all[i] = (struct manual_verb){verbs[i].name, verbs[i].summary};
    if (is_of_rules)
        manual_print_rules();
    else
        manual_print(all);
    return report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
}

/* The words behind --complete: a verb, or what is typed of one, and what follows it. */
static int complete(char **words)
{
    static char option[] = "--complete";

    if (words[0] != NULL && words[1] != NULL && choice_find(words[0], verb_name) >= 0) {
        char *verb = words[0];

        words[0] = option; /* as it stands behind the verb */
        words[-1] = verb;
        return run_verb(verb, (int)g_strv_length(words - 1), words - 1);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(verbs) && (words[0] == NULL || words[1] == NULL); i++)
        completion_offer("", words[0] != NULL ? words[0] : "", verbs[i].name, verbs[i].summary);
    return report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
}

/* Of all, or of one verb. */
static int help(char *verb)
{
    char option[] = "--help";
    char *argv[] = {verb, option, NULL};

    if (verb != NULL)
        return run_verb(verb, 2, argv);
    print_usage();
    return report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
}

static gboolean is_help(const char *verb)
{
    return strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0 || strcmp(verb, "help") == 0;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    /* No setlocale(): what is printed is the same everywhere. */
    standard_files_open();
    /* An output that is closed early, or that may not grow, is an error to report, not a death. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (is_help(verb))
        return help(argv[2]);
    if (strcmp(verb, "--version") == 0) {
        versions_print();
        return report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
    }
    if (strcmp(verb, "--complete") == 0)
        return complete(argv + 2);
    if (strcmp(verb, "--manual") == 0 || strcmp(verb, "--manual-rules") == 0)
        return print_manual(strcmp(verb, "--manual-rules") == 0);
    return run_verb(verb, argc - 1, argv + 1);
}
