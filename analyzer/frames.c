/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frames.h"

#include "progress.h"
#include "say.h"

enum { LINKTYPE_RAW = 101 };

gboolean frames_open(struct frames *f, const char *path, const struct options *options, struct frame_counts *counts)
{
    GError *error = NULL;

    *f = (struct frames){.path = path, .options = options, .counts = counts, .is_silent = counts == NULL};
    if (f->is_silent)
        f->counts = &f->unused;
    f->counts->files++;
    f->capture = capture_open(path, &error);
    if (f->capture == NULL) {
        if (!f->is_silent)
            say("%s: %s", path, error->message);
        g_error_free(error);
        f->counts->is_unreadable = TRUE;
        return FALSE;
    }
    f->counts->opened++;
    f->unsupported = g_hash_table_new(NULL, NULL);
    return TRUE;
}

static void count_unsupported(struct frames *f)
{
    gpointer type = GUINT_TO_POINTER(f->capture->record.link_type + 1U);
    gsize count = GPOINTER_TO_SIZE(g_hash_table_lookup(f->unsupported, type));

    g_hash_table_insert(f->unsupported, type, GSIZE_TO_POINTER(count + 1));
    f->counts->unsupported_links++;
}

static void find_packet(struct frames *f)
{
    const struct capture_record *record = &f->capture->record;

    f->counts->packets++;
    f->is_selected = f->options->filter == NULL || filter_matches(f->options->filter, record->link_type, record->bytes);
    if (!f->is_selected) {
        f->counts->filtered++;
        f->found = IPIP_LINK_OTHER;
        return;
    }
    f->found = ipip_link_find_ip(&f->link, record->link_type, record->bytes);
    switch (f->found) {
    case IPIP_LINK_IP:
        f->packet = (struct ipip_packet){
            .ip = f->link.ip,
            .announced = f->link.announced,
            .direction = record->direction != IPIP_DIRECTION_UNKNOWN ? record->direction : f->link.direction,
            .is_loopback = f->link.is_loopback || record->is_loopback,
            .frame = record->frame,
            .time = record->time,
        };
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

static void say_unsupported(gpointer key, gpointer value, gpointer path)
{
    say("%s: link type %u is not supported: not looked at: %" G_GSIZE_FORMAT, (const char *)path,
        GPOINTER_TO_UINT(key) - 1, GPOINTER_TO_SIZE(value));
}

void frames_close(struct frames *f)
{
    say_no_more();
    if (f->damage != NULL && !f->is_silent)
        say("%s: %s; what comes before it was read", f->path, f->damage->message);
    g_clear_error(&f->damage);
    if (!f->is_silent)
        g_hash_table_foreach(f->unsupported, say_unsupported, (gpointer)f->path);
    g_hash_table_unref(f->unsupported);
    capture_close(f->capture);
}

gboolean frames_inner_matches(const struct options *options, const struct ipip_packet *packet,
                              const struct ipip_stack *stack)
{
    if (options->inner == NULL)
        return TRUE;
    if (stack->count > 0 && stack->end == IPIP_END_FRAGMENT)
        return TRUE;
    return filter_matches(options->inner, LINKTYPE_RAW,
                          stack->count > 0 ? stack->layers[stack->count - 1].bytes : packet->ip);
}
