/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_summary.h"

#include <inttypes.h>

#include "../wrap.h"
#include "carriers.h"
#include "frame_counts.h"
#include "known.h"
#include "paint.h"
#include "policy.h"
#include "vantage.h"

enum {
    INDENT = 2,
    HANG = 4, /* of what a line that is too long goes on with */
};

static const char *why_not_judged(enum ipip_kind kind)
{
    return ipip_kind_about(kind)->is_read ? "--kinds leaves it out" : "not supported";
}

static void print_unsupported(FILE *out, const struct ipip_judge_counts *counts)
{
    struct wrap line = {.out = out, .indent = INDENT, .hang = HANG};
    uint64_t left = counts->packets[IPIP_PACKET_UNSUPPORTED];

    if (left > 0)
        wrap_piece(&line, "not judged:");
    for (unsigned kind = 0; kind < G_N_ELEMENTS(counts->unsupported); kind++) {
        if (counts->unsupported[kind] == 0)
            continue;
        left -= counts->unsupported[kind];
        wrap_format(&line, "%" PRIu64 " %s (%s)%s", counts->unsupported[kind],
                    ipip_kind_about((enum ipip_kind)kind)->name, why_not_judged((enum ipip_kind)kind),
                    left > 0 ? "," : "");
    }
    if (counts->unsupported_ipv6 > 0)
        wrap_format(&line, "%" PRIu64 " over IPv6 (--kinds leaves them out)", counts->unsupported_ipv6);
    wrap_end(&line);
}

static void print_count(FILE *out, const char *what, uint64_t count)
{
    if (count > 0)
        fprintf(out, "  %s: %" PRIu64 "\n", what, count);
}

static void print_packets(FILE *out, const struct check_summary *s)
{
    const struct ipip_judge_counts *counts = ipip_judge_counts(s->judge);
    const struct ipip_reassembly_counts *fragments = ipip_judge_reassembly_counts(s->judge);
    uint64_t tunnel_packets = counts->packets[IPIP_PACKET_TUNNEL];

    frame_counts_print(out, s->frames);
    fprintf(out, ": %" PRIu64 " tunnel packet%s", tunnel_packets, tunnel_packets == 1 ? "" : "s");
    if (counts->tunnels > 0)
        fprintf(out, " in %" PRIu64 " tunnel direction%s", counts->tunnels, counts->tunnels == 1 ? "" : "s");
    putc('\n', out);
    frame_counts_print_dropped(out, s->frames);
    carriers_print_counts(out, s->carried);
    print_unsupported(out, counts);
    print_count(out, "skipped, link type not supported", s->frames->unsupported_links);
    print_count(out, "skipped, filter not usable on the link type", s->frames->unfilterable);
    print_count(out, "cut off before the IP header could be read",
                s->frames->truncated + counts->packets[IPIP_PACKET_TRUNCATED]);
    print_count(out, "left out by a filter", s->frames->filtered);
    print_count(out, "reassembled from outer fragments", fragments->complete);
    print_count(out, "fragmented and incomplete", fragments->incomplete);
    print_count(out, "fragmented with overlaps, refused", fragments->overlapping);
    print_count(out, "fragmented and larger than 65535 octets, refused", fragments->too_large);
    print_count(out, "ICMP errors about tunnels", counts->subjects[IPIP_SUBJECT_ICMP]);
    print_count(out, "inner packets before or after the tunnel", counts->subjects[IPIP_SUBJECT_INNER]);
    print_count(out, "judged on both sides of a tunnel's end",
                counts->subjects[IPIP_SUBJECT_SIDES] - counts->one_sided);
    print_count(out, "judged on one side, and not seen on the other", counts->one_sided);
    print_count(out, "packets of UDP looked at for tunnels (--guess)", counts->subjects[IPIP_SUBJECT_UDP]);
    print_count(out, "tunnels evicted from a full table, whose notes may be repeated", s->losses.tunnels);
    print_count(out, "inner flows evicted from a full table", s->losses.flows);
    print_count(out, "paths evicted from a full table", s->losses.paths);
    print_count(out, "datagrams evicted from a full table before their Identification may be reused",
                s->losses.datagrams);
}

/* A tunnel on a port that is not declared is UDP like any other. */
static void print_udp(FILE *out, const struct check_summary *s)
{
    struct wrap line = {.out = out, .indent = INDENT, .hang = HANG};
    uint64_t udp = ipip_judge_counts(s->judge)->udp;

    if (udp == 0)
        return;
    wrap_format(&line, "%" PRIu64 " packet%s UDP:", udp, udp == 1 ? " is" : "s are");
    wrap_words(&line, "a port of FOU or GUE is declared with --udp-tunnel PORT=KIND");
    if (!s->policy->is_guessing)
        wrap_words(&line, "(--guess finds such ports)");
    wrap_end(&line);
}

static bool is_any(const struct ipip_rule *rule)
{
    (void)rule;
    return true;
}

static bool is_habit(const struct ipip_rule *rule)
{
    return rule->is_habit;
}

static bool is_no_habit(const struct ipip_rule *rule)
{
    return !rule->is_habit;
}

/* Such rules with this verdict on some packets: "IPIP103 on 2 packets, IPIP105 on 1 packet". */
static void print_rules(FILE *out, const struct check_summary *s, const char *title, enum ipip_verdict verdict,
                        bool (*is_such)(const struct ipip_rule *rule))
{
    struct wrap line = {.out = out, .indent = INDENT, .hang = HANG};
    char *last = NULL; /* what follows decides whether there is a comma behind it */

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        uint64_t packets = ipip_judge_verdicts(s->judge, i, verdict);

        if (s->policy->is_off[i] || packets == 0 || !is_such(ipip_rule_at(i)))
            continue;
        if (last != NULL)
            wrap_format(&line, "%s,", last);
        else
            wrap_piece(&line, title);
        g_free(last);
        last = g_strdup_printf("%s on %" PRIu64 " packet%s", ipip_rule_at(i)->id, packets, packets == 1 ? "" : "s");
    }
    if (last != NULL)
        wrap_piece(&line, last);
    wrap_end(&line);
    g_free(last);
}

/*
 * Rules that lacked evidence on some packets: named where they are few or all is asked for, else counted. Habits that need more
 * packets are no lack of evidence.
 */
static void print_unknown(const struct text_style *style, const struct check_summary *s)
{
    enum { NAMED = 6 };
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    unsigned rules = 0;

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        bool is_counted = !s->policy->is_off[i] && !ipip_rule_at(i)->is_habit;
        uint64_t packets = is_counted ? ipip_judge_verdicts(s->judge, i, IPIP_UNKNOWN) : 0;

        if (packets == 0)
            continue;
        rules++;
        least = MIN(least, packets);
        most = MAX(most, packets);
    }
    if (style->is_all)
        print_rules(style->out, s, "too few packets yet:", IPIP_UNKNOWN, is_habit);
    if (style->is_all || rules <= NAMED)
        print_rules(style->out, s, "evidence missing:", IPIP_UNKNOWN, is_no_habit);
    else if (least == most)
        fprintf(style->out, "  evidence missing: for %u rules, on %" PRIu64 " packet%s each (--all names them)\n",
                rules, most, most == 1 ? "" : "s");
    else
        fprintf(style->out,
                "  evidence missing: for %u rules, on %" PRIu64 " to %" PRIu64 " packets each (--all names them)\n",
                rules, least, most);
}

/* Only what is so: not where a rule was in doubt on any packet, for whatever reason. */
static void print_nothing_wrong(const struct text_style *style, const struct check_summary *s)
{
    size_t count = ipip_rules_count();
    size_t on = 0, unknown = 0;

    for (size_t i = 0; i < count; i++) {
        on += !s->policy->is_off[i];
        unknown += !s->policy->is_off[i] && ipip_judge_verdicts(s->judge, i, IPIP_UNKNOWN) > 0;
    }
    if (s->known > 0)
        fprintf(style->out, "nothing wrong except for what is known from the baseline\n");
    else if (unknown > 0)
        fprintf(style->out, "nothing wrong in what could be checked; %zu rule%s lacked evidence%s\n", unknown,
                unknown == 1 ? "" : "s",
                style->is_all  ? ""
                : unknown == 1 ? " (--all names it)"
                               : " (--all names them)");
    else
        fprintf(style->out,
                "nothing wrong by the rules that were checked (%zu of %zu), on every packet they apply to\n", on,
                count);
}

void text_summary_print(const struct text_style *style, const struct check_summary *s)
{
    uint64_t tunnel_packets = ipip_judge_counts(s->judge)->packets[IPIP_PACKET_TUNNEL];
    uint64_t findings = s->findings[IPIP_ERROR] + s->findings[IPIP_WARNING] + s->findings[IPIP_NOTE];

    print_packets(style->out, s);
    policy_print(style->out, s->settings);
    vantage_print(style->out, &s->vantage);
    if (findings > 0) {
        fprintf(style->out, "%s%" PRIu64 " error%s, %" PRIu64 " warning%s, %" PRIu64 " note%s%s\n",
                paint_severity(style->is_coloured, s->findings[IPIP_ERROR] > 0     ? IPIP_ERROR
                                                   : s->findings[IPIP_WARNING] > 0 ? IPIP_WARNING
                                                                                   : IPIP_NOTE),
                s->findings[IPIP_ERROR], s->findings[IPIP_ERROR] == 1 ? "" : "s", s->findings[IPIP_WARNING],
                s->findings[IPIP_WARNING] == 1 ? "" : "s", s->findings[IPIP_NOTE],
                s->findings[IPIP_NOTE] == 1 ? "" : "s", paint_end(style->is_coloured));
        print_count(style->out, "not shown, below --min-severity", s->below);
        print_rules(style->out, s, s->known > 0 ? "found, known ones included:" : "found:", IPIP_FAIL, is_any);
    }
    if (tunnel_packets == 0) {
        fprintf(style->out, "%s: no tunnel packet\n",
                findings == 0 ? "nothing could be checked" : "nothing else could be checked");
        print_udp(style->out, s);
        if (style->has_filter && s->frames->filtered > 0)
            fprintf(style->out,
                    "  a filter sees packets as captured: `ip proto 4` misses those behind VLAN tags, and in carriers "
                    "(ERSPAN, GRE, VXLAN, Geneve)\n");
        return;
    }
    print_unknown(style, s);
    if (findings == 0)
        print_nothing_wrong(style, s);
}
