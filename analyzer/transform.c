/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transform.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/writer.h"
#include "exit_status.h"

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

    while ((item = frames_next(frames)) != CAPTURE_END) {
        gboolean is_written = item == CAPTURE_PACKET ? write_packet(t, make, frames, writer, error)
                                                     : writer_block(writer, frames->capture, error);

        if (!is_written)
            return FALSE;
    }
    return TRUE;
}

static void say_what_was_done(const struct transform *t, const char *done, const struct frame_counts *frames,
                              struct ipip_reassembly *reassembly)
{
    const struct transform_counts *c = &t->counts;

    g_printerr("%" PRIu64 " packet%s read, %" PRIu64 " %s, %" PRIu64 " kept as they were\n", frames->packets,
               frames->packets == 1 ? "" : "s", c->done, done, c->kept);
    if (c->left_out > 0)
        g_printerr("  %" PRIu64 " left out by --only-tunnel\n", c->left_out);
    if (frames->filtered > 0)
        g_printerr("  %" PRIu64 " left out by a filter\n", frames->filtered);
    if (frames->unfilterable > 0)
        g_printerr("  %" PRIu64 " left out, of link types that the filter can't be used on\n", frames->unfilterable);
    if (c->unwrapped.datagrams > 0)
        g_printerr("  %" PRIu64 " reassembled from %" PRIu64 " outer fragments\n", c->unwrapped.datagrams,
                   c->unwrapped.fragments);
    for (int why = 0; why < IPIP_STATUS_COUNT; why++) {
        if (c->refusals[why].count > 0)
            g_printerr("  %" PRIu64 " not %s: %s (the first in frame %" PRIu64 ")\n", c->refusals[why].count, done,
                       ipip_status_text((enum ipip_status)why), c->refusals[why].first_frame);
    }
    if (reassembly != NULL) {
        const struct ipip_reassembly_counts *counts;

        ipip_reassembly_end(reassembly);
        counts = ipip_reassembly_counts(reassembly);
        if (counts->incomplete > 0)
            g_printerr("  %" PRIu64 " datagrams (%" PRIu64 " fragments) left out: incomplete\n", counts->incomplete,
                       counts->incomplete_fragments);
        if (counts->overlapping > 0)
            g_printerr("  %" PRIu64 " datagrams left out: their fragments overlap\n", counts->overlapping);
        if (counts->too_large > 0)
            g_printerr("  %" PRIu64 " datagrams left out: with all fragments they would exceed 65535 octets\n",
                       counts->too_large);
        if (counts->duplicates > 0)
            g_printerr("  %" PRIu64 " fragments left out: they had been there before\n", counts->duplicates);
    }
}

/* One regular file under both names: it would be gone once the output takes its place. */
static gboolean is_same_file(const char *input, const char *output)
{
    struct stat in;
    struct stat out;

    return (strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(input, &in)) == 0 && strcmp(output, "-") != 0 &&
           stat(output, &out) == 0 && S_ISREG(in.st_mode) && in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

int transform_run(const struct options *options, const char *done, transform_packet *make, void *context,
                  struct ipip_reassembly *reassembly)
{
    struct transform t = {.options = options, .context = context};
    struct frame_counts counts = {0};
    struct frames frames;
    struct writer *writer;
    GError *error = NULL;
    gboolean is_written;

    if (is_same_file(options->paths[0], options->output)) {
        g_printerr("%s: that is the input; name another file for the output\n", options->output);
        return EXIT_USAGE;
    }
    if (!frames_open(&frames, options->paths[0], options, &counts))
        return EXIT_UNREADABLE;
    writer = writer_open(options->output, frames.capture, options->jobs > 1, &error);
    is_written = writer != NULL;
    if (is_written) {
        is_written = copy_frames(&t, make, &frames, writer, &error);
        if (is_written)
            is_written = writer_commit(writer, frames.capture, &error);
        else
            writer_discard(writer);
    }
    frames_close(&frames);
    if (!is_written) {
        g_printerr("%s: %s\n", options->output, error->message);
        g_error_free(error);
        return EXIT_UNWRITABLE;
    }
    if (!options->is_quiet)
        say_what_was_done(&t, done, &counts, reassembly);
    return counts.is_unreadable ? EXIT_UNREADABLE : EXIT_CLEAN;
}
