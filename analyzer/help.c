/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "wrap.h"

static const char policy_description[] =
    "A policy file has sections with lines KEY=VALUE. Options override it; --site and --endpoint add to it.\n"
    "  [policy]          profile, vantage, inner-side, fail-on; site and endpoints, lists with ; between; learn=N: where\n"
    "                    no endpoints are given, those of the first N tunnel packets are the legitimate ones\n"
    "  [tunnel SRC DST]  profile, ttl (1 to 255, inherit), tos (0x00 to 0xff, a name such as EF, inherit),\n"
    "                    df (set, copy, clear, any), mtu (octets of the tunnel packet), vantage, encap-hops (that the\n"
    "                    inner TTL loses from the LAN to the tunnel), allow (changes inside: dscp, df-clear)\n"
    "  [rule RULE]       severity (error, warning, note, off), reason (any words, required with off)\n"
    "--fail-on compares the severity that a finding is reported with: that of [rule RULE], where there is one. --select\n"
    "chooses which rules are checked, and leaves them that severity.";

/* "-w, --write=FILE"; to be freed. */
static char *spelling(const GOptionEntry *entry)
{
    GString *text = g_string_new(NULL);

    if (entry->short_name != '\0')
        g_string_append_printf(text, "-%c, ", entry->short_name);
    g_string_append_printf(text, "--%s", entry->long_name);
    if (entry->arg_description != NULL)
        g_string_append_printf(text, "=%s", entry->arg_description);
    return g_string_free(text, FALSE);
}

static void print_option(const GOptionEntry *entry, size_t width)
{
    char *left = spelling(entry);
    unsigned column = (unsigned)printf("  %-*s ", (int)width, left);
    struct wrap line = {.hang = column + 1, .column = column};

    wrap_words(&line, entry->description);
    wrap_end(&line);
    g_free(left);
}

void help_print(const struct usage *usage, const GOptionEntry *entries)
{
    size_t width = 0;

    for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++) {
        char *left = spelling(entry);

        width = MAX(width, strlen(left));
        g_free(left);
    }
    printf("Usage:\n  ipip %s [OPTION...]%s%s\n\n%s\n\nOptions:\n", usage->verb, *usage->parameters != '\0' ? " " : "",
           usage->parameters, usage->description);
    for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
        print_option(entry, width);
    if ((usage->groups & OPTIONS_JUDGE) != 0)
        printf("\n%s\n", policy_description);
}
