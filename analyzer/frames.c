/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frames.h"

#include <inttypes.h>

#include "capture/stop.h"
#include "progress.h"
#include "say.h"

/* Why there is no capture. An interrupt before its first packet leaves one without packets. */
static void say_why_not(struct frames *f, const GError *error)
{
    gboolean is_interrupted = stop_excuses_early_end();

    say("%s: %s", f->path, error != NULL ? error->message : "not read, because of an interrupt");
    f->counts->is_interrupted |= is_interrupted;
    f->counts->is_unreadable |= !is_interrupted;
    f->counts->files += is_interrupted && error != NULL;
}

gboolean frames_open(struct frames *f, const char *path, const char *name, const struct options *options,
                     struct frame_counts *counts)
{
    GError *error = NULL;

    *f = (struct frames){.path = name, .options = options, .counts = counts};
    stop_on_signals();
    if (!stop_is_requested())
        f->capture = capture_open(path, &error);
    if (f->capture == NULL) {
        say_why_not(f, error);
        g_clear_error(&error);
        return FALSE;
    }
    f->counts->files++;
    f->unread = unread_links_new();
    return TRUE;
}

static void count_unsupported(struct frames *f)
{
    unread_links_add(f->unread, f->capture->record.link_type, NULL);
    f->counts->unsupported_links++;
}

/*
 * The filter can't be used on the link type: whether the packet was meant is not known. Where the link type is not
 * supported, nothing else is reported; but a verb that writes captures keeps such packets.
 */
static void count_unfilterable(struct frames *f)
{
    uint16_t link_type = f->capture->record.link_type;

    if (f->found == IPIP_LINK_UNSUPPORTED && f->options->output == NULL) {
        count_unsupported(f);
        return;
    }
    unread_links_add(f->unread, link_type, filter_refusal(f->options->filter, link_type));
    f->counts->unfilterable++;
    f->counts->is_unreadable = TRUE;
}

static void find_packet(struct frames *f)
{
    const struct capture_record *record = &f->capture->record;
    enum filter_result result = FILTER_TRUE;

    f->counts->packets++;
    if (f->options->filter != NULL)
        result = filter_look(f->options->filter, record->link_type, record->bytes);
    f->is_selected = result == FILTER_TRUE;
    if (result == FILTER_FALSE) {
        f->counts->filtered++;
        f->found = IPIP_LINK_OTHER;
        return;
    }
    f->found = ipip_link_find_ip(&f->link, record->link_type, record->bytes);
    if (result == FILTER_UNUSABLE) {
        count_unfilterable(f);
        f->found = IPIP_LINK_OTHER;
        return;
    }
    switch (f->found) {
    case IPIP_LINK_IP:
        f->packet.ip = f->link.ip;
        f->packet.announced = f->link.announced;
        f->packet.direction = record->direction != IPIP_DIRECTION_UNKNOWN ? record->direction : f->link.direction;
        f->packet.is_loopback = f->link.is_loopback || record->is_loopback;
        f->packet.is_context = FALSE;
        f->packet.place = ipip_packet_place(record->interface, &f->link);
        f->packet.frame = record->frame;
        f->packet.time = record->time;
        break;
    case IPIP_LINK_OTHER:
        break;
    case IPIP_LINK_TRUNCATED:
        f->counts->truncated++;
        break;
    case IPIP_LINK_UNSUPPORTED:
        count_unsupported(f);
        break;
    }
}

enum capture_item frames_next(struct frames *f)
{
    enum capture_item item;

    if (f->damage != NULL)
        return CAPTURE_END;
    item = capture_next(f->capture, &f->damage);
    if (item == CAPTURE_PACKET) {
        find_packet(f);
        if (!f->options->is_quiet && !f->is_ahead)
            progress_tick(f->path, f->capture->record.frame - 1, f->capture->record.frame);
    }
    if (item != CAPTURE_BROKEN)
        return item;
    f->counts->is_unreadable = TRUE;
    return CAPTURE_END;
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
