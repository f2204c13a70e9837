/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frames.h"

#include <errno.h>
#include <inttypes.h>

#include "capture/stop.h"
#include "progress.h"
#include "say.h"

void frame_counts_add(struct frame_counts *sum, const struct frame_counts *counts)
{
    sum->files += counts->files;
    sum->packets += counts->packets;
    sum->filtered += counts->filtered;
    sum->unsupported_links += counts->unsupported_links;
    sum->unfilterable += counts->unfilterable;
    sum->truncated += counts->truncated;
    sum->dropped += counts->dropped;
    sum->is_unreadable |= counts->is_unreadable;
    sum->is_live |= counts->is_live;
    sum->is_interrupted |= counts->is_interrupted;
}

/* Why there is no capture. An interrupt before its first packet leaves one without packets. */
static void say_why_not(struct frames *f, const GError *error)
{
    gboolean is_interrupted = stop_excuses_early_end();

    if (g_error_matches(error, INPUT_ERROR, EISDIR) && f->options->output == NULL)
        say("%s: a folder in which no file matches *.pcap*", f->path);
    else
        say("%s: %s", f->path, error != NULL ? error->message : "not read, because of an interrupt");
    f->counts->is_interrupted |= is_interrupted;
    f->counts->is_unreadable |= !is_interrupted;
    f->counts->files += is_interrupted && error != NULL;
}

gboolean frames_open(struct frames *f, const char *path, const char *name, const struct options *options,
                     struct frame_counts *counts)
{
    GError *error = NULL;

    *f = (struct frames){.path = name, .start = g_get_monotonic_time(), .options = options, .counts = counts};
    stop_on_signals();
    if (!stop_is_requested())
        f->capture =
            options->source != NULL ? capture_of(live_input(options->source), &error) : capture_open(path, &error);
    if (f->capture == NULL) {
        say_why_not(f, error);
        g_clear_error(&error);
        return FALSE;
    }
    f->counts->files++;
    f->counts->is_live |= options->source != NULL;
    f->unread = unread_links_new();
    if (options->source != NULL)
        say("%s: capturing; Ctrl-C ends it", name);
    return TRUE;
}

static void count_unsupported(struct frames *f, const struct capture_record *record)
{
    unread_links_add(f->unread, record->link_type, NULL);
    f->counts->unsupported_links++;
}

/*
 * The filter can't be used on the link type: whether the packet was meant is not known. Where the link type is not
 * supported, nothing else is reported; but a verb that writes captures keeps such packets.
 */
static void count_unfilterable(struct frames *f, const struct capture_record *record, enum ipip_link_result found)
{
    if (found == IPIP_LINK_UNSUPPORTED && f->options->output == NULL) {
        count_unsupported(f, record);
        return;
    }
    unread_links_add(f->unread, record->link_type, filter_refusal(f->options->filter, record->link_type));
    f->counts->unfilterable++;
    f->counts->is_unreadable = TRUE;
}

static __attribute__((noinline)) enum ipip_link_result find_ip(struct frames *f, const struct capture_record *record,
                                                               struct ipip_link *link, gboolean *is_selected)
{
    enum filter_result result = FILTER_TRUE;
    enum ipip_link_result found;

    if (f->options->filter != NULL)
        result = filter_look(f->options->filter, record->link_type, record->bytes);
    *is_selected = result == FILTER_TRUE;
    if (result == FILTER_FALSE) {
        f->counts->filtered++;
        return IPIP_LINK_OTHER;
    }
    found = ipip_link_find_ip(link, record->link_type, record->bytes);
    if (result == FILTER_UNUSABLE) {
        count_unfilterable(f, record, found);
        return IPIP_LINK_OTHER;
    }
    f->counts->truncated += found == IPIP_LINK_TRUNCATED;
    if (found == IPIP_LINK_UNSUPPORTED)
        count_unsupported(f, record);
    return found;
}

enum { ETHERNET_BYTES = 14 };

/* What most frames are: IPv4 behind an Ethernet header without tags. */
static inline gboolean is_usual(const struct capture_record *record)
{
    enum { LINKTYPE_ETHERNET = 1 };
    const uint8_t *type = record->bytes.data + ETHERNET_BYTES - 2;

    return record->link_type == LINKTYPE_ETHERNET && record->bytes.captured > ETHERNET_BYTES &&
           (type[0] << 8 | type[1]) == 0x0800;
}

/* One member after the other: a structure that is put together elsewhere and copied is waited for. */
static inline void set_usual_link(struct ipip_link *link, const struct capture_record *record)
{
    link->frame.data = record->bytes.data;
    link->frame.captured = record->bytes.captured;
    link->frame.wire = record->bytes.wire;
    link->announced = IPIP_ANNOUNCED_IPV4;
    link->direction = IPIP_DIRECTION_UNKNOWN;
    link->device = 0;
    link->is_loopback = FALSE;
    link->link_bytes = ETHERNET_BYTES;
    link->length_offset = 0;
    link->length_max = 0;
    link->is_length_little_endian = FALSE;
    link->ip.data = record->bytes.data + ETHERNET_BYTES;
    link->ip.captured = record->bytes.captured - ETHERNET_BYTES;
    link->ip.wire = record->bytes.wire - ETHERNET_BYTES;
}

static inline void fill(struct ipip_packet *packet, uint64_t number_base, const struct capture_record *record,
                        const struct ipip_link *link)
{
    packet->ip = link->ip;
    packet->announced = link->announced;
    packet->direction = link->direction == IPIP_DIRECTION_UNKNOWN || record->direction != IPIP_DIRECTION_UNKNOWN
                            ? (enum ipip_direction)record->direction
                            : link->direction;
    packet->is_loopback = link->is_loopback | record->is_loopback;
    packet->is_context = FALSE;
    packet->place = ipip_packet_place(record->interface, link);
    packet->frame = number_base + record->frame;
    packet->time = record->time;
}

static __attribute__((noinline)) gboolean take_unusual(struct frames *f, const struct capture_record *record,
                                                       struct frame *frame)
{
    frame->found = find_ip(f, record, &frame->link, &frame->is_selected);
    if (frame->found != IPIP_LINK_IP)
        return FALSE;
    fill(&frame->packet, f->number_base, record, &frame->link);
    return TRUE;
}

/* Damage is an end. */
static enum capture_item end_of(struct frames *f, enum capture_item item)
{
    if (item != CAPTURE_BROKEN)
        return item;
    f->counts->is_unreadable = TRUE;
    return CAPTURE_END;
}

/* Of `count` records; the end of their packets. */
static struct ipip_packet *take(struct frames *f, const struct capture_record *record, unsigned count,
                                struct ipip_packet *packet)
{
    gboolean is_filtered = f->options->filter != NULL;
    struct frame frame;

    for (const struct capture_record *end = record + count; record < end; record++) {
        if (!is_filtered && is_usual(record)) {
            struct ipip_link link;

            set_usual_link(&link, record);
            fill(packet++, f->number_base, record, &link);
        } else if (take_unusual(f, record, &frame)) {
            *packet++ = frame.packet;
        }
    }
    return packet;
}

enum capture_item frames_take(struct frames *f, struct ipip_packet *packets, unsigned room, unsigned *count)
{
    struct ipip_packet *packet = packets;
    enum capture_item item = f->damage == NULL ? CAPTURE_PACKET : CAPTURE_END;

    while (packet < packets + room && (item == CAPTURE_PACKET || item == CAPTURE_BLOCK)) {
        const struct capture_record *records;
        unsigned found;

        item = capture_walk(f->capture, (unsigned)(packets + room - packet), &records, &found, &f->damage);
        if (item != CAPTURE_PACKET)
            continue;
        capture_pin(f->capture);
        f->counts->packets += found;
        packet = take(f, records, found, packet);
    }
    *count = (unsigned)(packet - packets);
    return end_of(f, item);
}

void frame_of_usual(struct frame *frame, const struct capture_record *record)
{
    frame->found = IPIP_LINK_IP;
    frame->is_selected = TRUE;
    set_usual_link(&frame->link, record);
    fill(&frame->packet, 0, record, &frame->link);
}

enum capture_item frames_take_records(struct frames *f, struct taken_record *taken, struct frame *frames, unsigned room,
                                      unsigned *count)
{
    enum capture_item item = f->damage == NULL ? CAPTURE_PACKET : CAPTURE_END;
    gboolean is_filtered = f->options->filter != NULL;
    unsigned taken_count = 0;

    while (taken_count < room && (item == CAPTURE_PACKET || item == CAPTURE_BLOCK)) {
        const struct capture_record *records;
        unsigned found;

        item = capture_walk(f->capture, room - taken_count, &records, &found, &f->damage);
        if (item == CAPTURE_BLOCK)
            taken[taken_count++] = (struct taken_record){
                .record = {.block = f->capture->block, .is_big_endian = f->capture->info.is_big_endian}};
        if (item == CAPTURE_PACKET || item == CAPTURE_BLOCK)
            capture_pin(f->capture);
        if (item != CAPTURE_PACKET)
            continue;
        f->counts->packets += found;
        for (const struct capture_record *end = records + found; records < end; records++, taken_count++) {
            struct frame *frame = NULL;

            if (is_filtered || !is_usual(records)) {
                frame = &frames[taken_count];
                take_unusual(f, records, frame);
            }
            taken[taken_count].record = *records;
            taken[taken_count].frame = frame;
        }
    }
    *count = taken_count;
    return end_of(f, item);
}

/* Why not all of the capture was read, if so. */
static void say_how_it_ended(struct frames *f)
{
    if (f->damage != NULL)
        say("%s: %s; what comes before it was read", f->path, f->damage->message);
    g_clear_error(&f->damage);
    if (!stop_is_requested() || !stop_was_by_signal())
        return;
    f->counts->is_interrupted = TRUE;
    say("%s: interrupted after frame %" PRIu64 "; what came before is reported", f->path, f->capture->record.frame);
}

void frames_close(struct frames *f)
{
    say_no_more();
    say_how_it_ended(f);
    f->counts->dropped += f->capture->info.dropped;
    if (!f->is_first_of_two)
        unread_links_say(f->unread, f->path, f->options->filter);
    unread_links_free(f->unread);
    capture_close(f->capture);
}

gboolean frames_inner_matches(const struct options *options, const struct ipip_packet *packet,
                              const struct ipip_stack *stack)
{
    if (options->inner == NULL)
        return TRUE;
    if (stack->count > 0 && stack->end == IPIP_END_FRAGMENT)
        return TRUE;
    return filter_look(options->inner, FILTER_LINKTYPE_RAW,
                       stack->count > 0 ? stack->layers[stack->count - 1].bytes : packet->ip) == FILTER_TRUE;
}
