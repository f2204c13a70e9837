/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "exit_status.h"
#include "out_of_memory.h"
#include "report/report.h"
#include "standard_files.h"
#include "verb.h"
#include "version.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *parameters;
    const char *summary;
} verbs[] = {
    {"check", verb_check, "CAPTURE...", "judge every tunnel packet"},
    {"decap", verb_decap, "-w OUT CAPTURE", "strip tunnel headers"},
    {"encap", verb_encap, "-w OUT --tunnel WORDS CAPTURE", "put every IPv4 packet into a tunnel"},
    {"roundtrip", verb_roundtrip, "CAPTURE...", "decapsulate, encapsulate again, compare every octet"},
    {"tunnels", verb_tunnels, "CAPTURE...", "list the tunnels and how they are configured"},
    {"rules", verb_rules, "", "list the rules"},
    {"explain", verb_explain, "RULE...", "say what a rule means and what to do"},
};

static void print_usage(void)
{
    g_print("Usage: ipip VERB [OPTION...]\n\n"
            "Judges and transforms captures of IP-in-IP tunnels (RFC 2003).\n\n");
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        char *left = g_strdup_printf("%s %s", verbs[i].name, verbs[i].parameters);

        g_print("  ipip %-38s  %s\n", left, verbs[i].summary);
        g_free(left);
    }
    g_print("\n`ipip VERB --help` lists the options of a verb. Captures are pcap or pcapng, plain or compressed with\n"
            "gzip, zstd or lz4; - is standard input or output.\n\n"
            "Exit status: 0 nothing at or above --fail-on, 1 findings (roundtrip: a difference), 2 wrong usage,\n"
            "3 an input could not be read to its end, 4 output could not be written, or memory was short.\n");
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    setlocale(LC_ALL, "");
    standard_files_open();
    /* An output that is closed early, or that may not grow, is an error to report, not a death. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0 || strcmp(verb, "help") == 0) {
        print_usage();
        return report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
    }
    if (strcmp(verb, "--version") == 0) {
        g_print("ipip %s\n", IPIP_VERSION);
        return report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (strcmp(verb, verbs[i].name) != 0)
            continue;
        out_of_memory_in(verbs[i].name);
        return verbs[i].run(argc - 1, argv + 1);
    }
    if (*verb == '\0')
        g_printerr("ipip: say what to do\n");
    else
        g_printerr("ipip: there is no verb \"%s\"\n", verb);
    g_printerr("See `ipip --help`.\n");
    return EXIT_USAGE;
}
