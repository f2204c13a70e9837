/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transform.h"

#include <inttypes.h>
#include <string.h>

#include "capture/writer.h"
#include "exit_status.h"
#include "report/timestamp.h"
#include "say.h"
#include "standard_files.h"

enum { LINK_HEADER_MAX = 256 }; /* of those with a length field */

void transform_refused(struct transform *t, const struct frames *frames, enum ipip_status why)
{
    struct refusal *refusal = &t->counts.refusals[why];

    if (refusal->count++ == 0)
        refusal->first_frame = frames->capture->record.frame;
}

/* The octets that the packet promised before, so that a length in the link header can be corrected. */
static uint32_t promised_before(const struct frames *frames)
{
    struct ipip_ipv4 ip;

    if (ipip_ipv4_read(&ip, frames->packet.ip.data, frames->packet.ip.captured) != IPIP_OK || ip.total_bytes == 0)
        return frames->packet.ip.wire;
    return ip.total_bytes;
}

static gboolean write_kept(struct transform *t, struct writer *writer, const struct frames *frames, GError **error)
{
    if (t->options->is_only_tunnel) {
        t->counts.left_out++;
        return TRUE;
    }
    t->counts.kept++;
    return writer_unchanged(writer, frames->capture, error);
}

/* Makes a link header with a length field fit a packet of `ip_bytes`, at `out`. FALSE where the field can't say so. */
static gboolean make_link_header(uint8_t out[static LINK_HEADER_MAX], const struct frames *frames, uint32_t ip_bytes)
{
    uint32_t link_bytes = frames->link.link_bytes;

    if (link_bytes > LINK_HEADER_MAX)
        return FALSE;
    memcpy(out, frames->capture->record.bytes.data, link_bytes);
    return ipip_link_resize(out, &frames->link, (int32_t)(ip_bytes - promised_before(frames)));
}

static gboolean write_done(struct transform *t, struct writer *writer, const struct frames *frames,
                           struct packet_pieces *packet, uint8_t link_header[static LINK_HEADER_MAX], GError **error)
{
    packet->link = frames->capture->record.bytes.data;
    packet->link_bytes = frames->link.link_bytes;
    if (frames->link.length_offset != 0) {
        if (!make_link_header(link_header, frames, packet->ip.head_bytes + packet->ip.rest.wire)) {
            transform_refused(t, frames, IPIP_NO_LINK_LENGTH);
            return write_kept(t, writer, frames, error);
        }
        packet->link = link_header;
    }
    t->counts.done++;
    return writer_packet(writer, frames->capture, packet, error);
}

static gboolean write_packet(struct transform *t, transform_packet *make, struct frames *frames, struct writer *writer,
                             GError **error)
{
    uint8_t head[TRANSFORM_HEAD_MAX];
    uint8_t link_header[LINK_HEADER_MAX];
    struct packet_pieces packet;
    enum transform_result result = TRANSFORM_NOT_CONCERNED;

    if (!frames->is_selected)
        return TRUE;
    if (frames->found == IPIP_LINK_IP)
        result = make(t, frames, &packet.ip, head);
    else if (t->options->inner != NULL)
        result = TRANSFORM_FILTERED;
    switch (result) {
    case TRANSFORM_DONE:
        packet.head = head;
        return write_done(t, writer, frames, &packet, link_header, error);
    case TRANSFORM_NOT_CONCERNED:
    case TRANSFORM_REFUSED:
        return write_kept(t, writer, frames, error);
    case TRANSFORM_FILTERED:
        frames->counts->filtered++;
        return TRUE;
    case TRANSFORM_DROPPED:
    case TRANSFORM_HELD:
        break;
    }
    return TRUE;
}

static gboolean copy_frames(struct transform *t, transform_packet *make, struct frames *frames, struct writer *writer,
                            GError **error)
{
    enum capture_item item;

    writer_keep_up(writer, frames->capture, error);
    while ((item = frames_next(frames)) != CAPTURE_END && *error == NULL) {
        gboolean is_written = item == CAPTURE_PACKET ? write_packet(t, make, frames, writer, error)
                                                     : writer_block(writer, frames->capture, error);

        if (!is_written)
            return FALSE;
    }
    return *error == NULL;
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void say_what_was_done(const struct transform *t, const char *done, const struct frame_counts *frames,
                              struct ipip_reassembly *reassembly)
{
    const struct transform_counts *c = &t->counts;

    say("%" PRIu64 " packet%s read, %" PRIu64 " %s, %" PRIu64 " kept as they were", frames->packets,
        plural(frames->packets), c->done, done, c->kept);
    if (c->left_out > 0)
        say("  %" PRIu64 " left out by --only-tunnel", c->left_out);
    if (frames->filtered > 0)
        say("  %" PRIu64 " left out by a filter", frames->filtered);
    if (frames->unfilterable > 0)
        say("  %" PRIu64 " left out, of link types that the filter can't be used on", frames->unfilterable);
    if (c->unwrapped.datagrams > 0)
        say("  %" PRIu64 " reassembled from %" PRIu64 " outer fragments", c->unwrapped.datagrams,
            c->unwrapped.fragments);
    for (int why = 0; why < IPIP_STATUS_COUNT; why++) {
        if (c->refusals[why].count > 0)
            say("  %" PRIu64 " not %s: %s (the first in frame %" PRIu64 ")", c->refusals[why].count, done,
                ipip_status_text((enum ipip_status)why), c->refusals[why].first_frame);
    }
    if (reassembly != NULL) {
        const struct ipip_reassembly_counts *counts;

        ipip_reassembly_end(reassembly);
        counts = ipip_reassembly_counts(reassembly);
        if (counts->incomplete > 0)
            say("  %" PRIu64 " datagram%s (%" PRIu64 " fragment%s) left out: incomplete", counts->incomplete,
                plural(counts->incomplete), counts->incomplete_fragments, plural(counts->incomplete_fragments));
        if (counts->overlapping > 0)
            say("  %" PRIu64 " datagram%s left out: their fragments overlap", counts->overlapping,
                plural(counts->overlapping));
        if (counts->too_large > 0)
            say("  %" PRIu64 " datagram%s left out: all fragments together exceed 65535 octets", counts->too_large,
                plural(counts->too_large));
        if (counts->duplicates > 0)
            say("  %" PRIu64 " fragment%s left out: repeated", counts->duplicates, plural(counts->duplicates));
    }
}

/* Nothing could be read, so that there is nothing to put in the place of what may be there. */
static gboolean is_for_nothing(const struct frame_counts *counts)
{
    return counts->is_unreadable && counts->packets == 0;
}

/* FALSE where the output could not be written. */
static gboolean write_output(struct transform *t, transform_packet *make, struct frames *frames, GError **error)
{
    struct writer *writer = writer_open(t->options->output, frames->capture, t->options->jobs > 1, error);
    gboolean is_copied = writer != NULL && copy_frames(t, make, frames, writer, error);

    if (is_copied && !is_for_nothing(frames->counts))
        return writer_commit(writer, frames->capture, error);
    if (writer != NULL)
        writer_discard(writer);
    return is_copied;
}

/* What the output holds of a capture that could not be read to its end; `last` is the last packet that could. */
static void say_what_there_is(const struct options *options, uint64_t frame, int64_t time)
{
    char text[TIMESTAMP_TEXT];

    if (frame == 0)
        say("%s: not written, as no packet could be read", options->output);
    else
        say("%s: holds what was made of the first %" PRIu64 " packet%s, up to %s", options->output, frame,
            plural(frame), timestamp_text(text, time));
}

int transform_run(const struct options *options, const char *done, transform_packet *make, void *context,
                  struct ipip_reassembly *reassembly)
{
    struct transform t = {.options = options, .context = context};
    struct frame_counts counts = {0};
    struct capture_record last;
    struct frames frames;
    GError *error = NULL;
    gboolean is_written;

    if (is_same_file(options->paths[0], options->output)) {
        say("%s: that is the input; name another file for the output", options->output);
        return EXIT_USAGE;
    }
    if (!frames_open(&frames, options->paths[0], options, &counts))
        return EXIT_UNREADABLE;
    is_written = write_output(&t, make, &frames, &error);
    last = frames.capture->record;
    frames_close(&frames);
    if (!is_written) {
        say("%s: %s", options->output, error->message);
        g_error_free(error);
        return EXIT_UNWRITABLE;
    }
    if (counts.is_unreadable)
        say_what_there_is(options, last.frame, last.time);
    if (!options->is_quiet)
        say_what_was_done(&t, done, &counts, reassembly);
    return counts.is_unreadable ? EXIT_UNREADABLE : EXIT_CLEAN;
}
