/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transform.h"

#include <string.h>

#include "capture/stop.h"
#include "exit_status.h"
#include "ipip/ipv6.h"
#include "report/report.h"
#include "report/transform.h"
#include "sandbox.h"
#include "say.h"
#include "standard_files.h"

enum {
    LINK_HEADER_MAX = 256, /* of those with a length field */
    LINKTYPE_ETHERNET = 1,
    ETHERNET_HEADER = 14,
    RECORDS_MAX = 1024,
    BUFFER_BYTES = 1 << 16,
};

/* The whole of it. */
struct transform_run {
    const struct options *options;
    void *context;
    transform_packet *make;
    const struct transform_format_ops *format; /* NULL: --quiet */
    struct output *output;
    struct writer *writer; /* to the output */
    struct transform_counts counts;
    GError *error; /* the first one in the order of the capture */
};

/* A thread's. */
struct part {
    struct transform transform;
    struct transform_run *run;
    struct input_buffer buffer; /* with the octets of the chunk */
    unsigned count;
    struct taken_record taken[RECORDS_MAX];
    struct frame frames[RECORDS_MAX]; /* most are not used, and take no memory */
};

/* The octets that the packet promised before, so that a length in the link header can be corrected. */
static uint32_t promised_before(const struct frame *frame)
{
    const struct ipip_bytes *packet = &frame->packet.ip;
    uint32_t bytes = 0;

    if (packet->captured >= IPIP_IPV6_HEADER && packet->data[0] >> 4 == 6)
        bytes = IPIP_IPV6_HEADER + (uint32_t)(packet->data[4] << 8 | packet->data[5]);
    else if (packet->captured >= IPIP_IPV4_HEADER_MIN)
        bytes = (uint32_t)(packet->data[2] << 8 | packet->data[3]);
    return bytes != 0 ? bytes : packet->wire;
}

/* An Ethernet header without tags, with the addresses of the frame that is inside. */
static enum ipip_status make_ethernet_header(uint8_t *out, const uint8_t *frame, enum ipip_announced version)
{
    static const uint8_t types[][2] = {[IPIP_ANNOUNCED_IPV4] = {0x08, 0x00}, [IPIP_ANNOUNCED_IPV6] = {0x86, 0xdd}};

    memcpy(out, frame, ETHERNET_HEADER - sizeof types[0]);
    memcpy(out + ETHERNET_HEADER - sizeof types[0], types[version], sizeof types[0]);
    return IPIP_OK;
}

/* Makes a link header fit a packet of `ip_bytes`, at `out`. Why it can't, else IPIP_OK. */
static enum ipip_status make_link_header(uint8_t out[static LINK_HEADER_MAX], const struct transform *t,
                                         uint32_t ip_bytes)
{
    const struct ipip_link *link = &t->frame.link;

    if (t->has_frames)
        return make_ethernet_header(out, link->frame.data, t->version);
    if (link->link_bytes > LINK_HEADER_MAX)
        return IPIP_NO_LINK_LENGTH;
    memcpy(out, link->frame.data, link->link_bytes);
    if (!ipip_link_announce(out, link, t->record->link_type, t->version))
        return IPIP_NO_LINK_TYPE;
    return ipip_link_resize(out, link, (int32_t)(ip_bytes - promised_before(&t->frame))) ? IPIP_OK
                                                                                         : IPIP_NO_LINK_LENGTH;
}

static inline enum transform_result put_packet(struct transform *t, const struct packet_pieces *packet)
{
    writer_begin(t->writer, &t->box, t->record);
    return writer_packet(t->writer, &t->box, t->record, packet, &t->error) ? TRANSFORM_DONE : TRANSFORM_FAILED;
}

/* The link header announces another version of IP, or none, or it has a length. */
static __attribute__((noinline)) enum transform_result write_relinked(struct transform *t, struct packet_pieces *packet)
{
    const struct ipip_link *link = &t->frame.link;
    uint8_t link_header[LINK_HEADER_MAX];

    if (t->has_frames || link->announced != IPIP_ANNOUNCED_ANY || t->version == IPIP_ANNOUNCED_MPLS ||
        link->length_offset != 0) {
        enum ipip_status status = make_link_header(link_header, t, packet->ip.head_bytes + packet->ip.rest.wire);

        if (status != IPIP_OK) {
            transform_refused(t, status);
            return TRANSFORM_REFUSED;
        }
        packet->link = link_header;
    }
    return put_packet(t, packet);
}

enum transform_result transform_write(struct transform *t, struct packet_pieces *packet)
{
    const struct ipip_link *link = &t->frame.link;

    packet->link = link->frame.data;
    packet->link_bytes = link->link_bytes;
    if (link->announced != t->version || link->length_offset != 0)
        return write_relinked(t, packet);
    return put_packet(t, packet);
}

enum transform_result transform_write_frame(struct transform *t, struct packet_pieces *frame)
{
    if (t->record->link_type != LINKTYPE_ETHERNET) {
        transform_refused(t, IPIP_NO_FRAME);
        return TRANSFORM_REFUSED;
    }
    frame->link_bytes = 0;
    return put_packet(t, frame);
}

gboolean transform_wrap_frame(struct transform *t)
{
    struct ipip_link *link = &t->frame.link;

    if (t->record->link_type != LINKTYPE_ETHERNET || t->record->bytes.captured < ETHERNET_HEADER)
        return FALSE;
    link->frame = t->record->bytes;
    link->link_bytes = ETHERNET_HEADER;
    link->announced = IPIP_ANNOUNCED_ANY; /* what the header announces is inside */
    return TRUE;
}

void transform_wait_for_turn(struct transform *t)
{
    chunk_wait_for_turn(t->chunk);
}

void transform_leave_carrier(struct transform *t)
{
    struct ipip_carried carried;

    if (!ipip_carried_find(&carried, &t->options->kinds, t->frame.packet.ip))
        return;
    t->has_left_carrier = TRUE;
    t->frame.packet.is_loopback = FALSE; /* as far as is known of the frame inside */
    if (!carried.is_frame || t->record->link_type != LINKTYPE_ETHERNET)
        return;
    t->frame.link = carried.link;
    t->frame.packet.ip = carried.ip;
}

static gboolean write_kept(struct transform *t)
{
    if (t->options->is_only_tunnel) {
        t->counts.left_out++;
        return TRUE;
    }
    t->counts.kept++;
    writer_begin(t->writer, &t->box, t->record);
    return writer_unchanged(t->writer, &t->box, t->record, &t->error);
}

static gboolean write_packet(struct transform *t, transform_packet *make)
{
    enum transform_result result = TRANSFORM_NOT_CONCERNED;

    t->has_left_carrier = t->has_reason = FALSE;
    if (!t->frame.is_selected)
        return TRUE;
    if (t->frame.found == IPIP_LINK_IP || (t->has_frames && t->frame.found == IPIP_LINK_OTHER))
        result = make(t);
    else if (t->options->inner != NULL)
        result = TRANSFORM_FILTERED;
    else if (t->frame.found == IPIP_LINK_TRUNCATED)
        transform_refused(t, IPIP_TRUNCATED);
    if (t->events != NULL && (t->has_reason || result != TRANSFORM_DONE))
        transform_add_event(t, result);
    switch (result) {
    case TRANSFORM_DONE:
        t->counts.done++;
        t->counts.carried += t->has_left_carrier;
        break;
    case TRANSFORM_NOT_CONCERNED:
    case TRANSFORM_REFUSED:
        return write_kept(t);
    case TRANSFORM_FILTERED:
        t->counts.filtered++;
        break;
    case TRANSFORM_FAILED:
        return FALSE;
    case TRANSFORM_DROPPED:
    case TRANSFORM_HELD:
        break;
    }
    return TRUE;
}

static gboolean take_record(struct transform *t, const struct taken_record *taken, transform_packet *make)
{
    t->record = &taken->record;
    if (!writer_has_begun(t->writer))
        transform_wait_for_turn(t);
    if (taken->record.frame == 0) {
        writer_block(t->writer, &t->box, t->record);
        return TRUE;
    }
    if (taken->frame == NULL)
        frame_of_usual(&t->frame, t->record);
    else
        t->frame = *taken->frame;
    return write_packet(t, make);
}

static enum capture_item take(void *data, struct frames *frames)
{
    struct part *part = data;

    capture_move(frames->capture, &part->buffer, BUFFER_BYTES);
    return frames_take_records(frames, part->taken, part->frames, RECORDS_MAX, &part->count);
}

static void transform(void *data)
{
    struct part *part = data;
    struct transform *t = &part->transform;

    if (t->options->inner != NULL)
        transform_wait_for_turn(t); /* a filter is used by one thread */
    for (unsigned i = 0; i < part->count && take_record(t, &part->taken[i], part->run->make); i++)
        ;
}

static void report_events(struct transform_run *run, GArray *events)
{
    for (guint i = 0; events != NULL && i < events->len; i++)
        run->format->packet(run->options, &g_array_index(events, struct transform_event, i));
    if (events != NULL)
        g_array_set_size(events, 0);
}

/* It is held no longer. One thread at a time reassembles, when the packets before are written out. */
static void report_lost(void *context, const struct ipip_lost_fragment *fragment)
{
    const struct transform_run *run = context;

    run->format->packet(run->options, &(struct transform_event){
                                          .frame = fragment->frame,
                                          .time = fragment->time,
                                          .fate = TRANSFORM_LEFT_OUT,
                                          .reason = TRANSFORM_INCOMPLETE,
                                      });
}

static gboolean write_out(void *data)
{
    struct part *part = data;
    struct transform *t = &part->transform;
    struct transform_run *run = part->run;

    if (run->error == NULL)
        run->error = g_steal_pointer(&t->error);
    if (run->error != NULL || !writer_write(run->writer, &t->box, &run->error))
        return FALSE;
    report_events(run, t->events);
    return TRUE;
}

static void *part_new(void *context, struct chunk *chunk)
{
    struct part *part = g_new0(struct part, 1);

    part->run = context;
    part->transform.options = part->run->options;
    part->transform.context = part->run->context;
    part->transform.writer = part->run->writer;
    part->transform.chunk = chunk;
    if (part->run->format != NULL && part->run->format->packet != NULL)
        part->transform.events = g_array_new(FALSE, FALSE, sizeof(struct transform_event));
    part->transform.has_frames = ipip_tunnel_kind(&part->run->options->tunnel, IPIP_PAYLOAD_ETHERNET) != IPIP_KIND_NONE;
    part->transform.version = part->run->options->has_tunnel && ipip_tunnel_is_over_ipv6(&part->run->options->tunnel)
                                  ? IPIP_ANNOUNCED_IPV6
                                  : IPIP_ANNOUNCED_IPV4;
    return part;
}

static void part_free(void *data)
{
    struct part *part = data;

    transform_counts_add(&part->run->counts, &part->transform.counts);
    g_clear_error(&part->transform.error);
    if (part->transform.events != NULL)
        g_array_unref(part->transform.events);
    g_free(part->transform.box.octets);
    g_free(part->buffer.octets);
    g_free(part);
}

/* No packet could be read, or used, so that there is nothing to put in the place of what may be there. */
static gboolean is_for_nothing(const struct frame_counts *counts)
{
    return counts->packets == counts->unfilterable && (counts->is_unreadable || stop_was_by_signal());
}

static void read_and_write(struct transform_run *run, struct frames *frames)
{
    const struct chunk_use use = {run, part_new, part_free, take, transform, write_out, NULL};
    struct chunk_threads *threads = chunk_threads_new(&use, run->options->jobs);

    chunk_threads_read(threads, frames);
    chunk_threads_free(threads);
    frames->counts->filtered += run->counts.filtered;
}

/* FALSE where the output could not be written. */
static gboolean write_output(struct transform_run *run, struct frames *frames)
{
    run->writer = writer_new(run->output, run->options->output, frames->capture);
    read_and_write(run, frames);
    if (run->error == NULL && !is_for_nothing(frames->counts))
        return writer_commit(run->writer, frames->capture, &run->error);
    writer_discard(run->writer);
    return run->error == NULL;
}

static int cannot_write(struct transform_run *run)
{
    say("%s: %s", run->options->output, run->error->message);
    g_error_free(run->error);
    return EXIT_UNWRITABLE;
}

static const struct transform_format_ops *format_of(const struct options *options)
{
    return options->is_quiet ? NULL : options->format == REPORT_JSONL ? &transform_jsonl : &transform_text;
}

static void report_all(const struct transform_run *run, const char *done, const struct frame_counts *frames,
                       struct ipip_reassembly *reassembly)
{
    struct transform_report report = {.options = run->options, .done = done, .counts = &run->counts, .frames = frames};

    if (reassembly != NULL) {
        ipip_reassembly_end(reassembly);
        report.fragments = ipip_reassembly_counts(reassembly);
    }
    run->format->summary(&report);
}

int transform_run(const struct options *options, const char *done, transform_packet *make, void *context,
                  struct ipip_reassembly *reassembly)
{
    struct transform_run run = {.options = options, .context = context, .make = make, .format = format_of(options)};
    struct frame_counts counts = {0};
    struct capture_record last;
    struct frames frames;
    gboolean is_written;

    if (is_same_file(options->paths[0], options->output)) {
        say("%s: that is the input; name another file for the output", options->output);
        return EXIT_USAGE;
    }
    stop_on_signals();
    run.output = output_open(options->output, &run.error);
    if (run.output == NULL)
        return cannot_write(&run);
    sandbox_enter(options, 0);
    if (reassembly != NULL && run.format != NULL && run.format->packet != NULL)
        ipip_reassembly_tell(reassembly, report_lost, &run);
    if (!frames_open(&frames, options->paths[0], options->paths[0], options, &counts)) {
        output_discard(run.output);
        return EXIT_UNREADABLE;
    }
    is_written = write_output(&run, &frames);
    last = frames.capture->record;
    frames_close(&frames);
    if (!is_written)
        return cannot_write(&run);
    if (counts.is_unreadable || counts.is_interrupted || is_for_nothing(&counts))
        transform_say_part(options, &last, is_for_nothing(&counts));
    if (run.format != NULL)
        report_all(&run, done, &counts, reassembly);
    if (!report_is_written())
        return EXIT_UNWRITABLE;
    return counts.is_unreadable || is_for_nothing(&counts) ? EXIT_UNREADABLE : EXIT_CLEAN;
}
