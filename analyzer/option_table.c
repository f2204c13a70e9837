/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "option_table.h"

#include <string.h>

void option_texts_clear(struct option_texts *t)
{
    char *all[] = {t->filter,       t->inner,    t->jobs,   t->profile,   t->inner_side, t->config,       t->fail_on,
                   t->format,       t->color,    t->depth,  t->ecn_decap, t->tunnel,     t->max_findings, t->mtu,
                   t->min_severity, t->group_by, t->window, t->merge,     t->esp_null,   t->side,         t->hosts,
                   t->macs,         t->buffer,   t->count,  t->duration};

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        g_free(all[i]);
    g_strfreev(t->vantages);
    g_strfreev(t->sites);
    g_strfreev(t->endpoints);
    g_strfreev(t->select);
    g_strfreev(t->ignore);
    g_strfreev(t->kinds);
    g_strfreev(t->udp_tunnels);
}

/* What GLib calls a file name it takes as it is, in any locale. */
#define FLAG G_OPTION_ARG_NONE
#define TEXT G_OPTION_ARG_FILENAME
#define TEXTS G_OPTION_ARG_FILENAME_ARRAY

/* clang-format off */
GOptionEntry *option_table(unsigned groups, struct options *o, struct option_texts *t)
{
    const struct {
        unsigned groups; /* of enum option_group; 0: every verb has it */
        GOptionEntry entry;
    } table[] = {
        {OPTIONS_WRITE | OPTIONS_STIMULUS, {"write", 'w', 0, TEXT, &o->output,
            "the capture to write, - for standard output", "FILE"}},
        {OPTIONS_PAGE, {"write", 'w', 0, TEXT, &o->output,
            "the page to write, - for standard output", "FILE"}},
        {OPTIONS_WRITE, {"only-tunnel", 0, 0, FLAG, &o->is_only_tunnel,
            "leave out packets that are not transformed", NULL}},
        {OPTIONS_DECAP, {"depth", 0, 0, TEXT, &t->depth,
            "tunnel headers to strip, outermost first (default 1)", "N"}},
        {OPTIONS_DECAP, {"all", 0, 0, FLAG, &o->is_all,
            "strip all tunnel headers", NULL}},
        {OPTIONS_DECAP, {"ecn-decap", 0, 0, TEXT, &t->ecn_decap,
            "how to merge the ECN fields: rfc6040 (default), rfc3168-full, rfc3168-limited, rfc4301, overwrite, none",
            "MODE"}},
        {OPTIONS_DECAP, {"drop-invalid", 0, 0, FLAG, &o->is_without_invalid,
            "leave out tunnel packets that an IP stack would drop", NULL}},
        {OPTIONS_KINDS, {"kinds", 0, 0, TEXTS, &t->kinds,
            "only tunnels of these kinds, such as ipip,6in4,gre, or all (default: all; check, tunnels: all but erspan); others are packets like any other, or carriers", "KIND[,KIND]"}},
        {OPTIONS_KINDS, {"udp-tunnel", 0, 0, TEXTS, &t->udp_tunnels,
            "what a UDP port is used for: fou-ipip, fou-sit, fou-gre, gue, gre-in-udp; may be repeated", "PORT=KIND"}},
        {OPTIONS_KINDS, {"esp-null", 0, 0, TEXT, &t->esp_null,
            "ESP is not encrypted: read what is inside; octets of its check value (12, 16, 24, 32), and ,8 with AES-GMAC", "ICV[,IV]"}},
        {OPTIONS_FOLD, {"guess", 0, 0, FLAG, &o->is_guessing,
            "report UDP on other ports that looks like a tunnel (IPIP839); it is not judged", NULL}},
        {OPTIONS_TUNNEL, {"tunnel", 0, 0, TEXT, &t->tunnel,
            "the tunnel in the words of ip(8), such as 'local 192.0.2.1 remote 192.0.2.2 ttl 64'", "WORDS"}},
        {OPTIONS_ENDPOINT, {"device", 0, 0, TEXT, &o->device,
            "the name of the TUN device (default: ipip0 or the next one that is free)", "NAME"}},
        {OPTIONS_ENDPOINT, {"check", 0, 0, FLAG, &o->is_checking,
            "judge what comes in from the tunnel, and print what is wrong as it comes", NULL}},
        {OPTIONS_ENDPOINT, {"break", 0, 0, TEXTS, &o->faults,
            "violate one statement on purpose: df-clear, df-copied, ecn-changed, inner-ecn, inner-df, loop, no-network-unreachable, network-as-host, "
            "no-host-unreachable, protocol-unreachable, port-unreachable, no-too-big, source-route-failed, source-quench, redirect, "
            "time-exceeded, parameter-problem, outer-mtu, strangers, ttl-0; ecn-00 to ecn-33, of inner and outer ECN field", "NAME"}},
        {OPTIONS_ENCAP, {"mtu", 0, 0, TEXT, &t->mtu,
            "the path MTU of the tunnel: octets of the largest outer packet, 68 to 65535 (default: no limit)", "N"}},
        {OPTIONS_ENCAP, {"forward", 0, 0, FLAG, &o->is_forwarding,
            "decrement the inner TTL first, as a router that forwards into the tunnel does", NULL}},
        {OPTIONS_STIMULUS, {"side", 0, 0, TEXT, &t->side,
            "the end of the tunnel that is tested: entry (default), exit", "SIDE"}},
        {OPTIONS_STIMULUS, {"hosts", 0, 0, TEXT, &t->hosts,
            "the hosts before and behind the tunnel (default 10.1.0.1-10.2.0.1)", "SRC-DST"}},
        {OPTIONS_STIMULUS, {"macs", 0, 0, TEXT, &t->macs,
            "the Ethernet addresses of the sender and of the device (default 02:00:00:00:00:01-02:00:00:00:00:02)", "SRC-DST"}},
        {OPTIONS_STIMULUS, {"mtu", 0, 0, TEXT, &t->mtu,
            "octets of the largest tunnel packet, 576 to 1980 (default 1500)", "N"}},
        {OPTIONS_LIVE, {"interface", 'i', 0, TEXT, &o->live.interface,
            "capture from this interface, or from any, until Ctrl-C, instead of reading captures", "NAME"}},
        {OPTIONS_LIVE, {"write", 'w', 0, TEXT, &o->live.keep,
            "with -i: keep what is captured, as pcapng", "FILE"}},
        {OPTIONS_LIVE, {"count", 0, 0, TEXT, &t->count,
            "with -i: end after so many packets", "N"}},
        {OPTIONS_LIVE, {"duration", 0, 0, TEXT, &t->duration,
            "with -i: end after so many seconds", "SECONDS"}},
        {OPTIONS_LIVE, {"buffer", 0, 0, TEXT, &t->buffer,
            "with -i: the kernel's room for packets that wait, 1 to 2047 MiB (default 64)", "MIB"}},
        {OPTIONS_READ, {"filter", 0, 0, TEXT, &t->filter,
            "only packets that match this tcpdump filter as captured: `ip proto 4` misses what VLAN tags, mirrors and overlays carry", "EXPR"}},
        {OPTIONS_READ, {"inner", 0, 0, TEXT, &t->inner,
            "only packets whose innermost IP packet matches this one", "EXPR"}},
        {OPTIONS_READ, {"jobs", 0, 0, TEXT, &t->jobs,
            "maximum threads (default 0: one per processor, up to four; pair: one)", "N"}},
        {OPTIONS_READ, {"no-progress", 0, 0, FLAG, &o->is_without_progress,
            "on a terminal, do not show how far it has come", NULL}},
        {OPTIONS_READ | OPTIONS_ENDPOINT, {"no-sandbox", 0, 0, FLAG, &o->is_without_sandbox,
            "do not give up the right to open other files and sockets, see SECURITY.md", NULL}},
        {OPTIONS_JUDGE, {"profile", 0, 0, TEXT, &t->profile,
            "the implementation whose behaviour is accepted, on every tunnel: see `ipip rules --profiles` (default modern)", "NAME"}},
        {OPTIONS_JUDGE | OPTIONS_VANTAGE, {"vantage", 0, 0, TEXTS, &t->vantages,
            "the capture point: entry, mid, exit, host-tx, unknown (default); with SRC=, an outer source address or prefix, that of "
            "the directions from there; may be repeated, with one place for each source", "[SRC=]PLACE"}},
        {OPTIONS_JUDGE, {"inner-side", 0, 0, TEXT, &t->inner_side,
            "the capture point of the inner packets outside the tunnel: lan, tundev, unknown (default)", "PLACE"}},
        {OPTIONS_JUDGE, {"site", 0, 0, TEXTS, &t->sites,
            "addresses inside your site, such as 10.1.0.0/16; may be repeated", "PREFIX"}},
        {OPTIONS_JUDGE, {"endpoint", 0, 0, TEXTS, &t->endpoints,
            "the two endpoints of a legitimate tunnel, such as 192.0.2.1-192.0.2.2; may be repeated", "SRC-DST"}},
        {OPTIONS_JUDGE, {"config", 0, 0, TEXT, &t->config,
            "the policy file (default: .ipip.conf in the working directory, if you own it)", "FILE"}},
        {OPTIONS_JUDGE, {"no-config", 0, 0, FLAG, &t->is_without_config,
            "use no policy file", NULL}},
        {OPTIONS_JUDGE, {"select", 0, 0, TEXTS, &t->select,
            "check these rules only, including those that the policy file silences; IPIP1 stands for all whose ids begin so", "RULE[,RULE]"}},
        {OPTIONS_JUDGE, {"ignore", 0, 0, TEXTS, &t->ignore,
            "do not check these rules", "RULE[,RULE]"}},
        {OPTIONS_JUDGE, {"fail-on", 0, 0, TEXT, &t->fail_on,
            "lowest severity that fails: error, warning (default), note, never",
            "SEVERITY"}},
        {OPTIONS_BASELINE, {"baseline", 0, 0, TEXT, &o->baseline,
            "known findings: they don't fail; those that no longer occur are listed", "FILE"}},
        {OPTIONS_BASELINE, {"write-baseline", 0, 0, TEXT, &o->new_baseline,
            "write the findings of this run as a baseline", "FILE"}},
        {OPTIONS_REPORT, {"format", 0, 0, TEXT, &t->format,
            "text (default) or jsonl", "FORMAT"}},
        {OPTIONS_RESULT, {"format", 0, 0, TEXT, &t->format,
            "text (default) or jsonl: what was done, on standard error as text; on standard output as JSON Lines, with each packet that was not transformed and the reason",
            "FORMAT"}},
        {OPTIONS_FORMATS, {"format", 0, 0, TEXT, &t->format,
            "what is printed: text (default), jsonl, sarif, junit, github, gitlab, csv, markdown, html", "FORMAT"}},
        {OPTIONS_FORMATS, {"output", 0, 0, TEXTS, &o->output_texts,
            "write a report into a file, too, in any of these formats; may be repeated", "FORMAT=FILE"}},
        {OPTIONS_FORMATS | OPTIONS_PAGE, {"min-severity", 0, 0, TEXT, &t->min_severity,
            "report findings of this severity or a higher one only: note (default), warning, error; the exit status stays", "SEVERITY"}},
        {OPTIONS_FORMATS, {"summary", 0, 0, FLAG, &o->is_summary,
            "print the summary alone (text, jsonl); files of --output have everything", NULL}},
        {OPTIONS_FORMATS, {"group-by", 0, 0, TEXT, &t->group_by,
            "print groups of findings in their place (text, jsonl): by rule, tunnel or inner-flow", "KEY"}},
        {OPTIONS_CONFORM, {"format", 0, 0, TEXT, &t->format,
            "what is printed: text (default), jsonl, html", "FORMAT"}},
        {OPTIONS_CONFORM, {"output", 0, 0, TEXTS, &o->output_texts,
            "write a report into a file, too, in any of these formats; may be repeated", "FORMAT=FILE"}},
        {OPTIONS_CONFORM, {"summary", 0, 0, FLAG, &o->is_summary,
            "print the counts alone (text, jsonl)", NULL}},
        {OPTIONS_CONFORM, {"all", 0, 0, FLAG, &o->is_all,
            "list what was not exercised and what can't be seen, too (text)", NULL}},
        {OPTIONS_REPORT | OPTIONS_FORMATS | OPTIONS_CONFORM, {"color", 0, 0, TEXT, &t->color,
            "auto (default), always, never", "WHEN"}},
        {OPTIONS_QUIET, {"quiet", 'q', 0, FLAG, &o->is_quiet,
            "print nothing; the exit status shows the result", NULL}},
        {OPTIONS_FOLD, {"all", 0, 0, FLAG, &o->is_all,
            "show every finding, including repeated ones; list the rules that lack evidence, and what no longer occurs of a baseline", NULL}},
        {OPTIONS_FOLD, {"max-findings", 0, 0, TEXT, &t->max_findings,
            "show at most N findings of each rule, in any format; the others are counted", "N"}},
        {OPTIONS_MERGE, {"merge", 0, 0, TEXT, &t->merge,
            "the order of several captures: auto (default; by time if files overlap in time), time, order (one after the other)", "ORDER"}},
        {OPTIONS_PAIR, {"matches", 0, 0, FLAG, &o->is_matches,
            "show the packets that were found on both sides, too", NULL}},
        {OPTIONS_WINDOW, {"window", 0, 0, TEXT, &t->window,
            "how long a packet may take from one side to the other: 1 to 60 seconds (default 2)", "SECONDS"}},
        {OPTIONS_SOURCES, {"all", 0, 0, FLAG, &o->is_all,
            "list each direction; by default the sources that a balancer invents are summed by prefix", NULL}},
        {OPTIONS_CATALOGUE, {"kinds", 0, 0, TEXTS, &t->kinds,
            "only rules about tunnels of these kinds, such as 6in4,gre", "KIND[,KIND]"}},
        {OPTIONS_CATALOGUE, {"profiles", 0, 0, FLAG, &o->is_profiles,
            "list the profiles instead", NULL}},
        {0, {"help", 'h', 0, FLAG, &t->is_help,
            "show this help", NULL}},
    };
    /* clang-format on */
    GOptionEntry *chosen = g_new0(GOptionEntry, G_N_ELEMENTS(table) + 1);
    size_t count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (table[i].groups == 0 || (groups & table[i].groups) != 0)
            chosen[count++] = table[i].entry;
    }
    return chosen;
}
