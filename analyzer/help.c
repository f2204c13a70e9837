/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "wrap.h"

static const char policy_description[] =
    "A policy file has sections with lines KEY=VALUE. Options override it; --site and\n"
    "--endpoint add to it.\n"
    "  [policy]          profile, vantage, inner-side, fail-on; site and endpoints,\n"
    "                    lists with ; between; learn=N: where no endpoints are given,\n"
    "                    those of the first N tunnel packets are the legitimate ones\n"
    "  [tunnel SRC DST]  profile, ttl (1 to 255, inherit), tos (0x00 to 0xff, a name\n"
    "                    such as EF, inherit), df (set, copy, clear, any), mtu\n"
    "                    (octets of the tunnel packet), vantage, encap-hops (that the\n"
    "                    inner TTL loses from the LAN to the tunnel), allow (changes\n"
    "                    inside: dscp, df-clear), mode (gre, sit, ip6ip6, ...; a\n"
    "                    list); GRE: key (number, none), csum, seq (yes, no); over\n"
    "                    IPv6: encaplimit (0 to 255, none), flowlabel (0x0 to\n"
    "                    0xfffff, inherit); UDP: sport, dport, zero-checksum (ok);\n"
    "                    6in4: mtu-mode (static, dynamic), prefix (6rd: IPv6 prefix,\n"
    "                    IPv4 prefix), br, br-anycast, prl, relay (addresses of\n"
    "                    routers); MAP-E: map-rule (IPv6 prefix, IPv4 prefix,\n"
    "                    embedded bits, PSID offset); Ethernet frames: eth-inner\n"
    "                    (judge: packets in them, too)\n"
    "  [rule RULE]       severity (error, warning, note, off), reason (any words,\n"
    "                    required with off)\n"
    "--fail-on compares the severity that a finding is reported with: that of [rule\n"
    "RULE], where there is one. --select chooses which rules are checked, and leaves\n"
    "them that severity.";

const char help_tunnel_words[] = "--tunnel takes lines of ip(8) as they are, with ; or a newline between: `ip\n"
                                 "tunnel add`, `ip -6 tunnel add` or `ip link add`, and those of `ip tunnel 6rd`,\n"
                                 "`ip tunnel prl` and `ip fou add` that belong to the tunnel; or the words of such\n"
                                 "a line alone, such as 'mode gre local 192.0.2.1 remote 192.0.2.2 key 42'.\n"
                                 "  mode MODE  ipip (default), gre, sit, isatap; over IPv6 ipip6, ip6ip6\n"
                                 "             (default), any, ip6gre\n"
                                 "  type TYPE  ipip, sit, gre, gretap, erspan, ip6tnl, ip6gre, ip6gretap,\n"
                                 "             ip6erspan, with the modes of ip-link(8)\n"
                                 "  all        local ADDRESS, remote ADDRESS; remote any where 6to4, 6rd or ISATAP\n"
                                 "             find the exit\n"
                                 "  over IPv4  ttl N|inherit, tos N|inherit, pmtudisc, nopmtudisc, with GRE\n"
                                 "             ignore-df\n"
                                 "  over IPv6  hoplimit N, tclass N|inherit, encaplimit N|none, flowlabel\n"
                                 "             N|inherit, dscp inherit\n"
                                 "  GRE        [i|o]key KEY, [i|o]csum, [i|o]seq; ERSPAN: erspan_ver 0|1|2, erspan\n"
                                 "             INDEX, erspan_dir, erspan_hwid\n"
                                 "  over UDP   encap fou|gue, encap-dport PORT, encap-sport PORT|auto, encap-csum,\n"
                                 "             encap-csum6\n"
                                 "  6in4       6rd-prefix PREFIX, 6rd-relay_prefix PREFIX, isatap\n"
                                 "Other implementations than Linux: ecn\n"
                                 "normal|compatibility|rfc3168-full|rfc3168-limited|copy, df set|copy|clear, id\n"
                                 "counter|copy|zero|zero-with-df, flowlabel zero, mode minimal (RFC 2004).";

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

void help_print_row(const char *left, unsigned width, const char *text)
{
    struct wrap line = {.out = stdout, .width = HELP_WIDTH, .hang = width + 4, .column = width + 3};
    unsigned used = (unsigned)printf("  %s", left);

    if (used < line.column)
        printf("%*s", (int)(line.column - used), "");
    else
        printf("\n%*s", (int)line.column, "");
    wrap_words(&line, text);
    wrap_end(&line);
}

static void print_paragraph(const char *text)
{
    struct wrap line = {.out = stdout, .width = HELP_WIDTH};

    wrap_words(&line, text);
    wrap_end(&line);
}

static unsigned widest(const GOptionEntry *entries)
{
    unsigned width = 0;

    for (; entries->long_name != NULL; entries++) {
        char *left = spelling(entries);

        width = MAX(width, (unsigned)strlen(left));
        g_free(left);
    }
    return width;
}

void help_print(const struct usage *usage, const GOptionEntry *entries)
{
    unsigned width = widest(entries);

    printf("Usage:\n  ipip %s [OPTION...]%s%s\n\n", usage->verb, *usage->parameters != '\0' ? " " : "",
           usage->parameters);
    print_paragraph(usage->description);
    printf("\nOptions:\n");
    for (; entries->long_name != NULL; entries++) {
        char *left = spelling(entries);

        help_print_row(left, width, entries->description);
        g_free(left);
    }
    if ((usage->groups & OPTIONS_JUDGE) != 0)
        printf("\n%s\n", policy_description);
    if ((usage->groups & (OPTIONS_ENCAP | OPTIONS_DECAP)) != 0)
        printf("\n%s\n", help_tunnel_words);
}
