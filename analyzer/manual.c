/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "manual.h"

#include <stdio.h>
#include <string.h>

#include "help.h"
#include "mdoc.h"

static const struct {
    const char *verb;
    const char *text;
    const char *command;
} examples[] = {
    {"check", "Fail a build on errors, and leave a report for the dashboard:",
     "ipip check --fail-on error --output sarif=ipip.sarif captures/"},
    {"check", "Judge live traffic:", "ipip check -i eth0 --filter 'ip proto 4 or icmp' -w kept.pcapng"},
    {"check", "Which inner flows are hit, the worst first:", "ipip check --group-by inner-flow capture.pcap"},
    {"check", "Only new findings count:", "ipip check --baseline known.jsonl capture.pcap"},
    {"decap", "The inner packets as a capture:", "ipip decap --all -w inner.pcap capture.pcap"},
    {"decap", "Why packets were not decapsulated:",
     "ipip decap --format jsonl -w inner.pcap capture.pcap | jq -c 'select(.reason) | [.frame, .result, .message]'"},
    {"encap", "What a router with this tunnel would send:",
     "ipip encap --forward --tunnel 'local 192.0.2.1 remote 192.0.2.2 ttl 64' -w outer.pcap lan.pcap"},
    {"endpoint",
     "One end of a tunnel, which copies DSCP and ECN; then the addresses and routes of the device are to be set:",
     "ipip endpoint --device tun1 --tunnel 'local 192.0.2.1 remote 192.0.2.2 ttl 64 tos inherit'"},
    {"roundtrip", "Compare every octet:", "ipip roundtrip capture.pcap"},
    {"pair", "What became of each packet between the tunnel device and the wire:", "ipip pair tun1.pcap eth0.pcap"},
    {"pair", "The same in one capture of all interfaces, with each match:",
     "tcpdump -i any -y LINUX_SLL2 -w any.pcap; ipip pair --matches any.pcap"},
    {"pair", "Only what was lost or altered, for a script:",
     "ipip pair --format jsonl entry.pcap exit.pcap | jq -c 'select(.reason)'"},
    {"conform", "Of the two captures that were taken while the stimulus was sent:", "ipip conform lan.pcap wire.pcap"},
    {"stimulus", "Packets that test the entry of a tunnel, for the Ethernet address of the device:",
     "ipip stimulus --tunnel 'local 10.0.1.1 remote 10.0.2.2' --hosts 10.1.0.1-10.2.0.1 "
     "--macs 02:00:00:00:00:01-52:54:00:12:34:56 -w test.pcap"},
    {"report", "A page to mail, whatever is found:", "ipip report --fail-on never -w report.html lan.pcap wan.pcap"},
    {"tunnels", "The lines that would configure the tunnels:", "ipip tunnels capture.pcap | grep command"},
    {"rules", "The catalogue for a program:", "ipip rules --format jsonl"},
    {"explain", "What to do about a finding:", "ipip explain IPIP105"},
};

static void print_exit_status(void)
{
    static const char *const meanings[] = {
        "Nothing at or above the severity of --fail-on, or the verb has done its work.",
        "Findings; for roundtrip a difference.",
        "Wrong usage, also of a policy file or a baseline.",
        "An input could not be read to its end; what could be read was used.",
        "Output could not be written, or memory was short.",
    };

    printf(".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++) {
        printf(".It %zu\n", i);
        mdoc_text(meanings[i]);
    }
    printf(".El\n");
}

static void print_literal(const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);

    printf(".Bd -literal\n");
    for (char **line = lines; *line != NULL; line++) {
        char *escaped = mdoc_escaped(*line);

        puts(escaped);
        g_free(escaped);
    }
    printf(".Ed\n");
    g_strfreev(lines);
}

static void print_examples(const char *verb)
{
    printf(".Sh EXAMPLES\n");
    for (size_t i = 0, count = 0; i < G_N_ELEMENTS(examples); i++) {
        if (verb != NULL && strcmp(examples[i].verb, verb) != 0)
            continue;
        if (count++ > 0)
            printf(".Pp\n");
        mdoc_text(examples[i].text);
        printf(".Pp\n.Dl %s\n", examples[i].command);
    }
}

void manual_print(const struct manual_verb *verbs)
{
    mdoc_begin("IPIP", 1, "ipip", "judge and transform captures of IP-in-IP tunnels");
    printf(".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar OPTION ...\n.Op Ar CAPTURE ...\n.Nm\n.Fl Fl help | Fl Fl version\n"
           ".Sh DESCRIPTION\n");
    mdoc_text(
        "Judges every tunnel packet of a capture by the standards of its kind: does the encapsulator copy DSCP, ECN and DF "
        "as it must, are lengths, checksums, TTL, options, fragments and addresses valid. Strips and adds tunnel "
        "headers, lists tunnels and how they are configured, compares round trips octet by octet, and matches the "
        "packets of two captures.");
    printf(".Pp\n");
    mdoc_text(
        "Captures are pcap or pcapng, plain or compressed with gzip, zstd or lz4; - is standard input or output. The "
        "commands are:");
    printf(".Bl -tag -width Ds\n");
    for (; verbs->name != NULL; verbs++) {
        printf(".It Xr ipip-%s 1\n", verbs->name);
        mdoc_text(verbs->summary);
    }
    printf(".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev NO_COLOR\n");
    mdoc_text("If it is set and not empty, nothing is coloured, unless --color always is given.");
    printf(".It Ev TMPDIR\n");
    mdoc_text("The folder of temporary files; without it /tmp.");
    printf(".El\n.Sh FILES\n.Bl -tag -width Ds\n.It Pa .ipip.conf\n");
    mdoc_text("The policy file of the working directory, if you own it.");
    printf(".It Pa share/ipip/ipip-COMMAND-1.schema.json\n");
    mdoc_text("The JSON schema of a line of ipip COMMAND --format jsonl.");
    printf(".El\n");
    print_exit_status();
    print_examples(NULL);
    printf(".Sh SEE ALSO\n.Xr tshark 1 ,\n.Xr ipip.conf 5 ,\n.Xr ipip-rules 7 ,\n.Xr ip-tunnel 8 ,\n.Xr tcpdump 8\n"
           ".Sh STANDARDS\n");
    mdoc_text("RFC 2003, RFC 2004, RFC 2473, RFC 2784, RFC 2890, RFC 3168, RFC 4213, RFC 6040, RFC 6864 and those that "
              "each rule names.");
}

static void print_option(const GOptionEntry *entry)
{
    printf(".It ");
    if (entry->short_name != '\0')
        printf("Fl %c , ", entry->short_name);
    printf("Fl Fl %s", entry->long_name);
    if (entry->arg_description != NULL)
        printf(" Ns = Ns Ar %s", entry->arg_description);
    putchar('\n');
    mdoc_text(entry->description);
}

/* The first sentence of the description, as what comes behind a name. */
static char *about_of(const struct usage *usage)
{
    char *about = g_strndup(usage->description, strcspn(usage->description, ".:,"));

    *about = g_ascii_tolower(*about);
    return about;
}

void manual_print_verb(const struct usage *usage, const GOptionEntry *entries)
{
    char *name = g_strdup_printf("ipip-%s", usage->verb);
    char *about = about_of(usage);

    mdoc_begin(name, 1, name, about);
    printf(".Sh SYNOPSIS\n.Nm ipip %s\n.Op Ar OPTION ...\n", usage->verb);
    if (*usage->parameters != '\0')
        printf(".Ar %s\n", usage->parameters);
    printf(".Sh DESCRIPTION\n");
    mdoc_text(usage->description);
    printf(".Pp\nThe options are:\n.Bl -tag -width Ds\n");
    for (; entries->long_name != NULL; entries++)
        print_option(entries);
    printf(".El\n");
    if ((usage->groups & OPTIONS_JUDGE) != 0) {
        printf(".Pp\n");
        mdoc_text("A policy file says what is expected of your network.");
        printf("See\n.Xr ipip.conf 5 .\n");
    }
    if ((usage->groups & (OPTIONS_ENCAP | OPTIONS_DECAP)) != 0)
        print_literal(help_tunnel_words);
    print_exit_status();
    print_examples(usage->verb);
    printf(".Sh SEE ALSO\n.Xr ipip 1 ,\n.Xr ipip.conf 5 ,\n.Xr ipip-rules 7\n");
    g_free(about);
    g_free(name);
}

void manual_print_rules(void)
{
    mdoc_begin("IPIP-RULES", 7, "ipip-rules", "the rules by which ipip judges tunnels");
    printf(".Sh DESCRIPTION\n");
    mdoc_text(
        "Each rule has an id and a name, which never change their meaning, and the severity that its findings usually "
        "have: error, where a standard is violated; warning, where a recommendation is; note, what is legal but "
        "risky. A finding is certain, likely or heuristic. A rule passes, fails, is not applicable, or is unknown "
        "where the evidence is missing.");
    printf(".Pp\nWhat the standard requires, who breaks it, and what to do, is printed by\n.Xr ipip-explain 1 .\n"
           ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const struct ipip_rule *rule = ipip_rule_at(i);
        char *slug = mdoc_escaped(rule->slug);
        char *text = g_strdup_printf("%s. Usually: %s. Reference: %s. Usual cause: %s.", rule->title,
                                     ipip_severity_name(rule->severity), rule->reference, rule->usual_cause);

        printf(".It Sy %s %s\n", rule->id, slug);
        mdoc_text(text);
        g_free(text);
        g_free(slug);
    }
    printf(".El\n.Sh SEE ALSO\n.Xr ipip 1 ,\n.Xr ipip-check 1 ,\n.Xr ipip-explain 1 ,\n.Xr ipip.conf 5\n");
}
