/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip pair` found, for people. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../say.h"
#include "../wrap.h"
#include "direction_text.h"
#include "ipip/address.h"
#include "ipip/drop.h"
#include "pair.h"

enum {
    HANG = 4,
    SHOWN_MAX = 5, /* of each reason and side, without --all */
};

static const char *const reason_texts[IPIP_PAIR_REASONS] = {
    [IPIP_PAIR_DUPLICATE] = "one more of the same",
    [IPIP_PAIR_BEFORE] = "lost, or before the start of the other capture",
    [IPIP_PAIR_MISSED] = "it came from the other side, whose capture does not have it",
    [IPIP_PAIR_OPAQUE] = "what the tunnel packets carry can't be read: encrypted or compressed",
    [IPIP_PAIR_BEYOND_MTU] = "larger than the path takes, as an ICMP error to the encapsulator reported",
    [IPIP_PAIR_TOO_BIG] = "too big, as an ICMP error to its sender reported",
    [IPIP_PAIR_EXPIRED] = "TTL expired, as an ICMP error to its sender reported",
    [IPIP_PAIR_REFUSED] = "its sender got another ICMP error",
    [IPIP_PAIR_MALFORMED] = "malformed: an IP stack drops it",
    [IPIP_PAIR_ECN] = "CE outside, Not-ECT inside: the exit must drop it (RFC 6040)",
    [IPIP_PAIR_TTL] = "TTL used up, without an ICMP error",
    [IPIP_PAIR_UNKNOWN_PEER] = "no packet between these tunnel ends is on the other side",
    [IPIP_PAIR_LOCAL] = "to the tunnel's end itself, or to its link: it is not forwarded",
    [IPIP_PAIR_REFUSED_BY_EXIT] = "the tunnel's exit refused it, as an ICMP error to the encapsulator reported",
    [IPIP_PAIR_SEGMENTED] = "its TCP data is on the other side in other segments (GRO, TSO)",
    [IPIP_PAIR_IN_PART] = "only some of its fragments or TCP segments are on the other side",
    [IPIP_PAIR_ALTERED] = "altered: the same header with another payload is on the other side",
    [IPIP_PAIR_AFTER] = "lost, or after the end of the other capture",
    [IPIP_PAIR_LOST] = "lost",
};

static const char *side_name(const struct ipip_pair_layout *layout, enum ipip_pair_side side)
{
    if (layout->relation == IPIP_PAIR_INNER_OUTER)
        return side == IPIP_PAIR_FIRST ? "inside" : "outside";
    return side == IPIP_PAIR_FIRST ? "at the first end" : "at the second end";
}

static void print_datagram(struct wrap *line, const struct ipip_pair_event *event)
{
    char from[IPIP_ADDRESS_TEXT], to[IPIP_ADDRESS_TEXT], tunnel[DIRECTION_TEXT], id[32] = "";

    wrap_format(line, "%s > %s,", ipip_address_text(from, event->src), ipip_address_text(to, event->dst));
    if (event->has_id)
        g_snprintf(id, sizeof id, ", Identification 0x%04" PRIx32, event->id);
    wrap_format(line, "protocol %u%s, %" PRIu32 " octets%s", event->protocol, id, event->bytes,
                event->direction != NULL ? "," : "");
    if (event->direction != NULL)
        wrap_format(line, "tunnel %s", direction_text(tunnel, event->direction));
}

static void print_frame(struct wrap *line, const struct pair_report *report, uint64_t frame, const char *before,
                        const char *after)
{
    wrap_format(line, "%s%s frame %" PRIu64 "%s", before, judge_run_file(report->run, frame), origins_frame(frame),
                after);
}

static const char *time_text(char text[static 32], uint64_t nanoseconds)
{
    if (nanoseconds >= 1000000000)
        g_snprintf(text, 32, "%.3f s", (double)nanoseconds / 1e9);
    else if (nanoseconds >= 1000000)
        g_snprintf(text, 32, "%.3f ms", (double)nanoseconds / 1e6);
    else
        g_snprintf(text, 32, "%.1f us", (double)nanoseconds / 1e3);
    return text;
}

static void print_match(struct pair_report *report, const struct ipip_pair_event *event)
{
    int64_t first = event->time[IPIP_PAIR_FIRST], second = event->time[IPIP_PAIR_SECOND];
    struct wrap line = {.out = stdout, .hang = HANG};
    char took[32];

    wrap_piece(&line, "matched:");
    print_frame(&line, report, event->frame[IPIP_PAIR_FIRST], "", "");
    print_frame(&line, report, event->frame[IPIP_PAIR_SECOND], event->way == IPIP_PAIR_THERE ? "to " : "from ", ",");
    wrap_format(
        &line, "%s%s%s,",
        time_text(took, first < second ? (uint64_t)second - (uint64_t)first : (uint64_t)first - (uint64_t)second),
        event->is_ambiguous ? ", one of several that are the same" : "", event->is_reordered ? ", overtaken" : "");
    if (event->fragments > 0)
        wrap_format(&line, "in %u fragments,", event->fragments);
    print_datagram(&line, event);
    wrap_end(&line);
}

/* Where the text of the reason does not tell which error it was. */
static void print_error(struct wrap *line, const struct ipip_pair_event *event)
{
    gboolean is_of_exit = event->reason == IPIP_PAIR_REFUSED_BY_EXIT;
    struct ipip_addr about = is_of_exit ? event->direction->dst : event->dst;

    if (is_of_exit || event->reason == IPIP_PAIR_REFUSED)
        wrap_format(line, "(%s %u/%u)", ipip_address_is_ipv4(about) ? "ICMP" : "ICMPv6", event->icmp_type,
                    event->icmp_code);
}

static void print_only(struct pair_report *report, const struct ipip_pair_event *event)
{
    struct wrap line = {.out = stdout, .hang = HANG};

    wrap_format(&line, "only %s:", side_name(report->layout, event->side));
    print_frame(&line, report, event->frame[event->side], "", ",");
    print_datagram(&line, event);
    wrap_end(&line);
    line = (struct wrap){.out = stdout, .indent = 2, .hang = HANG};
    wrap_words(&line, reason_texts[event->reason]);
    if (event->reason == IPIP_PAIR_MALFORMED)
        wrap_format(&line, "(%s)", ipip_drop_text(event->drop));
    print_error(&line, event);
    if (event->mtu != 0)
        wrap_format(&line, "(MTU %" PRIu32 ")", event->mtu);
    if (event->other_frame != 0)
        print_frame(&line, report, event->other_frame, "(", ")");
    wrap_end(&line);
}

static void text_event(struct pair_report *report, const struct ipip_pair_event *event)
{
    gboolean is_shown = event->is_match
                            ? report->run->options.is_matches
                            : report->shown[event->side][event->reason]++ < SHOWN_MAX || report->run->options.is_all;

    if (!is_shown)
        return;
    say_before_print();
    (event->is_match ? print_match : print_only)(report, event);
}

static void print_hidden(const struct pair_report *report)
{
    for (int side = 0; side < IPIP_PAIR_SIDES && !report->run->options.is_all; side++) {
        for (int reason = 0; reason < IPIP_PAIR_REASONS; reason++) {
            if (report->shown[side][reason] > SHOWN_MAX)
                printf("only %s, %s: %" PRIu64 " more (--all shows each)\n",
                       side_name(report->layout, (enum ipip_pair_side)side), reason_texts[reason],
                       report->shown[side][reason] - SHOWN_MAX);
        }
    }
}

static void print_reasons(const struct pair_report *report, const uint64_t only[IPIP_PAIR_SIDES][IPIP_PAIR_REASONS])
{
    for (int side = 0; side < IPIP_PAIR_SIDES; side++) {
        for (int reason = 0; reason < IPIP_PAIR_REASONS; reason++) {
            struct wrap line = {.out = stdout, .indent = 2, .hang = HANG};

            if (only[side][reason] == 0)
                continue;
            wrap_format(&line, "only %s: %" PRIu64 ",", side_name(report->layout, (enum ipip_pair_side)side),
                        only[side][reason]);
            wrap_words(&line, reason_texts[reason]);
            wrap_end(&line);
        }
    }
}

static void print_count(const char *what, uint64_t count)
{
    if (count > 0)
        printf("  %s: %" PRIu64 "\n", what, count);
}

static void print_latency(const struct ipip_pair_latency *latency)
{
    char least[32], median[32], most_of_them[32], most[32];

    if (latency->count > 0)
        printf("  latency: min %s, median %s, 99th percentile %s, max %s\n", time_text(least, latency->least),
               time_text(median, ipip_pair_latency_quantile(latency, 0.5)),
               time_text(most_of_them, ipip_pair_latency_quantile(latency, 0.99)), time_text(most, latency->most));
}

static void print_sizes(const struct ipip_pair_direction *row)
{
    struct wrap line = {.out = stdout, .indent = 2, .hang = HANG};

    wrap_format(&line, "largest packet: %" PRIu32 " octets inside, %" PRIu32 " outside%s", row->bytes_most[0],
                row->bytes_most[1], row->mtu_reported[0] + row->mtu_reported[1] > 0 ? ";" : "");
    if (row->mtu_reported[0] > 0)
        wrap_format(&line, "MTU by ICMP to inner senders: %" PRIu32 "%s", row->mtu_reported[0],
                    row->mtu_reported[1] > 0 ? "," : "");
    if (row->mtu_reported[1] > 0)
        wrap_format(&line, "MTU by ICMP to the encapsulator: %" PRIu32, row->mtu_reported[1]);
    wrap_end(&line);
}

/* What is taken from the inner TTL between the two sides. */
static void print_ttl(const struct ipip_pair_direction *row)
{
    int least = row->ttl_step_least, most = row->ttl_step_most;

    if (least == 0 && most == 0)
        printf("  inner TTL: the same on both sides\n");
    else if (least < 0)
        printf("  inner TTL: changed by %+d to %+d\n", -most, -least);
    else if (least == most)
        printf("  inner TTL: decremented by %d\n", least);
    else
        printf("  inner TTL: decremented by %d to %d\n", least, most);
}

static void print_direction(const struct pair_report *report, const struct ipip_pair_direction *row)
{
    enum ipip_pair_way way = row->way;
    gboolean is_inner_outer = report->layout->relation == IPIP_PAIR_INNER_OUTER;
    uint64_t matched = row->matched[way] + row->matched[1 - way];
    char tunnel[DIRECTION_TEXT];

    printf("tunnel %s: %" PRIu64 " matched%s\n", direction_text(tunnel, &row->direction), matched,
           matched == 0                               ? ""
           : is_inner_outer && way == IPIP_PAIR_THERE ? ", going in"
           : is_inner_outer                           ? ", coming out"
           : way == IPIP_PAIR_THERE                   ? ", from the first end to the second"
                                                      : ", from the second end to the first");
    if (matched > 0) {
        print_latency(&row->latency[way]);
        print_count("earlier behind the tunnel's end than before it, by the clocks", row->matched[1 - way]);
        print_count("ambiguous, as several are identical", row->ambiguous);
        print_count("reordered", row->reordered);
        print_count("whole on one side, in fragments on the other", row->divided);
        print_sizes(row);
        print_ttl(row);
        print_count("inner DSCP changed", row->dscp_changed);
        print_count("inner ECN changed", row->ecn_changed);
        print_count("inner DF changed", row->df_changed);
    }
    print_reasons(report, row->only);
}

static void print_clock(const struct pair_report *report)
{
    const struct ipip_pair_layout *layout = report->layout;
    struct wrap line = {.out = stdout, .hang = HANG};
    const char *name = report->run->options.names[layout->sides[IPIP_PAIR_SECOND].file];
    char ahead[32];

    if (report->run->options.path_count < 2 || layout->samples == 0)
        return;
    if (layout->clock.basis == IPIP_PAIR_ONE_CLOCK) {
        printf("clocks: the same, by %" PRIu64 " packets\n", layout->samples);
        return;
    }
    wrap_format(&line, "clocks: that of %s is %s %s,", name,
                time_text(ahead, (uint64_t)llabs((long long)layout->clock.offset)),
                layout->clock.offset < 0 ? "behind" : "ahead");
    wrap_format(&line, "and gains %.2f ppm,", layout->clock.drift * 1e6);
    wrap_format(&line, "by %" PRIu64 " packets", layout->samples);
    wrap_words(&line, layout->clock.basis == IPIP_PAIR_BOTH_WAYS
                          ? "of both directions (right as far as both take the same time)"
                          : "of one direction (latency is counted from the fastest packet)");
    wrap_end(&line);
}

static void print_side(const struct pair_report *report, enum ipip_pair_side side)
{
    const struct ipip_pair_selection *selection = &report->layout->sides[side];
    gboolean is_inner = side == IPIP_PAIR_FIRST && report->layout->relation == IPIP_PAIR_INNER_OUTER;

    printf("%s: %s", side_name(report->layout, side), report->run->options.names[selection->file]);
    if (!selection->is_any_place && report->cooked == COOKED_WITH_DEVICES)
        printf(", interface index %" PRIu32, (uint32_t)selection->place);
    else if (!selection->is_any_place)
        printf(", interface %" PRIu64, selection->place >> 32);
    printf("%s\n", is_inner && report->is_device ? ", a tunnel device" : "");
}

/* Of a capture on all interfaces that does not name them. */
static void print_hint(const struct pair_report *report)
{
    struct wrap line = {.out = stdout, .indent = 2, .hang = HANG};

    if (report->cooked != COOKED_WITHOUT_DEVICES || report->layout->sides[0].is_any_place)
        return;
    wrap_words(&line, "its link type, LINUX_SLL, does not name the interface, so only one direction can be paired;"
                      " for both capture with `tcpdump -i any -y LINUX_SLL2`");
    wrap_end(&line);
}

static void print_pairing(const struct pair_report *report)
{
    const struct ipip_pair_totals *totals = ipip_pair_totals(report->pair);
    const struct ipip_pair_direction *row;

    print_side(report, IPIP_PAIR_FIRST);
    print_side(report, IPIP_PAIR_SECOND);
    print_hint(report);
    print_clock(report);
    for (unsigned i = 1; (row = ipip_pair_direction_at(report->pair, i)) != NULL; i++)
        print_direction(report, row);
    printf("%" PRIu64 " packet%s matched%s\n", totals->matched, totals->matched == 1 ? "" : "s",
           totals->matched == 0 ? ": the two captures have nothing in common" : "");
    print_reasons(report, totals->only);
    print_count("inner packets to or from hosts of which nothing is in a tunnel", totals->other_traffic);
    print_count("tunnel packets in which no IP packet can be read", totals->unreadable);
    print_count("tunnel packets of which fragments are missing", totals->incomplete);
    print_count("given up before the end of --window, as there were too many at a time", totals->cut_short);
}

static const char *why_nothing(const struct pair_report *report)
{
    if (report->layout->relation == IPIP_PAIR_NO_TUNNEL)
        return "no tunnel packet of a kind that is read";
    if (report->run->options.path_count == 1)
        return "no packet of this capture is both inside and outside of a tunnel; give the capture of the other side, too";
    return "a capture could not be read";
}

static void text_summary(struct pair_report *report)
{
    print_hidden(report);
    if (report->pair != NULL)
        print_pairing(report);
    else
        printf("nothing to pair: %s\n", why_nothing(report));
    putchar('\n');
}

const struct pair_format_ops pair_text = {text_event, text_summary};
