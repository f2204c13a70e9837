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
    "                    inner TTL loses from the LAN to the tunnel), allow (changes inside: dscp, df-clear),\n"
    "                    mode (gre, sit, ip6ip6, ...; a list); GRE: key (number, none), csum, seq (yes, no); over IPv6:\n"
    "                    encaplimit (0 to 255, none), flowlabel (0x0 to 0xfffff, inherit); UDP: sport, dport,\n"
    "                    zero-checksum (ok); 6in4: mtu-mode (static, dynamic), prefix (6rd: IPv6 prefix, IPv4 prefix),\n"
    "                    br, br-anycast, prl, relay (addresses of routers); MAP-E: map-rule (IPv6 prefix, IPv4 prefix,\n"
    "                    embedded bits, PSID offset)\n"
    "  [rule RULE]       severity (error, warning, note, off), reason (any words, required with off)\n"
    "--fail-on compares the severity that a finding is reported with: that of [rule RULE], where there is one. --select\n"
    "chooses which rules are checked, and leaves them that severity.";

const char help_tunnel_words[] =
    "--tunnel takes lines of ip(8) as they are, with ; or a newline between: `ip tunnel add`, `ip -6 tunnel add` or\n"
    "`ip link add`, and those of `ip tunnel 6rd`, `ip tunnel prl` and `ip fou add` that belong to the tunnel; or the words\n"
    "of such a line alone, such as 'mode gre local 192.0.2.1 remote 192.0.2.2 key 42'.\n"
    "  mode MODE  ipip (default), gre, sit, isatap; over IPv6 ipip6, ip6ip6 (default), any, ip6gre\n"
    "  type TYPE  ipip, sit, gre, gretap, erspan, ip6tnl, ip6gre, ip6gretap, ip6erspan, with the modes of ip-link(8)\n"
    "  all        local ADDRESS, remote ADDRESS; remote any where 6to4, 6rd or ISATAP find the exit\n"
    "  over IPv4  ttl N|inherit, tos N|inherit, pmtudisc, nopmtudisc, with GRE ignore-df\n"
    "  over IPv6  hoplimit N, tclass N|inherit, encaplimit N|none, flowlabel N|inherit, dscp inherit\n"
    "  GRE        [i|o]key KEY, [i|o]csum, [i|o]seq; ERSPAN: erspan_ver 0|1|2, erspan INDEX, erspan_dir, erspan_hwid\n"
    "  over UDP   encap fou|gue, encap-dport PORT, encap-sport PORT|auto, encap-csum, encap-csum6\n"
    "  6in4       6rd-prefix PREFIX, 6rd-relay_prefix PREFIX, isatap\n"
    "Other implementations than Linux: ecn normal|compatibility|rfc3168-full|rfc3168-limited|copy, df set|copy|clear,\n"
    "id counter|copy|zero|zero-with-df, flowlabel zero, mode minimal (RFC 2004).";

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
    struct wrap line = {.out = stdout, .hang = column + 1, .column = column};

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
    if ((usage->groups & OPTIONS_ENCAP) != 0)
        printf("\n%s\n", help_tunnel_words);
}
