/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "batches.h"

#include "out_of_memory.h"
#include "progress.h"

enum {
    IN_FLIGHT = 4,
    BATCH_MAX = 1024,
    BUFFER_BYTES = 1 << 16, /* small enough to stay in a cache from one thread to the other */
};

struct batches {
    struct frames *frames;
    struct ipip_parser *parser;
    struct inner_filter *inner;
    GThread *thread;
    GAsyncQueue *empty; /* batches to be filled */
    GAsyncQueue *full;
    struct batch *current;
    uint64_t frame; /* the last one of it */
    gboolean is_over;
    struct ipip_packet packets[BATCH_MAX];
};

/* A huge record has made it large; the next ones need not be. */
static void shrink(struct input_buffer *buffer)
{
    if (buffer->capacity <= BUFFER_BYTES)
        return;
    g_free(buffer->octets);
    *buffer = (struct input_buffer){g_malloc(BUFFER_BYTES), BUFFER_BYTES};
}

static void fill(struct batches *b, struct batch *batch)
{
    struct capture *capture = b->frames->capture;
    enum capture_item item;
    unsigned count;

    shrink(&batch->buffer);
    capture_move(capture, &batch->buffer);
    item = frames_take(b->frames, b->packets, BATCH_MAX, &count);
    for (unsigned i = 0; i < count; i++) {
        if (b->inner != NULL && !inner_filter_passes(b->inner, &b->packets[i])) {
            b->packets[i].is_context = true;
            b->frames->counts->filtered++;
        }
        ipip_parser_parse(b->parser, batch->packets, &b->packets[i]);
    }
    batch->frame = capture->record.frame;
    batch->is_last = item == CAPTURE_END;
}

static gpointer read_ahead(gpointer data)
{
    struct batches *b = data;
    gboolean is_last;

    do {
        struct batch *batch = g_async_queue_pop(b->empty);

        fill(b, batch);
        is_last = batch->is_last; /* from now on it is the other thread's */
        g_async_queue_push(b->full, batch);
    } while (!is_last);
    return NULL;
}

static struct batch *batch_new(void)
{
    struct batch *batch = g_new0(struct batch, 1);

    batch->packets = ipip_batch_new(BATCH_MAX);
    if (batch->packets == NULL)
        out_of_memory();
    batch->buffer = (struct input_buffer){g_malloc(BUFFER_BYTES), BUFFER_BYTES};
    return batch;
}

static void batch_free(gpointer data)
{
    struct batch *batch = data;

    ipip_batch_free(batch->packets);
    g_free(batch->buffer.octets);
    g_free(batch);
}

struct batches *batches_new(struct frames *frames, struct ipip_parser *parser, struct inner_filter *inner,
                            gboolean is_threaded)
{
    struct batches *b = g_new0(struct batches, 1);

    b->frames = frames;
    b->parser = parser;
    b->inner = inner;
    b->empty = g_async_queue_new_full(batch_free);
    b->full = g_async_queue_new_full(batch_free);
    /* Two in turns, as the window moves from one to the next. */
    for (int i = 0; i < (is_threaded ? IN_FLIGHT : 2); i++)
        g_async_queue_push(b->empty, batch_new());
    if (is_threaded)
        b->thread = g_thread_try_new("reader", read_ahead, b, NULL); /* or this one reads, too */
    return b;
}

struct batch *batches_next(struct batches *b)
{
    uint64_t before = b->frame;

    if (b->current != NULL)
        g_async_queue_push(b->empty, g_steal_pointer(&b->current));
    if (b->is_over)
        return NULL;
    if (b->thread != NULL) {
        b->current = g_async_queue_pop(b->full);
    } else {
        b->current = g_async_queue_pop(b->empty);
        fill(b, b->current);
    }
    b->is_over = b->current->is_last;
    if (!b->frames->options->is_quiet)
        progress_tick(b->frames->path, before, b->current->frame);
    b->frame = b->current->frame;
    return b->current;
}

void batches_free(struct batches *b)
{
    if (b->current != NULL)
        batch_free(b->current);
    if (b->thread != NULL)
        g_thread_join(b->thread);
    g_async_queue_unref(b->empty);
    g_async_queue_unref(b->full);
    g_free(b);
}
