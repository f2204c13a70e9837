/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "merged.h"

#include <sys/resource.h>

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
    unsigned capture;
};

struct merged {
    const struct merged_use *use;
    struct frames *captures;
    unsigned count, waiting; /* in `order`: all, and the first one that is not open yet */
    unsigned *order;         /* of their beginnings */
    GPtrArray *sources;      /* struct source, of those that are open */
};

static int by_begin(gconstpointer left, gconstpointer right, gpointer begins)
{
    unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;
    const int64_t *of = begins;

    if (of[a] != of[b])
        return of[a] < of[b] ? -1 : 1;
    return a < b ? -1 : 1;
}

static void add_source(struct merged *merged, unsigned capture)
{
    struct source *source = g_new0(struct source, 1);

    source->frames = &merged->captures[capture];
    source->capture = capture;
    g_ptr_array_add(merged->sources, source);
}

static void free_source(gpointer data)
{
    struct source *source = data;

    g_free(source->buffer.octets);
    g_free(source);
}

/* As many files as are allowed may be open: captures of the same time are. */
static void allow_open_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

struct merged *merged_new(const struct merged_use *use, struct frames *captures, unsigned count)
{
    struct merged *merged = g_new0(struct merged, 1);

    merged->use = use;
    merged->captures = captures;
    merged->count = count;
    merged->sources = g_ptr_array_new_with_free_func(free_source);
    merged->order = g_new(unsigned, count);
    for (unsigned i = 0; i < count; i++)
        merged->order[i] = i;
    if (use->open != NULL) {
        allow_open_files();
        g_qsort_with_data(merged->order, (gint)count, sizeof *merged->order, by_begin, (gpointer)use->begins);
    }
    for (; use->open == NULL && merged->waiting < count; merged->waiting++)
        add_source(merged, merged->waiting);
    return merged;
}

void merged_free(struct merged *merged)
{
    g_ptr_array_unref(merged->sources);
    g_free(merged->order);
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

static void flush(const struct merged *merged)
{
    if (merged->use->flush != NULL)
        merged->use->flush(merged->use->context);
}

/* The packets that follow, if there are any. */
static void refill(struct merged *merged, struct source *source)
{
    struct frames *frames = source->frames;

    flush(merged);
    source->next = source->count = 0;
    while (source->count == 0 && !source->is_over) {
        uint64_t before = frames->capture->record.frame;

        capture_move(frames->capture, &source->buffer, BUFFER_BYTES);
        source->is_over = frames_take(frames, source->packets, PACKETS, &source->count) == CAPTURE_END;
        if (merged->use->limits != NULL)
            stop_at_limit(source, merged->use->limits[source->capture]);
        if (!frames->options->is_without_progress)
            progress_tick(frames, before, frames->capture->record.frame);
    }
    for (unsigned i = 0; merged->use->time != NULL && i < source->count; i++)
        source->packets[i].time = merged->use->time(merged->use->context, source->capture, source->packets[i].time);
}

static void leave(struct merged *merged, guint index)
{
    struct source *source = merged->sources->pdata[index];

    flush(merged);
    if (merged->use->open != NULL) {
        frames_close(source->frames);
        merged->use->close(merged->use->context, source->capture);
    }
    g_ptr_array_remove_index_fast(merged->sources, index);
}

/* The one whose next packet is the earliest; of several the first capture. NULL: none is open. */
static struct source *find_earliest(struct merged *merged)
{
    struct source *earliest = NULL;

    for (guint i = 0; i < merged->sources->len;) {
        struct source *source = merged->sources->pdata[i];
        int64_t time;

        if (source->next == source->count && !source->is_over)
            refill(merged, source);
        if (source->next == source->count) {
            leave(merged, i);
            continue;
        }
        time = source->packets[source->next].time;
        if (earliest == NULL || time < earliest->packets[earliest->next].time ||
            (time == earliest->packets[earliest->next].time && source->capture < earliest->capture))
            earliest = source;
        i++;
    }
    return earliest;
}

/* Whether the next capture begins no later than that. */
static gboolean is_due(const struct merged *merged, const struct source *earliest)
{
    return merged->waiting < merged->count &&
           (earliest == NULL ||
            merged->use->begins[merged->order[merged->waiting]] <= earliest->packets[earliest->next].time);
}

struct ipip_packet *merged_next(struct merged *merged, unsigned *capture)
{
    struct source *earliest;

    while (is_due(merged, earliest = find_earliest(merged))) {
        unsigned next = merged->order[merged->waiting++];

        if (merged->use->open(merged->use->context, next))
            add_source(merged, next);
    }
    if (earliest == NULL)
        return NULL;
    *capture = earliest->capture;
    return &earliest->packets[earliest->next++];
}
