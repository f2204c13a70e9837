/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "roundtrip.h"

enum {
    RECORDS_MAX = 1024,
    BUFFER_BYTES = 1 << 16,
};

/* Of a chunk. */
struct part {
    struct comparison comparison;
    struct chunk *chunk;
    struct input_buffer buffer; /* with the octets of the chunk */
    unsigned count;
    struct taken_record taken[RECORDS_MAX];
    struct frame frames[RECORDS_MAX]; /* most are not used, and take no memory */
};

static void *part_new(void *context, struct chunk *chunk)
{
    struct part *part = g_new0(struct part, 1);

    part->comparison.run = context;
    part->comparison.lookup = learnt_lookup_new(part->comparison.run->tunnels);
    part->comparison.rest = g_array_new(FALSE, FALSE, sizeof(struct roundtrip_rest));
    part->chunk = chunk;
    return part;
}

static void part_free(void *data)
{
    struct part *part = data;
    struct comparison *c = &part->comparison;

    roundtrip_summary_add(&c->run->summary, &c->summary);
    c->run->filtered += c->filtered;
    learnt_lookup_free(c->lookup);
    g_array_unref(c->rest);
    g_free(part->buffer.octets);
    g_free(part);
}

static enum capture_item take(void *data, struct frames *frames)
{
    struct part *part = data;
    uint64_t left = part->comparison.run->limit - frames->capture->record.frame;

    part->count = 0;
    if (left == 0)
        return CAPTURE_END;
    capture_move(frames->capture, &part->buffer, BUFFER_BYTES);
    return frames_take_records(frames, part->taken, part->frames, (unsigned)MIN(left, RECORDS_MAX), &part->count);
}

static void take_frame(struct part *part, unsigned i)
{
    struct comparison *c = &part->comparison;
    const struct taken_record *taken = &part->taken[i];

    c->record = &taken->record;
    if (taken->frame == NULL)
        frame_of_usual(&c->frame, c->record);
    else
        c->frame = *taken->frame;
    roundtrip_frame(c);
}

static void postpone(struct comparison *c, unsigned frame, guint rest_before)
{
    g_array_set_size(c->rest, rest_before + 1);
    g_array_index(c->rest, struct roundtrip_rest, rest_before).is_postponed = TRUE;
    g_array_index(c->rest, struct roundtrip_rest, rest_before).frame = frame;
}

static void compare(void *data)
{
    struct part *part = data;
    struct comparison *c = &part->comparison;

    g_array_set_size(c->rest, 0);
    c->has_turn = c->run->options.inner != NULL; /* a filter is used by one thread */
    if (c->has_turn)
        chunk_wait_for_turn(part->chunk);
    for (unsigned i = 0; i < part->count; i++) {
        guint before = c->rest->len;

        if (part->taken[i].record.frame == 0)
            continue;
        take_frame(part, i);
        if (c->is_postponed)
            postpone(c, i, before);
    }
}

static gboolean do_rest(void *data)
{
    struct part *part = data;
    struct comparison *c = &part->comparison;

    c->has_turn = TRUE;
    for (guint i = 0; i < c->rest->len; i++) {
        const struct roundtrip_rest *rest = &g_array_index(c->rest, struct roundtrip_rest, i);

        if (rest->is_postponed)
            take_frame(part, rest->frame);
        else
            learnt_tunnels_add(c->run->tunnels, &rest->direction, &rest->outer, rest->has_inner ? &rest->inner : NULL);
    }
    return TRUE;
}

struct chunk_threads *roundtrip_chunks_new(struct roundtrip *run)
{
    return chunk_threads_new(&(struct chunk_use){run, part_new, part_free, take, compare, do_rest, NULL},
                             run->options.jobs);
}
