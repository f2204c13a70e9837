/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transform.h"

#include <inttypes.h>
#include <string.h>

#include "capture/stop.h"
#include "exit_status.h"
#include "report/timestamp.h"
#include "say.h"
#include "standard_files.h"

enum { LINK_HEADER_MAX = 256 }; /* of those with a length field */

static void count_refusal(const struct transform *t, struct refusal *refusal)
{
    if (refusal->count++ == 0)
        refusal->first_frame = t->frames.capture->record.frame;
}

void transform_refused(struct transform *t, enum ipip_status why)
{
    count_refusal(t, &t->counts.refusals[why]);
}

void transform_dropped(struct transform *t, struct ipip_drop drop)
{
    count_refusal(t, &t->counts.drops[drop.is_inner][drop.why]);
}

/* The octets that the packet promised before, so that a length in the link header can be corrected. */
static uint32_t promised_before(const struct frames *frames)
{
    struct ipip_ip ip;

    if (ipip_ipv4_read(&ip, frames->packet.ip.data, frames->packet.ip.captured) != IPIP_OK || ip.total_bytes == 0)
        return frames->packet.ip.wire;
    return ip.total_bytes;
}

/* Makes a link header fit a packet of `ip_bytes`, at `out`. Why it can't, else IPIP_OK. */
static enum ipip_status make_link_header(uint8_t out[static LINK_HEADER_MAX], const struct frames *frames,
                                         uint32_t ip_bytes)
{
    const struct ipip_link *link = &frames->link;

    if (link->link_bytes > LINK_HEADER_MAX)
        return IPIP_NO_LINK_LENGTH;
    memcpy(out, link->frame.data, link->link_bytes);
    if (!ipip_link_announce_ipv4(out, link, frames->capture->record.link_type))
        return IPIP_NO_LINK_TYPE;
    return ipip_link_resize(out, link, (int32_t)(ip_bytes - promised_before(frames))) ? IPIP_OK : IPIP_NO_LINK_LENGTH;
}

enum transform_result transform_write(struct transform *t, struct packet_pieces *packet)
{
    const struct ipip_link *link = &t->frames.link;
    uint8_t link_header[LINK_HEADER_MAX];

    packet->link = link->frame.data;
    packet->link_bytes = link->link_bytes;
    if (link->length_offset != 0 || link->announced == IPIP_ANNOUNCED_IPV6) {
        enum ipip_status status =
            make_link_header(link_header, &t->frames, packet->ip.head_bytes + packet->ip.rest.wire);

        if (status != IPIP_OK) {
            transform_refused(t, status);
            return TRANSFORM_REFUSED;
        }
        packet->link = link_header;
    }
    return writer_packet(t->writer, t->frames.capture, packet, &t->error) ? TRANSFORM_DONE : TRANSFORM_FAILED;
}

void transform_leave_carrier(struct transform *t)
{
    enum { ETHERNET = 1 };
    struct ipip_carried carried;

    if (!ipip_carried_find(&carried, t->frames.packet.ip))
        return;
    t->has_left_carrier = TRUE;
    t->frames.packet.is_loopback = FALSE; /* as far as is known of the frame inside */
    if (!carried.is_frame || t->frames.capture->record.link_type != ETHERNET)
        return;
    t->frames.link = carried.link;
    t->frames.packet.ip = carried.ip;
}

static gboolean write_kept(struct transform *t)
{
    if (t->options->is_only_tunnel) {
        t->counts.left_out++;
        return TRUE;
    }
    t->counts.kept++;
    return writer_unchanged(t->writer, t->frames.capture, &t->error);
}

static gboolean write_packet(struct transform *t, transform_packet *make)
{
    enum transform_result result = TRANSFORM_NOT_CONCERNED;

    t->has_left_carrier = FALSE;
    if (!t->frames.is_selected)
        return TRUE;
    if (t->frames.found == IPIP_LINK_IP)
        result = make(t);
    else if (t->options->inner != NULL)
        result = TRANSFORM_FILTERED;
    switch (result) {
    case TRANSFORM_DONE:
        t->counts.done++;
        t->counts.carried += t->has_left_carrier;
        break;
    case TRANSFORM_NOT_CONCERNED:
    case TRANSFORM_REFUSED:
        return write_kept(t);
    case TRANSFORM_FILTERED:
        t->frames.counts->filtered++;
        break;
    case TRANSFORM_FAILED:
        return FALSE;
    case TRANSFORM_DROPPED:
    case TRANSFORM_HELD:
        break;
    }
    return TRUE;
}

static gboolean copy_frames(struct transform *t, transform_packet *make)
{
    const struct capture *capture = t->frames.capture;
    enum capture_item item;

    writer_keep_up(t->writer, t->frames.capture, &t->error);
    while ((item = frames_next(&t->frames)) != CAPTURE_END && t->error == NULL) {
        gboolean is_written =
            item == CAPTURE_PACKET ? write_packet(t, make) : writer_block(t->writer, capture, &t->error);

        if (!is_written)
            return FALSE;
    }
    return t->error == NULL;
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void say_drops(const struct transform *t)
{
    for (int is_inner = 0; is_inner < 2; is_inner++) {
        for (int why = 0; why < IPIP_DROP_WHY_COUNT; why++) {
            const struct refusal *drop = &t->counts.drops[is_inner][why];

            if (drop->count > 0)
                say_on("  %" PRIu64 " %s: %s %s (the first in frame %" PRIu64 ")", drop->count,
                       t->options->is_without_invalid ? "left out by --drop-invalid" : "dropped by an IP stack",
                       is_inner ? "inner" : "outer", ipip_drop_text((enum ipip_drop_why)why), drop->first_frame);
        }
    }
}

static void say_what_was_done(const struct transform *t, const char *done, const struct frame_counts *frames,
                              struct ipip_reassembly *reassembly)
{
    const struct transform_counts *c = &t->counts;

    say_on("%" PRIu64 " packet%s read, %" PRIu64 " %s, %" PRIu64 " kept unchanged", frames->packets,
           plural(frames->packets), c->done, done, c->kept);
    if (c->left_out > 0)
        say_on("  %" PRIu64 " left out by --only-tunnel", c->left_out);
    if (frames->filtered > 0)
        say_on("  %" PRIu64 " left out by a filter", frames->filtered);
    if (frames->unfilterable > 0)
        say_on("  %" PRIu64 " left out, of link types that the filter can't be used on", frames->unfilterable);
    if (c->unwrapped.datagrams > 0)
        say_on("  %" PRIu64 " reassembled from %" PRIu64 " outer fragments", c->unwrapped.datagrams,
               c->unwrapped.fragments);
    if (c->carried > 0)
        say_on("  %" PRIu64 " of them out of carriers, which are left out", c->carried);
    if (c->fragmented.datagrams > 0)
        say_on("  %" PRIu64 " of them in %" PRIu64 " outer fragments", c->fragmented.datagrams,
               c->fragmented.fragments);
    for (int why = 0; why < IPIP_STATUS_COUNT; why++) {
        if (c->refusals[why].count > 0)
            say_on("  %" PRIu64 " not %s: %s (the first in frame %" PRIu64 ")", c->refusals[why].count, done,
                   ipip_status_text((enum ipip_status)why), c->refusals[why].first_frame);
    }
    if (c->refusals[IPIP_MTU_EXCEEDED].count > 0)
        say_on("  ICMP 3/4 to the sender reports MTU %u", ipip_tunnel_icmp_mtu(&t->options->tunnel));
    say_drops(t);
    if (reassembly != NULL) {
        const struct ipip_reassembly_counts *counts;

        ipip_reassembly_end(reassembly);
        counts = ipip_reassembly_counts(reassembly);
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
}

/* No packet could be read, or used, so that there is nothing to put in the place of what may be there. */
static gboolean is_for_nothing(const struct frame_counts *counts)
{
    return counts->packets == counts->unfilterable && (counts->is_unreadable || stop_was_by_signal());
}

/* FALSE where the output could not be written. */
static gboolean write_output(struct transform *t, transform_packet *make)
{
    gboolean is_copied;

    t->writer = writer_open(t->options->output, t->frames.capture, t->options->jobs > 1, &t->error);
    is_copied = t->writer != NULL && copy_frames(t, make);
    if (is_copied && !is_for_nothing(t->frames.counts))
        return writer_commit(t->writer, t->frames.capture, &t->error);
    if (t->writer != NULL)
        writer_discard(t->writer);
    return is_copied;
}

/* What the output holds of a capture that could not be read to its end. */
static void say_what_there_is(const struct transform *t, const struct capture_record *last)
{
    const char *output = t->options->output;
    char time[TIMESTAMP_TEXT];

    if (is_for_nothing(t->frames.counts))
        say("%s: not written, as no packet could be %s", output, last->frame == 0 ? "read" : "filtered");
    else if (last->frame == 1)
        say("%s: holds what was made of the first packet, of %s", output, timestamp_text(time, last->time));
    else
        say("%s: holds what was made of the first %" PRIu64 " packets, up to %s", output, last->frame,
            timestamp_text(time, last->time));
}

int transform_run(const struct options *options, const char *done, transform_packet *make, void *context,
                  struct ipip_reassembly *reassembly)
{
    struct transform t = {.options = options, .context = context};
    struct frame_counts counts = {0};
    struct capture_record last;
    gboolean is_written;

    if (is_same_file(options->paths[0], options->output)) {
        say("%s: that is the input; name another file for the output", options->output);
        return EXIT_USAGE;
    }
    if (!frames_open(&t.frames, options->paths[0], options->paths[0], options, &counts))
        return EXIT_UNREADABLE;
    is_written = write_output(&t, make);
    last = t.frames.capture->record;
    frames_close(&t.frames);
    if (!is_written) {
        say("%s: %s", options->output, t.error->message);
        g_error_free(t.error);
        return EXIT_UNWRITABLE;
    }
    if (counts.is_unreadable || counts.is_interrupted || is_for_nothing(&counts))
        say_what_there_is(&t, &last);
    if (!options->is_quiet)
        say_what_was_done(&t, done, &counts, reassembly);
    return counts.is_unreadable || is_for_nothing(&counts) ? EXIT_UNREADABLE : EXIT_CLEAN;
}
