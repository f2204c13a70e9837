/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings for people. */
#include <inttypes.h>
#include <stdio.h>

#include "fold.h"
#include "ipip/address.h"
#include "known.h"
#include "paint.h"
#include "policy.h"
#include "report.h"

struct report {
    gboolean is_coloured;
    gboolean is_all;
    struct folds *folds;
};

static struct report *text_open(const struct options *options)
{
    struct report *report = g_new0(struct report, 1);

    report->is_coloured = paint_is_wanted(options);
    report->is_all = options->is_all;
    report->folds = folds_new();
    return report;
}

static void print_title(const struct report *report, enum ipip_severity severity, const struct ipip_rule *rule)
{
    printf("%s%s %s%s %s: ", paint_severity(report->is_coloured, severity), ipip_severity_name(severity), rule->id,
           paint_end(report->is_coloured), rule->slug);
}

static void print_tunnel(uint32_t src, uint32_t dst)
{
    char from[IPIP_ADDRESS_TEXT];
    char to[IPIP_ADDRESS_TEXT];

    printf("tunnel %s > %s", ipip_address_text(from, src), ipip_address_text(to, dst));
}

static void print_octets(const struct report *report, const struct ipip_evidence *evidence)
{
    if (evidence->header.captured == 0)
        return;
    printf("  %s  ", evidence->name);
    paint_octets(report->is_coloured, evidence);
    putchar('\n');
}

static void print_reason(const struct ipip_rule *rule, const char *expected, const char *actual)
{
    printf("  expected %s, found %s (%s)\n", expected, actual, rule->reference);
    printf("  usual cause: %s\n\n", rule->hint);
}

/* The packet without which this one would be nothing special. */
static void print_other(const struct site *site)
{
    if (site->other_frame == 0)
        return;
    printf("  see frame %" PRIu64, site->other_frame);
    if (g_strcmp0(site->other_file, site->file) != 0)
        printf(" of %s", site->other_file);
    if (site->other_age > 0)
        printf(", %.6f s away", (double)site->other_age / 1e9);
    putchar('\n');
}

static gboolean is_here(const struct site *site, const char *file, uint64_t frame)
{
    return frame == site->frame && g_strcmp0(file, site->file) == 0;
}

static gboolean text_packet(struct report *report, const struct site *site, const struct ipip_finding *finding)
{
    struct ipip_text text;

    if (site->is_known)
        return FALSE;
    if (!folds_show(report->folds, finding->rule_index, finding->src, finding->dst, site->file, site->frame) &&
        !report->is_all)
        return FALSE;
    ipip_finding_describe(finding, &text);
    print_title(report, finding->severity, finding->rule);
    printf("%s frame %" PRIu64, site->file, site->frame);
    if (!is_here(site, site->first_file, site->first_frame)) {
        printf(" (first fragment in frame %" PRIu64, site->first_frame);
        if (g_strcmp0(site->first_file, site->file) != 0)
            printf(" of %s", site->first_file);
        putchar(')');
    }
    printf(", ");
    print_tunnel(finding->src, finding->dst);
    if (finding->place == IPIP_PLACE_LAYER && finding->tunnel_layer > 0)
        printf(", nested at level %u", finding->tunnel_layer + 1);
    printf("\n  %s\n", text.message);
    for (int i = 0; i < IPIP_EVIDENCE_MAX; i++)
        print_octets(report, &finding->evidence[i]);
    print_other(site);
    print_reason(finding->rule, text.expected, text.actual);
    return TRUE;
}

static gboolean text_tunnel(struct report *report, const struct tunnel_finding *finding)
{
    if (finding->site.is_known)
        return FALSE;
    print_title(report, finding->severity, finding->rule);
    print_tunnel(finding->src, finding->dst);
    printf(", %" PRIu64 " packet%s, first %s frame %" PRIu64 "\n  %s\n", finding->count, finding->count == 1 ? "" : "s",
           finding->site.file, finding->site.frame, finding->message);
    print_other(&finding->site);
    print_reason(finding->rule, finding->expected, finding->actual);
    return TRUE;
}

static void print_hidden(const struct fold *fold, void *context)
{
    const struct ipip_rule *rule = ipip_rule_at(fold->rule_index);

    printf("%s %s: %" PRIu64 " more on ", rule->id, rule->slug, fold->hidden);
    if (fold->is_of_many)
        printf("further tunnels");
    else
        print_tunnel(fold->src, fold->dst);
    printf(", the last in %s frame %" PRIu64 " (--all shows each)\n\n", fold->last_file, fold->last_frame);
    (void)context;
}

static void print_omitted(const struct check_summary *s)
{
    for (size_t i = 0; s->omitted != NULL && i < ipip_rules_count(); i++) {
        if (s->omitted[i].fresh > 0)
            printf("%s %s: %" PRIu64 " more, not shown (a larger --max-findings shows more)\n\n", ipip_rule_at(i)->id,
                   ipip_rule_at(i)->slug, s->omitted[i].fresh);
    }
}

static void print_unsupported(const struct ipip_judge_counts *counts)
{
    const char *separator = "  not judged, of kinds that are not supported yet: ";

    for (unsigned protocol = 0; protocol < G_N_ELEMENTS(counts->unsupported); protocol++) {
        if (counts->unsupported[protocol] == 0)
            continue;
        printf("%s%" PRIu64 " %s", separator, counts->unsupported[protocol],
               ipip_tunnel_protocol_name((uint8_t)protocol));
        separator = ", ";
    }
    if (counts->unsupported_ipv6 > 0)
        printf("%s%" PRIu64 " over IPv6", separator, counts->unsupported_ipv6);
    if (counts->packets[IPIP_PACKET_UNSUPPORTED] > 0)
        putchar('\n');
}

static void print_count(const char *what, uint64_t count)
{
    if (count > 0)
        printf("  %s: %" PRIu64 "\n", what, count);
}

static void print_packets(const struct check_summary *s)
{
    const struct ipip_judge_counts *counts = ipip_judge_counts(s->judge);
    const struct ipip_reassembly_counts *fragments = ipip_judge_reassembly_counts(s->judge);
    uint64_t tunnel_packets = counts->packets[IPIP_PACKET_TUNNEL];

    printf("%" PRIu64 " packet%s in %" PRIu64 " file%s: %" PRIu64 " tunnel packet%s", s->frames->packets,
           s->frames->packets == 1 ? "" : "s", s->frames->files, s->frames->files == 1 ? "" : "s", tunnel_packets,
           tunnel_packets == 1 ? "" : "s");
    if (counts->tunnels > 0)
        printf(" in %" PRIu64 " tunnel%s", counts->tunnels, counts->tunnels == 1 ? "" : "s");
    putchar('\n');
    print_unsupported(counts);
    print_count("not looked at, of unsupported link types", s->frames->unsupported_links);
    print_count("not looked at, of link types that the filter can't be used on", s->frames->unfilterable);
    print_count("cut off before the IP header could be read",
                s->frames->truncated + counts->packets[IPIP_PACKET_TRUNCATED]);
    print_count("left out by a filter", s->frames->filtered);
    print_count("reassembled from outer fragments", fragments->complete);
    print_count("fragmented and incomplete", fragments->incomplete);
    print_count("fragmented with overlaps, refused", fragments->overlapping);
    print_count("fragmented and larger than any datagram, refused", fragments->too_large);
    print_count("ICMP errors about tunnels", counts->subjects[IPIP_SUBJECT_ICMP]);
    print_count("beside a tunnel, on the way in or out", counts->subjects[IPIP_SUBJECT_INNER]);
    print_count("tunnels forgotten for lack of room, whose notes may be repeated", s->losses.tunnels);
    print_count("inner flows forgotten for lack of room", s->losses.flows);
    print_count("paths forgotten for lack of room", s->losses.paths);
    print_count("datagrams forgotten while their Identification must not be used again", s->losses.datagrams);
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

/* Such rules with this verdict on some packets: "IPIP103 on 2, IPIP105 on 1". */
static unsigned print_rules(const struct check_summary *s, const char *title, enum ipip_verdict verdict,
                            bool (*is_such)(const struct ipip_rule *rule))
{
    unsigned rules = 0;

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        uint64_t packets = ipip_judge_verdicts(s->judge, i, verdict);

        if (s->policy->is_off[i] || packets == 0 || !is_such(ipip_rule_at(i)))
            continue;
        printf("%s%s on %" PRIu64, rules++ == 0 ? title : ", ", ipip_rule_at(i)->id, packets);
    }
    if (rules > 0)
        putchar('\n');
    return rules;
}

/*
 * Rules that lacked evidence on some packets: named where they are few or all is asked for, else counted. Habits that need more
 * packets are no lack of evidence.
 */
static unsigned print_unknown(const struct report *report, const struct check_summary *s)
{
    enum { NAMED = 6 };
    unsigned rules = 0;
    uint64_t most = 0;

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        bool is_counted = !s->policy->is_off[i] && !ipip_rule_at(i)->is_habit;
        uint64_t packets = is_counted ? ipip_judge_verdicts(s->judge, i, IPIP_UNKNOWN) : 0;

        rules += packets > 0;
        most = MAX(most, packets);
    }
    if (report->is_all)
        print_rules(s, "  too few packets yet: ", IPIP_UNKNOWN, is_habit);
    if (report->is_all || rules <= NAMED)
        print_rules(s, "  evidence missing: ", IPIP_UNKNOWN, is_no_habit);
    else
        printf("  evidence missing: %u rules could not be checked on up to %" PRIu64 " packet%s (--all names them)\n",
               rules, most, most == 1 ? "" : "s");
    return rules;
}

static void print_nothing_wrong(const struct check_summary *s)
{
    size_t count = ipip_rules_count();
    size_t on = 0;

    for (size_t i = 0; i < count; i++)
        on += !s->policy->is_off[i];
    if (on == count)
        printf("nothing wrong: every rule was checked on every packet that it speaks of\n");
    else
        printf("nothing wrong by the rules that were asked for (%zu of %zu), on every packet that they speak of\n", on,
               count);
}

static void print_summary(struct report *report, const struct check_summary *s)
{
    uint64_t tunnel_packets = ipip_judge_counts(s->judge)->packets[IPIP_PACKET_TUNNEL];
    uint64_t findings = s->findings[IPIP_ERROR] + s->findings[IPIP_WARNING] + s->findings[IPIP_NOTE];

    if (!report->is_all)
        folds_each_hidden(report->folds, print_hidden, NULL);
    print_omitted(s);
    print_packets(s);
    policy_print(s->settings);
    if (findings > 0) {
        printf("%s%" PRIu64 " error%s, %" PRIu64 " warning%s, %" PRIu64 " note%s%s\n",
               paint_severity(report->is_coloured, s->findings[IPIP_ERROR] > 0     ? IPIP_ERROR
                                                   : s->findings[IPIP_WARNING] > 0 ? IPIP_WARNING
                                                                                   : IPIP_NOTE),
               s->findings[IPIP_ERROR], s->findings[IPIP_ERROR] == 1 ? "" : "s", s->findings[IPIP_WARNING],
               s->findings[IPIP_WARNING] == 1 ? "" : "s", s->findings[IPIP_NOTE],
               s->findings[IPIP_NOTE] == 1 ? "" : "s", paint_end(report->is_coloured));
        print_rules(s, s->known > 0 ? "  found, known ones included: " : "  found: ", IPIP_FAIL, is_any);
    }
    if (tunnel_packets == 0) {
        printf("%s: no IPv4-in-IPv4 tunnel packet\n",
               findings == 0 ? "nothing could be checked" : "nothing else could be checked");
        return;
    }
    if (print_unknown(report, s) == 0 && findings == 0 && s->known == 0)
        print_nothing_wrong(s);
    else if (findings == 0 && s->known > 0)
        printf("nothing wrong but for what is known from the baseline\n");
    else if (findings == 0)
        printf("nothing wrong in what could be checked\n");
}

static void text_summary(struct report *report, const struct check_summary *s)
{
    print_summary(report, s);
    known_print(s);
}

static void text_close(struct report *report)
{
    folds_free(report->folds);
    g_free(report);
}

const struct report_format_ops report_text = {text_open, text_packet, text_tunnel, text_summary, text_close};
