/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chunks.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "progress.h"

enum { YIELDS_MAX = 200 }; /* as long as to wake a thread takes */

struct chunk {
    struct chunk_threads *all;
    pthread_t thread;
    void *part;
    uint64_t number; /* of the chunk, from 0 */
    uint64_t frame;  /* that it ends with */
    gboolean is_last;
};

/* The thread whose chunk is the next one has the turn. */
struct turn {
    pthread_mutex_t mutex;
    pthread_cond_t is_of[CHUNK_THREADS_MAX]; /* a chunk, by the rest of its number: no more are taken at a time */
    _Atomic uint64_t done;                   /* chunks */
};

struct chunk_threads {
    struct chunk_use use;
    unsigned jobs;
    gboolean is_crowded; /* more threads than processors */
    unsigned running;    /* threads, of the capture at hand */
    struct chunk *threads[CHUNK_THREADS_MAX];
    /* For what reads: the frames, and these. */
    pthread_mutex_t reading;
    struct frames *frames;
    uint64_t taken; /* chunks */
    gboolean is_over;
    struct turn finishing;
    struct turn following;
    uint64_t frame; /* the last one finished */
};

static pthread_cond_t *is_of(struct turn *turn, uint64_t number)
{
    return &turn->is_of[number % CHUNK_THREADS_MAX];
}

/* So many chunks have the turn before this one. */
static uint64_t chunks_before(const struct turn *turn, const struct chunk *chunk)
{
    return chunk->number - atomic_load_explicit(&turn->done, memory_order_acquire);
}

static void sleep_until(struct turn *turn, const struct chunk *chunk, uint64_t before)
{
    if (chunks_before(turn, chunk) <= before)
        return;
    pthread_mutex_lock(&turn->mutex);
    while (chunks_before(turn, chunk) > before)
        pthread_cond_wait(is_of(turn, chunk->number), &turn->mutex);
    pthread_mutex_unlock(&turn->mutex);
}

/*
 * To wake a thread takes as long as to work on half a chunk. So it is woken one chunk too early, and yields until it has the turn; but
 * not where there are fewer processors than threads, and others need this one.
 */
static void wait_for(struct turn *turn, const struct chunk *chunk)
{
    if (!chunk->all->is_crowded) {
        sleep_until(turn, chunk, 1);
        for (int i = 0; i < YIELDS_MAX && chunks_before(turn, chunk) > 0; i++)
            sched_yield();
    }
    sleep_until(turn, chunk, 0);
}

void chunk_wait_for_turn(struct chunk *chunk)
{
    wait_for(&chunk->all->finishing, chunk);
}

void chunk_wait_to_follow(struct chunk *chunk)
{
    wait_for(&chunk->all->following, chunk);
}

static void pass(struct turn *turn, gboolean is_crowded)
{
    pthread_mutex_lock(&turn->mutex);
    turn->done++;
    pthread_cond_signal(is_of(turn, turn->done));
    if (!is_crowded)
        pthread_cond_signal(is_of(turn, turn->done + 1));
    pthread_mutex_unlock(&turn->mutex);
}

/* FALSE where none is left. */
static gboolean take(struct chunk *chunk)
{
    struct chunk_threads *all = chunk->all;
    gboolean is_there;

    pthread_mutex_lock(&all->reading);
    is_there = !all->is_over;
    if (is_there) {
        chunk->number = all->taken++;
        chunk->is_last = all->use.take(chunk->part, all->frames) == CAPTURE_END;
        chunk->frame = all->frames->capture->record.frame;
        all->is_over = chunk->is_last;
    }
    pthread_mutex_unlock(&all->reading);
    return is_there;
}

static void stop_taking(struct chunk_threads *all)
{
    pthread_mutex_lock(&all->reading);
    all->is_over = TRUE;
    pthread_mutex_unlock(&all->reading);
}

static void finish(struct chunk *chunk)
{
    struct chunk_threads *all = chunk->all;

    if (!all->use.finish(chunk->part))
        stop_taking(all);
    if (!all->frames->options->is_without_progress)
        progress_tick(all->frames, all->frame, chunk->frame);
    all->frame = chunk->frame;
}

static struct chunk *chunk_new(struct chunk_threads *all)
{
    struct chunk *chunk = g_new0(struct chunk, 1);

    chunk->all = all;
    chunk->part = all->use.part_new(all->use.context, chunk);
    return chunk;
}

static void chunk_free(struct chunk *chunk)
{
    if (chunk != NULL)
        chunk->all->use.part_free(chunk->part);
    g_free(chunk);
}

static void *run(void *data);

/* One thread more, where the system has another one. To be called by the first one, in its turn. */
static void start_another(struct chunk_threads *all)
{
    struct chunk **another = &all->threads[all->running];

    if (*another == NULL)
        *another = chunk_new(all);
    if (pthread_create(&(*another)->thread, NULL, run, *another) == 0)
        all->running++;
    else
        all->jobs = all->running;
}

static void *run(void *data)
{
    struct chunk *chunk = data;
    struct chunk_threads *all = chunk->all;
    gboolean is_first = chunk == all->threads[0];

    while (take(chunk)) {
        all->use.work(chunk->part);
        chunk_wait_for_turn(chunk);
        finish(chunk);
        if (is_first && !chunk->is_last && all->running < all->jobs)
            start_another(all);
        pass(&all->finishing, all->is_crowded);
        if (all->use.follow != NULL) {
            chunk_wait_to_follow(chunk);
            all->use.follow(chunk->part);
            pass(&all->following, all->is_crowded);
        }
    }
    return NULL;
}

void chunk_threads_read(struct chunk_threads *threads, struct frames *frames)
{
    threads->frames = frames;
    threads->taken = threads->frame = 0;
    threads->finishing.done = threads->following.done = 0;
    threads->is_over = FALSE;
    threads->running = 1;
    run(threads->threads[0]);
    for (unsigned i = 1; i < threads->running; i++)
        pthread_join(threads->threads[i]->thread, NULL);
}

static void turn_init(struct turn *turn)
{
    pthread_mutex_init(&turn->mutex, NULL);
    for (int i = 0; i < CHUNK_THREADS_MAX; i++)
        pthread_cond_init(&turn->is_of[i], NULL);
}

static void turn_clear(struct turn *turn)
{
    pthread_mutex_destroy(&turn->mutex);
    for (int i = 0; i < CHUNK_THREADS_MAX; i++)
        pthread_cond_destroy(&turn->is_of[i]);
}

struct chunk_threads *chunk_threads_new(const struct chunk_use *use, int jobs)
{
    struct chunk_threads *all = g_new0(struct chunk_threads, 1);

    all->use = *use;
    all->jobs = (unsigned)MIN(jobs, CHUNK_THREADS_MAX);
    all->is_crowded = all->jobs > g_get_num_processors();
    pthread_mutex_init(&all->reading, NULL);
    turn_init(&all->finishing);
    turn_init(&all->following);
    all->threads[0] = chunk_new(all);
    return all;
}

void chunk_threads_free(struct chunk_threads *threads)
{
    for (int i = 0; i < CHUNK_THREADS_MAX; i++)
        chunk_free(threads->threads[i]);
    pthread_mutex_destroy(&threads->reading);
    turn_clear(&threads->finishing);
    turn_clear(&threads->following);
    g_free(threads);
}
