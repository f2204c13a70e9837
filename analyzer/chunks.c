/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chunks.h"

#include <pthread.h>

#include "out_of_memory.h"
#include "progress.h"

enum {
    PACKETS_MAX = 1024,
    BUFFER_BYTES = 1 << 16, /* with what is made of the packets small enough to stay in a cache until they are judged */
};

/* A thread, and the chunk that it has taken. */
struct worker {
    struct chunk_threads *all;
    pthread_t thread;
    struct ipip_parser *parser;
    struct ipip_batch *parsed;
    struct input_buffer buffer; /* with the octets of the chunk */
    uint64_t chunk;             /* its number, from 0 */
    uint64_t frame;             /* that it ends with */
    gboolean is_last;
    unsigned count;
    struct ipip_packet packets[PACKETS_MAX];
};

struct chunk_threads {
    struct chunk_use use;
    unsigned jobs;
    unsigned running; /* workers, of the capture at hand */
    struct worker *workers[CHUNK_THREADS_MAX];
    /* For what reads: the frames, the inner filter, and these. */
    pthread_mutex_t reading;
    struct frames *frames;
    uint64_t chunks; /* that were taken */
    gboolean is_over;
    /* The worker whose chunk is the next one to be judged has the turn. */
    pthread_mutex_t turn;
    pthread_cond_t is_turn_of[CHUNK_THREADS_MAX]; /* a chunk, by the rest of its number: no more are taken at a time */
    uint64_t judged;                              /* chunks */
    uint64_t frame;                               /* the last one judged */
};

static pthread_cond_t *is_turn_of(struct chunk_threads *all, uint64_t chunk)
{
    return &all->is_turn_of[chunk % CHUNK_THREADS_MAX];
}

static void wait_for_turn(void *context)
{
    const struct worker *w = context;
    struct chunk_threads *all = w->all;

    pthread_mutex_lock(&all->turn);
    while (all->judged != w->chunk)
        pthread_cond_wait(is_turn_of(all, w->chunk), &all->turn);
    pthread_mutex_unlock(&all->turn);
}

static void pass_turn(struct chunk_threads *all)
{
    pthread_mutex_lock(&all->turn);
    all->judged++;
    pthread_cond_signal(is_turn_of(all, all->judged));
    pthread_mutex_unlock(&all->turn);
}

static void leave_out_others(struct inner_filter *inner, struct worker *w, struct frame_counts *counts)
{
    for (unsigned i = 0; i < w->count; i++) {
        if (inner_filter_passes(inner, &w->packets[i]))
            continue;
        w->packets[i].is_context = true;
        counts->filtered++;
    }
}

/* FALSE where none is left. */
static gboolean take_chunk(struct worker *w)
{
    struct chunk_threads *all = w->all;
    struct frames *frames = all->frames;
    gboolean is_there;

    pthread_mutex_lock(&all->reading);
    is_there = !all->is_over;
    if (is_there) {
        w->chunk = all->chunks++;
        capture_move(frames->capture, &w->buffer, BUFFER_BYTES);
        w->is_last = frames_take(frames, w->packets, PACKETS_MAX, &w->count) == CAPTURE_END;
        w->frame = frames->capture->record.frame;
        if (all->use.inner != NULL)
            leave_out_others(all->use.inner, w, frames->counts);
        all->is_over = w->is_last;
    }
    pthread_mutex_unlock(&all->reading);
    return is_there;
}

static void parse_chunk(struct worker *w)
{
    for (unsigned i = 0; i < w->count; i++)
        ipip_parser_parse(w->parser, w->parsed, &w->packets[i]);
}

static void judge_chunk(struct worker *w)
{
    struct chunk_threads *all = w->all;

    all->use.judge_packets(all->use.context, w->parsed);
    if (!all->frames->options->is_quiet)
        progress_tick(all->frames->path, all->frame, w->frame);
    all->frame = w->frame;
}

static void take_carrier(void *context, struct ipip_packet *packet, const struct ipip_carriers *carriers,
                         bool is_tunnel)
{
    struct worker *w = context;

    origins_take_carrier(w->all->use.origins, packet, carriers, is_tunnel, wait_for_turn, w);
}

static struct worker *worker_new(struct chunk_threads *all)
{
    struct worker *w = g_new0(struct worker, 1);

    w->all = all;
    w->parser = ipip_parser_new(all->use.judge);
    w->parsed = ipip_batch_new(PACKETS_MAX);
    if (w->parser == NULL || w->parsed == NULL)
        out_of_memory();
    if (all->use.origins != NULL)
        ipip_parser_set_carrier_sink(w->parser, take_carrier, w);
    return w;
}

static void worker_free(struct worker *w)
{
    if (w == NULL)
        return;
    ipip_parser_free(w->parser);
    ipip_batch_free(w->parsed);
    g_free(w->buffer.octets);
    g_free(w);
}

static void *work(void *data);

/* One worker more, where the system has another thread. To be called by the first one, in its turn. */
static void start_another(struct chunk_threads *all)
{
    struct worker **another = &all->workers[all->running];

    if (*another == NULL)
        *another = worker_new(all);
    if (pthread_create(&(*another)->thread, NULL, work, *another) == 0)
        all->running++;
    else
        all->jobs = all->running;
}

static void *work(void *data)
{
    struct worker *w = data;
    struct chunk_threads *all = w->all;
    gboolean is_first = w == all->workers[0];

    while (take_chunk(w)) {
        parse_chunk(w);
        wait_for_turn(w);
        judge_chunk(w);
        if (is_first && !w->is_last && all->running < all->jobs)
            start_another(all);
        pass_turn(all);
    }
    return NULL;
}

void chunk_threads_read(struct chunk_threads *threads, struct frames *frames)
{
    threads->frames = frames;
    threads->chunks = threads->judged = threads->frame = 0;
    threads->is_over = FALSE;
    threads->running = 1;
    work(threads->workers[0]);
    for (unsigned i = 1; i < threads->running; i++)
        pthread_join(threads->workers[i]->thread, NULL);
}

struct chunk_threads *chunk_threads_new(const struct chunk_use *use, int jobs)
{
    struct chunk_threads *all = g_new0(struct chunk_threads, 1);

    all->use = *use;
    all->jobs = (unsigned)MIN(jobs, CHUNK_THREADS_MAX);
    pthread_mutex_init(&all->reading, NULL);
    pthread_mutex_init(&all->turn, NULL);
    for (int i = 0; i < CHUNK_THREADS_MAX; i++)
        pthread_cond_init(&all->is_turn_of[i], NULL);
    all->workers[0] = worker_new(all);
    return all;
}

void chunk_threads_free(struct chunk_threads *threads)
{
    for (int i = 0; i < CHUNK_THREADS_MAX; i++) {
        worker_free(threads->workers[i]);
        pthread_cond_destroy(&threads->is_turn_of[i]);
    }
    pthread_mutex_destroy(&threads->reading);
    pthread_mutex_destroy(&threads->turn);
    g_free(threads);
}
