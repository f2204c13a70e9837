/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "merged.h"

#include "progress.h"

enum {
    PACKETS = 512, /* of a capture that are read at a time */
    BUFFER_BYTES = 1 << 16,
};

struct source {
    struct frames *frames;
    struct input_buffer buffer;
    struct ipip_packet packets[PACKETS];
    unsigned next, count;
    gboolean is_over;
};

struct merged {
    const struct merged_use *use;
    unsigned count;
    struct source *sources;
};

struct merged *merged_new(const struct merged_use *use, struct frames *captures, unsigned count)
{
    struct merged *merged = g_new0(struct merged, 1);

    merged->use = use;
    merged->count = count;
    merged->sources = g_new0(struct source, count);
    for (unsigned i = 0; i < count; i++)
        merged->sources[i].frames = &captures[i];
    return merged;
}

void merged_free(struct merged *merged)
{
    for (unsigned i = 0; i < merged->count; i++)
        g_free(merged->sources[i].buffer.octets);
    g_free(merged->sources);
    g_free(merged);
}

/* What is behind the limit is left out. */
static void stop_at_limit(struct source *source, uint64_t limit)
{
    struct frames *frames = source->frames;

    source->is_over |= frames->capture->record.frame >= limit;
    while (source->count > 0 && source->packets[source->count - 1].frame - frames->number_base > limit)
        source->count--;
}

/* The packets that follow, if there are any. */
static void refill(struct merged *merged, unsigned capture)
{
    struct source *source = &merged->sources[capture];
    struct frames *frames = source->frames;

    if (merged->use->flush != NULL)
        merged->use->flush(merged->use->context);
    source->next = source->count = 0;
    while (source->count == 0 && !source->is_over) {
        uint64_t before = frames->capture->record.frame;

        capture_move(frames->capture, &source->buffer, BUFFER_BYTES);
        source->is_over = frames_take(frames, source->packets, PACKETS, &source->count) == CAPTURE_END;
        if (merged->use->limits != NULL)
            stop_at_limit(source, merged->use->limits[capture]);
        if (!frames->options->is_without_progress)
            progress_tick(frames->path, frames->capture, before, frames->capture->record.frame,
                          frames->is_first_of_two);
    }
    for (unsigned i = 0; merged->use->time != NULL && i < source->count; i++)
        source->packets[i].time = merged->use->time(merged->use->context, capture, source->packets[i].time);
}

struct ipip_packet *merged_next(struct merged *merged, unsigned *capture)
{
    struct source *earliest = NULL;

    for (unsigned i = 0; i < merged->count; i++) {
        struct source *source = &merged->sources[i];

        if (source->next == source->count && !source->is_over)
            refill(merged, i);
        if (source->next < source->count &&
            (earliest == NULL || source->packets[source->next].time < earliest->packets[earliest->next].time)) {
            earliest = source;
            *capture = i;
        }
    }
    return earliest != NULL ? &earliest->packets[earliest->next++] : NULL;
}
