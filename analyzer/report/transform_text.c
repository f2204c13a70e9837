/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip decap` or `ipip encap` did, for people. */
#include <inttypes.h>

#include "../say.h"
#include "timestamp.h"
#include "transform.h"

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void say_drops(const struct options *options, const struct transform_counts *c)
{
    for (int is_inner = 0; is_inner < 2; is_inner++) {
        for (int why = 0; why < IPIP_DROP_WHY_COUNT; why++) {
            const struct refusal *drop = &c->drops[is_inner][why];

            if (drop->count > 0)
                say_on("  %" PRIu64 " %s: %s %s (the first in frame %" PRIu64 ")", drop->count,
                       options->is_without_invalid ? "left out by --drop-invalid" : "of them an IP stack would drop",
                       is_inner ? "inner" : "outer", ipip_drop_text((enum ipip_drop_why)why), drop->first_frame);
        }
    }
}

/* How many of which kind; IPv4 in IPv4 alone needs no line. */
static void say_kinds(const struct options *options, const struct transform_counts *c)
{
    GString *line = g_string_new(NULL);

    for (int kind = IPIP_KIND_NONE + 1; kind < IPIP_KINDS; kind++) {
        if (c->kinds[kind] > 0)
            g_string_append_printf(line, "%s%" PRIu64 " %s", line->len > 0 ? ", " : "", c->kinds[kind],
                                   ipip_kind_about((enum ipip_kind)kind)->name);
    }
    if (line->len > 0 && c->kinds[IPIP_KIND_IPIP] != c->done)
        say_on("  by %skind: %s", options->depth > 1 ? "outermost " : "", line->str);
    g_string_free(line, TRUE);
}

/* What senders of packets that are too large learn. */
static void say_mtus(const struct ipip_tunnel *tunnel, const struct transform_counts *c)
{
    gboolean has_frames = ipip_tunnel_kind(tunnel, IPIP_PAYLOAD_ETHERNET) != IPIP_KIND_NONE;

    if (c->beyond_mtu[0] > 0)
        say_on("  ICMP 3/4 to the sender reports MTU %u",
               ipip_tunnel_icmp_mtu(tunnel, has_frames ? IPIP_PAYLOAD_ETHERNET : IPIP_PAYLOAD_IPV4));
    if (c->beyond_mtu[1] > 0)
        say_on("  ICMPv6 2/0 to the sender reports MTU %u",
               ipip_tunnel_icmp_mtu(tunnel, has_frames ? IPIP_PAYLOAD_ETHERNET : IPIP_PAYLOAD_IPV6));
}

static void say_fragments(const struct ipip_reassembly_counts *counts)
{
    if (counts->incomplete > 0)
        say_on("  %" PRIu64 " datagram%s (%" PRIu64 " fragment%s) left out: incomplete", counts->incomplete,
               plural(counts->incomplete), counts->incomplete_fragments, plural(counts->incomplete_fragments));
    if (counts->overlapping > 0)
        say_on("  %" PRIu64 " datagram%s left out: %s fragments overlap", counts->overlapping,
               plural(counts->overlapping), counts->overlapping == 1 ? "its" : "their");
    if (counts->too_large > 0)
        say_on("  %" PRIu64 " datagram%s left out: all fragments together exceed 65535 octets", counts->too_large,
               plural(counts->too_large));
    if (counts->duplicates > 0)
        say_on("  %" PRIu64 " fragment%s left out: repeated", counts->duplicates, plural(counts->duplicates));
}

static void text_summary(const struct transform_report *report)
{
    const struct options *options = report->options;
    const struct transform_counts *c = report->counts;
    const struct frame_counts *frames = report->frames;
    const char *done = report->done;

    say_on("%" PRIu64 " packet%s read, %" PRIu64 " %s, %" PRIu64 " kept unchanged", frames->packets,
           plural(frames->packets), c->done, done, c->kept);
    say_kinds(options, c);
    if (c->left_out > 0)
        say_on("  %" PRIu64 " left out by --only-tunnel", c->left_out);
    if (frames->filtered > 0)
        say_on("  %" PRIu64 " left out by a filter", frames->filtered);
    if (frames->unfilterable > 0)
        say_on("  %" PRIu64 " left out, of link types that the filter can't be used on", frames->unfilterable);
    if (c->unwrapped.datagrams > 0)
        say_on("  %" PRIu64 " reassembled from %" PRIu64 " outer fragments", c->unwrapped.datagrams,
               c->unwrapped.fragments);
    if (c->unwrapped.early > 0 && !options->is_only_tunnel)
        say_on("  %" PRIu64
               " of these fragments kept, too: %s came before the first of the datagram, which shows the tunnel",
               c->unwrapped.early, c->unwrapped.early == 1 ? "it" : "they");
    if (c->carried > 0)
        say_on("  %" PRIu64 " of them out of carriers, which are left out", c->carried);
    if (c->fragmented.datagrams > 0)
        say_on("  %" PRIu64 " of them in %" PRIu64 " outer fragments", c->fragmented.datagrams,
               c->fragmented.fragments);
    if (c->of_others > 0)
        say_on("  %" PRIu64 " not %s: of another tunnel, by addresses, kind or key", c->of_others, done);
    if (c->not_held > 0)
        say_on("  %" PRIu64 " not %s: %s", c->not_held, done, ipip_status_text(IPIP_NOT_HELD));
    for (int why = 0; why < IPIP_STATUS_COUNT; why++) {
        if (c->refusals[why].count > 0)
            say_on("  %" PRIu64 " not %s: %s (the first in frame %" PRIu64 ")", c->refusals[why].count, done,
                   ipip_status_text((enum ipip_status)why), c->refusals[why].first_frame);
    }
    say_mtus(&options->tunnel, c);
    say_drops(options, c);
    if (report->fragments != NULL)
        say_fragments(report->fragments);
}

const struct transform_format_ops transform_text = {NULL, text_summary};

void transform_say_part(const struct options *options, const struct capture_record *last, gboolean is_for_nothing)
{
    const char *output = options->output;
    char time[TIMESTAMP_TEXT];

    if (is_for_nothing)
        say("%s: not written, as no packet could be %s", output, last->frame == 0 ? "read" : "filtered");
    else if (last->frame == 1)
        say("%s: holds what was made of the first packet, of %s", output, timestamp_text(time, last->time));
    else
        say("%s: holds what was made of the first %" PRIu64 " packets, up to %s", output, last->frame,
            timestamp_text(time, last->time));
}
