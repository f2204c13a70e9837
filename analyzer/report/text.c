/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../wrap.h"
#include "carriers.h"
#include "direction_text.h"
#include "fold.h"
#include "ipip/address.h"
#include "known.h"
#include "paint.h"
#include "policy.h"
#include "report.h"
#include "vantage.h"

struct report {
    gboolean is_coloured;
    gboolean is_all;
    gboolean has_filter; /* on packets as captured */
    struct folds *folds;
};

static struct report *text_open(const struct options *options)
{
    struct report *report = g_new0(struct report, 1);

    report->is_coloured = paint_is_wanted(options);
    report->is_all = options->is_all;
    report->has_filter = options->filter != NULL;
    report->folds = folds_new();
    return report;
}

enum {
    INDENT = 2,
    HANG = 4, /* of what a line that is too long goes on with */
};

/* "error IPIP105 df-not-propagated:", and the line goes on. */
static struct wrap print_title(const struct report *report, enum ipip_severity severity, const struct ipip_rule *rule)
{
    const char *name = ipip_severity_name(severity);

    printf("%s%s %s%s %s:", paint_severity(report->is_coloured, severity), name, rule->id,
           paint_end(report->is_coloured), rule->slug);
    return (struct wrap){.hang = HANG, .column = (unsigned)(strlen(name) + strlen(rule->id) + strlen(rule->slug)) + 3};
}

static void print_octets(const struct report *report, const struct ipip_excerpt *excerpt)
{
    if (excerpt->header.captured == 0)
        return;
    printf("  %s  ", excerpt->name);
    paint_octets(report->is_coloured, excerpt);
    putchar('\n');
}

static void print_reason(const struct ipip_rule *rule, const char *reference, const char *expected, const char *actual)
{
    char *text = g_strconcat("expected ", expected, ", found ", actual, " (", reference, ")", NULL);

    wrap_paragraph(INDENT, HANG, text);
    g_free(text);
    text = g_strconcat("usual cause: ", rule->usual_cause, NULL);
    wrap_paragraph(INDENT, HANG, text);
    g_free(text);
    putchar('\n');
}

/* The packet without which this one would be nothing special; and how far away it is, unless that rounds to nothing. */
static void print_other(const struct site *site)
{
    struct wrap line = {.indent = INDENT, .hang = HANG};
    gboolean is_elsewhere = g_strcmp0(site->other_file, site->file) != 0;
    gboolean is_apart = site->other_age >= 500;

    if (site->other_frame == 0)
        return;
    wrap_format(&line, "see frame %" PRIu64 "%s%s%s", site->other_frame, is_elsewhere ? " of " : "",
                is_elsewhere ? site->other_file : "", is_apart ? "," : "");
    if (is_apart)
        wrap_format(&line, "%.6f s away", (double)site->other_age / 1e9);
    wrap_end(&line);
}

static gboolean is_here(const struct site *site, const char *file, uint64_t frame)
{
    return frame == site->frame && g_strcmp0(file, site->file) == 0;
}

/* Which packet, and in which tunnel. The file stays on the line of the title, so that both are found together. */
static void print_place(struct wrap *line, const struct site *site, const struct ipip_finding *finding)
{
    gboolean is_whole = is_here(site, site->first_file, site->first_frame);
    gboolean is_nested = finding->target == IPIP_TARGET_LAYER && finding->tunnel_layer > 0;
    char tunnel[DIRECTION_TEXT];

    line->column += (unsigned)g_utf8_strlen(site->file, -1) +
                    (unsigned)printf(" %s frame %" PRIu64 "%s", site->file, site->frame, is_whole ? "," : "") -
                    (unsigned)strlen(site->file);
    if (!is_whole && g_strcmp0(site->first_file, site->file) != 0)
        wrap_format(line, "(first fragment in frame %" PRIu64 " of %s),", site->first_frame, site->first_file);
    else if (!is_whole)
        wrap_format(line, "(first fragment in frame %" PRIu64 "),", site->first_frame);
    wrap_format(line, "tunnel %s%s", direction_text(tunnel, &finding->direction),
                is_nested || carriers_are(site->carriers) ? "," : "");
    if (is_nested)
        wrap_format(line, "nested at level %u%s", finding->tunnel_layer + 1, carriers_are(site->carriers) ? "," : "");
    carriers_print(line, site->carriers);
    wrap_end(line);
}

static gboolean text_packet(struct report *report, const struct site *site, const struct ipip_finding *finding)
{
    struct ipip_text text;
    struct wrap title;

    if (site->is_known)
        return FALSE;
    if (!folds_show(report->folds, finding->rule_index, &finding->direction, site->file, site->frame) &&
        !report->is_all)
        return FALSE;
    ipip_finding_describe(finding, &text);
    title = print_title(report, finding->severity, finding->rule);
    print_place(&title, site, finding);
    wrap_paragraph(INDENT, HANG, text.message);
    for (int i = 0; i < IPIP_EXCERPT_MAX; i++)
        print_octets(report, &finding->excerpts[i]);
    print_other(site);
    print_reason(finding->rule, finding->reference, text.expected, text.actual);
    return TRUE;
}

static gboolean text_tunnel(struct report *report, const struct tunnel_finding *finding)
{
    char tunnel[DIRECTION_TEXT];
    struct wrap title;

    if (finding->site.is_known)
        return FALSE;
    title = print_title(report, finding->severity, finding->rule);
    wrap_format(&title, "tunnel %s,", direction_text(tunnel, &finding->direction));
    wrap_format(&title, "%" PRIu64 " packet%s,", finding->count, finding->count == 1 ? "" : "s");
    wrap_format(&title, "first %s frame %" PRIu64 "%s", finding->site.file, finding->site.frame,
                carriers_are(finding->site.carriers) ? "," : "");
    carriers_print(&title, finding->site.carriers);
    wrap_end(&title);
    wrap_paragraph(INDENT, HANG, finding->message);
    print_other(&finding->site);
    print_reason(finding->rule, ipip_rule_reference(finding->rule_index, finding->direction.kind), finding->expected,
                 finding->actual);
    return TRUE;
}

static void print_hidden(const struct fold *fold, void *context)
{
    const struct ipip_rule *rule = ipip_rule_at(fold->rule_index);
    struct wrap line = {.hang = HANG};
    char tunnel[DIRECTION_TEXT];

    (void)context;
    wrap_format(&line, "%s %s:", rule->id, rule->slug);
    wrap_format(&line, "%" PRIu64 " more on %s%s,", fold->hidden, fold->is_of_many ? "further tunnels" : "tunnel ",
                fold->is_of_many ? "" : direction_text(tunnel, &fold->direction));
    wrap_format(&line, "the last in %s frame %" PRIu64, fold->last_file, fold->last_frame);
    wrap_piece(&line, "(--all shows each)");
    wrap_end(&line);
    putchar('\n');
}

static void print_omitted(const struct check_summary *s)
{
    for (size_t i = 0; s->omitted != NULL && i < ipip_rules_count(); i++) {
        if (s->omitted[i].fresh > 0)
            printf("%s %s: %" PRIu64 " more, not shown (a larger --max-findings shows more)\n\n", ipip_rule_at(i)->id,
                   ipip_rule_at(i)->slug, s->omitted[i].fresh);
    }
}

static const char *why_not_judged(enum ipip_kind kind)
{
    return ipip_kind_about(kind)->is_read ? "--kinds leaves it out" : "not supported";
}

static void print_unsupported(const struct ipip_judge_counts *counts)
{
    struct wrap line = {.indent = INDENT, .hang = HANG};
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
    carriers_print_counts(s->carried);
    print_unsupported(counts);
    print_count("skipped, link type not supported", s->frames->unsupported_links);
    print_count("skipped, filter not usable on the link type", s->frames->unfilterable);
    print_count("cut off before the IP header could be read",
                s->frames->truncated + counts->packets[IPIP_PACKET_TRUNCATED]);
    print_count("left out by a filter", s->frames->filtered);
    print_count("reassembled from outer fragments", fragments->complete);
    print_count("fragmented and incomplete", fragments->incomplete);
    print_count("fragmented with overlaps, refused", fragments->overlapping);
    print_count("fragmented and larger than 65535 octets, refused", fragments->too_large);
    print_count("ICMP errors about tunnels", counts->subjects[IPIP_SUBJECT_ICMP]);
    print_count("inner packets before or after the tunnel", counts->subjects[IPIP_SUBJECT_INNER]);
    print_count("matched on both sides of a tunnel's end", counts->subjects[IPIP_SUBJECT_SIDES]);
    print_count("tunnels evicted from a full table, whose notes may be repeated", s->losses.tunnels);
    print_count("inner flows evicted from a full table", s->losses.flows);
    print_count("paths evicted from a full table", s->losses.paths);
    print_count("datagrams evicted from a full table before their Identification may be reused", s->losses.datagrams);
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
static void print_rules(const struct check_summary *s, const char *title, enum ipip_verdict verdict,
                        bool (*is_such)(const struct ipip_rule *rule))
{
    struct wrap line = {.indent = INDENT, .hang = HANG};
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
static void print_unknown(const struct report *report, const struct check_summary *s)
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
    if (report->is_all)
        print_rules(s, "too few packets yet:", IPIP_UNKNOWN, is_habit);
    if (report->is_all || rules <= NAMED)
        print_rules(s, "evidence missing:", IPIP_UNKNOWN, is_no_habit);
    else if (least == most)
        printf("  evidence missing: for %u rules, on %" PRIu64 " packet%s each (--all names them)\n", rules, most,
               most == 1 ? "" : "s");
    else
        printf("  evidence missing: for %u rules, on %" PRIu64 " to %" PRIu64 " packets each (--all names them)\n",
               rules, least, most);
}

/* Only what is so: not where a rule was in doubt on any packet, for whatever reason. */
static void print_nothing_wrong(const struct report *report, const struct check_summary *s)
{
    size_t count = ipip_rules_count();
    size_t on = 0, unknown = 0;

    for (size_t i = 0; i < count; i++) {
        on += !s->policy->is_off[i];
        unknown += !s->policy->is_off[i] && ipip_judge_verdicts(s->judge, i, IPIP_UNKNOWN) > 0;
    }
    if (s->known > 0)
        printf("nothing wrong except for what is known from the baseline\n");
    else if (unknown > 0)
        printf("nothing wrong in what could be checked; %zu rule%s lacked evidence%s\n", unknown,
               unknown == 1 ? "" : "s",
               report->is_all ? ""
               : unknown == 1 ? " (--all names it)"
                              : " (--all names them)");
    else
        printf("nothing wrong by the rules that were checked (%zu of %zu), on every packet they apply to\n", on, count);
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
    vantage_print(&s->vantage);
    if (findings > 0) {
        printf("%s%" PRIu64 " error%s, %" PRIu64 " warning%s, %" PRIu64 " note%s%s\n",
               paint_severity(report->is_coloured, s->findings[IPIP_ERROR] > 0     ? IPIP_ERROR
                                                   : s->findings[IPIP_WARNING] > 0 ? IPIP_WARNING
                                                                                   : IPIP_NOTE),
               s->findings[IPIP_ERROR], s->findings[IPIP_ERROR] == 1 ? "" : "s", s->findings[IPIP_WARNING],
               s->findings[IPIP_WARNING] == 1 ? "" : "s", s->findings[IPIP_NOTE],
               s->findings[IPIP_NOTE] == 1 ? "" : "s", paint_end(report->is_coloured));
        print_rules(s, s->known > 0 ? "found, known ones included:" : "found:", IPIP_FAIL, is_any);
    }
    if (tunnel_packets == 0) {
        printf("%s: no tunnel packet\n", findings == 0 ? "nothing could be checked" : "nothing else could be checked");
        if (report->has_filter && s->frames->filtered > 0)
            printf("  a filter sees packets as captured: `ip proto 4` misses those behind VLAN tags, and in carriers "
                   "(ERSPAN, GRE, VXLAN, Geneve)\n");
        return;
    }
    print_unknown(report, s);
    if (findings == 0)
        print_nothing_wrong(report, s);
}

static void text_summary(struct report *report, const struct check_summary *s)
{
    if (s->frames->files == 0) /* with a message before */
        return;
    print_summary(report, s);
    known_print(s, report->is_all);
}

static void text_close(struct report *report)
{
    folds_free(report->folds);
    g_free(report);
}

const struct report_format_ops report_text = {text_open, text_packet, text_tunnel, text_summary, text_close};
