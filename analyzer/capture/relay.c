/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay.h"

enum { BATCHES = 4 };

struct batch {
    uint8_t *data; /* NULL until it is needed */
    size_t bytes;
};

struct relay {
    relay_sink *sink;
    void *context;
    gboolean is_threaded;
    GThread *thread; /* NULL while there is none */
    struct batch ring[BATCHES];
    GMutex mutex; /* of what follows */
    GCond changed;
    uint64_t offered; /* batches; only changed by who makes them */
    uint64_t taken;
    gboolean is_ending; /* no batch will follow */
    GError *error;      /* of the sink, which takes nothing more then */
};

struct relay *relay_new(relay_sink *sink, void *context, gboolean is_threaded)
{
    struct relay *r = g_new0(struct relay, 1);

    r->sink = sink;
    r->context = context;
    r->is_threaded = is_threaded;
    g_mutex_init(&r->mutex);
    g_cond_init(&r->changed);
    return r;
}

uint8_t *relay_batch(struct relay *r)
{
    struct batch *batch = &r->ring[r->offered % BATCHES];

    if (batch->data == NULL)
        batch->data = g_malloc(RELAY_BATCH_BYTES);
    return batch->data;
}

static void *take_batches(void *context)
{
    struct relay *r = context;

    g_mutex_lock(&r->mutex);
    while (r->error == NULL) {
        const struct batch *batch = &r->ring[r->taken % BATCHES];
        GError *error = NULL;

        if (r->offered == r->taken) {
            if (r->is_ending)
                break;
            g_cond_wait(&r->changed, &r->mutex);
            continue;
        }
        g_mutex_unlock(&r->mutex);
        r->sink(r->context, batch->data, batch->bytes, &error);
        g_mutex_lock(&r->mutex);
        r->taken++;
        r->error = error;
        g_cond_signal(&r->changed);
    }
    g_mutex_unlock(&r->mutex);
    return NULL;
}

/* Of the sink; the mutex is held, or there is no thread. */
static gboolean is_good(const struct relay *r, GError **error)
{
    if (r->error == NULL)
        return TRUE;
    g_propagate_error(error, g_error_copy(r->error));
    return FALSE;
}

/* Gives a batch to the thread and waits until there is room for the next one. */
static gboolean offer(struct relay *r, size_t bytes, GError **error)
{
    gboolean is_offered;

    if (r->thread == NULL)
        r->thread = g_thread_new("relay", take_batches, r);
    r->ring[r->offered % BATCHES].bytes = bytes;
    g_mutex_lock(&r->mutex);
    r->offered++;
    g_cond_signal(&r->changed);
    while (r->offered - r->taken == BATCHES && r->error == NULL)
        g_cond_wait(&r->changed, &r->mutex);
    is_offered = is_good(r, error);
    g_mutex_unlock(&r->mutex);
    return is_offered;
}

gboolean relay_pass(struct relay *r, size_t bytes, GError **error)
{
    return r->is_threaded ? offer(r, bytes, error) : r->sink(r->context, relay_batch(r), bytes, error);
}

static void end_thread(struct relay *r)
{
    if (r->thread == NULL)
        return;
    g_mutex_lock(&r->mutex);
    r->is_ending = TRUE;
    g_cond_signal(&r->changed);
    g_mutex_unlock(&r->mutex);
    g_thread_join(r->thread);
    r->thread = NULL;
}

gboolean relay_drain(struct relay *r, GError **error)
{
    end_thread(r);
    return is_good(r, error);
}

void relay_free(struct relay *r)
{
    end_thread(r);
    for (int i = 0; i < BATCHES; i++)
        g_free(r->ring[i].data);
    g_mutex_clear(&r->mutex);
    g_cond_clear(&r->changed);
    g_clear_error(&r->error);
    g_free(r);
}
