/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay.h"

#include <stdlib.h>
#include <string.h>

#include "../out_of_memory.h"

enum {
    BATCHES = 4,
    PAGE_BYTES = 4096, /* write(2) is faster where the pages of memory are those of the file */
};

_Static_assert((int)RELAY_EXCESS_MAX <= PAGE_BYTES, "a batch is followed by a page");

struct relay {
    relay_sink *sink;
    void *context;
    gboolean is_threaded;
    GThread *thread;        /* NULL while there is none */
    uint8_t *ring[BATCHES]; /* NULL until they are needed */
    size_t bytes[BATCHES];  /* of those that are offered */
    GMutex mutex;           /* of what follows */
    GCond changed;
    uint64_t offered; /* batches; only changed by the thread that makes them */
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
    uint8_t **batch = &r->ring[r->offered % BATCHES];

    if (*batch == NULL) {
        *batch = aligned_alloc(PAGE_BYTES, RELAY_BATCH_BYTES + PAGE_BYTES);
        if (*batch == NULL)
            out_of_memory();
    }
    return *batch;
}

static void *take_batches(void *context)
{
    struct relay *r = context;

    g_mutex_lock(&r->mutex);
    while (r->error == NULL) {
        unsigned i = r->taken % BATCHES;
        GError *error = NULL;

        if (r->offered == r->taken) {
            if (r->is_ending)
                break;
            g_cond_wait(&r->changed, &r->mutex);
            continue;
        }
        g_mutex_unlock(&r->mutex);
        r->sink(r->context, r->ring[i], r->bytes[i], &error);
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

    g_mutex_lock(&r->mutex);
    r->bytes[r->offered % BATCHES] = bytes;
    r->offered++;
    g_cond_signal(&r->changed);
    while (r->offered - r->taken == BATCHES && r->error == NULL)
        g_cond_wait(&r->changed, &r->mutex);
    is_offered = is_good(r, error);
    g_mutex_unlock(&r->mutex);
    return is_offered;
}

gboolean relay_pass(struct relay *r, size_t bytes, size_t excess, GError **error)
{
    const uint8_t *batch = relay_batch(r);
    gboolean is_passed;

    if (r->is_threaded && r->thread == NULL) {
        r->thread = g_thread_try_new("relay", take_batches, r, NULL);
        r->is_threaded = r->thread != NULL; /* or the thread that passes the batches gives them to the sink, too */
    }
    is_passed = r->is_threaded ? offer(r, bytes, error) : r->sink(r->context, batch, bytes, error);
    memmove(relay_batch(r), batch + bytes, excess);
    return is_passed;
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
        free(r->ring[i]);
    g_mutex_clear(&r->mutex);
    g_cond_clear(&r->changed);
    g_clear_error(&r->error);
    g_free(r);
}
