/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chunks.h"

#include <pthread.h>
#include <stdatomic.h>

#include "progress.h"

enum {
    AHEAD =
        4, /* chunks for each thread: so many are read and worked on while others are finished, and stay in a cache until then */
    CHUNKS_MAX = CHUNK_THREADS_MAX * AHEAD,
    LOOKS = 2000 /* for a turn: less than a chunk takes */
};

struct chunk {
    struct chunk_threads *all;
    void *part;
    uint64_t number; /* from 0 */
    uint64_t frame;  /* that it ends with */
    gboolean is_last;
    gboolean is_attended; /* by the thread that worked on it, in whose cache it is, and which looks for its turn */
};

/*
 * What is done with one chunk after the other. A thread leaves its chunk here, looks for its turn for a moment, and goes on with another
 * one if it doesn't come. The thread that is at the step does all that are there in a row, except that it leaves one to the thread that
 * attends to it; if that one gets no processor just then, the next that comes does it. So no thread waits for one that doesn't run.
 */
struct step {
    gboolean is_taken;               /* by a thread */
    _Atomic uint64_t done;           /* chunks */
    struct chunk *ready[CHUNKS_MAX]; /* by the rest of their numbers */
};

struct chunk_threads {
    struct chunk_use use;
    unsigned jobs, running; /* threads: at most, and of the capture at hand */
    pthread_t threads[CHUNK_THREADS_MAX];
    /* For what reads: the frames, and these. */
    pthread_mutex_t reading;
    struct frames *frames;
    uint64_t taken; /* chunks */
    gboolean is_over;
    /* For all below. */
    pthread_mutex_t mutex;
    pthread_cond_t is_done; /* a chunk of a step */
    struct step finishing, following;
    pthread_cond_t is_free;
    unsigned waiting; /* threads, for a chunk */
    unsigned chunk_count, chunks_max, free_count;
    struct chunk *free[CHUNKS_MAX];
    uint64_t frame; /* the last one finished */
};

static void pause_processor(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static struct chunk *chunk_new(struct chunk_threads *all)
{
    struct chunk *chunk = g_new0(struct chunk, 1);

    chunk->all = all;
    chunk->part = all->use.part_new(all->use.context, chunk);
    return chunk;
}

/* Waits until half of the chunks are free where none is: to be woken takes as long as to work on one. */
static struct chunk *get_chunk(struct chunk_threads *all)
{
    struct chunk *chunk = NULL;

    pthread_mutex_lock(&all->mutex);
    while (all->free_count == 0 && all->chunk_count == all->chunks_max) {
        all->waiting++;
        pthread_cond_wait(&all->is_free, &all->mutex);
        all->waiting--;
    }
    if (all->free_count > 0)
        chunk = all->free[--all->free_count];
    else
        all->chunk_count++;
    pthread_mutex_unlock(&all->mutex);
    return chunk != NULL ? chunk : chunk_new(all);
}

/* With the mutex, as all that follow until run(). */
static void put_back(struct chunk *chunk)
{
    struct chunk_threads *all = chunk->all;

    all->free[all->free_count++] = chunk;
    if (all->waiting > 0 && all->free_count >= all->chunks_max / 2)
        pthread_cond_broadcast(&all->is_free);
}

static void leave_for(struct step *step, struct chunk *chunk)
{
    step->ready[chunk->number % CHUNKS_MAX] = chunk;
}

static struct chunk **next_of(struct step *step)
{
    return &step->ready[step->done % CHUNKS_MAX];
}

static gboolean has_next(struct step *step)
{
    return !step->is_taken && *next_of(step) != NULL;
}

/* The next chunk of a step, where has_next(), and all behind it to which no thread attends. */
static void do_step(struct chunk_threads *all, struct step *step, void (*what)(struct chunk *chunk),
                    void (*then)(struct chunk *chunk))
{
    struct chunk *chunk = *next_of(step);

    step->is_taken = TRUE;
    do {
        *next_of(step) = NULL;
        pthread_mutex_unlock(&all->mutex);
        what(chunk);
        pthread_mutex_lock(&all->mutex);
        step->done++;
        pthread_cond_broadcast(&all->is_done);
        then(chunk);
        chunk = *next_of(step);
    } while (chunk != NULL && !chunk->is_attended);
    step->is_taken = FALSE;
}

static void follow(struct chunk *chunk)
{
    chunk->all->use.follow(chunk->part);
}

static void do_following(struct chunk_threads *all)
{
    while (has_next(&all->following))
        do_step(all, &all->following, follow, put_back);
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

static void leave_for_following(struct chunk *chunk)
{
    leave_for(&chunk->all->following, chunk);
}

static void do_finishing(struct chunk_threads *all)
{
    if (has_next(&all->finishing))
        do_step(all, &all->finishing, finish, all->use.follow != NULL ? leave_for_following : put_back);
}

static void wait_for(struct chunk *chunk, struct step *step, void (*do_it)(struct chunk_threads *all))
{
    struct chunk_threads *all = chunk->all;

    pthread_mutex_lock(&all->mutex);
    while (step->done < chunk->number) {
        do_it(all);
        if (step->done < chunk->number && !has_next(step))
            pthread_cond_wait(&all->is_done, &all->mutex);
    }
    pthread_mutex_unlock(&all->mutex);
}

void chunk_wait_for_turn(struct chunk *chunk)
{
    wait_for(chunk, &chunk->all->finishing, do_finishing);
}

void chunk_wait_to_follow(struct chunk *chunk)
{
    wait_for(chunk, &chunk->all->following, do_following);
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
        chunk->is_attended = FALSE;
        chunk->is_last = all->use.take(chunk->part, all->frames) == CAPTURE_END;
        chunk->frame = all->frames->capture->record.frame;
        all->is_over = chunk->is_last;
    }
    pthread_mutex_unlock(&all->reading);
    return is_there;
}

/* Until the chunk's turn has come, or for a moment. */
static void attend(struct chunk *chunk)
{
    struct chunk_threads *all = chunk->all;
    uint64_t number = chunk->number;

    if (all->finishing.done == number)
        return;
    chunk->is_attended = TRUE;
    pthread_mutex_unlock(&all->mutex);
    for (unsigned i = 0; i < LOOKS && all->finishing.done < number; i++)
        pause_processor();
    pthread_mutex_lock(&all->mutex);
    if (all->finishing.ready[number % CHUNKS_MAX] == chunk)
        chunk->is_attended = FALSE;
}

static void hand_over(struct chunk *chunk)
{
    struct chunk_threads *all = chunk->all;

    pthread_mutex_lock(&all->mutex);
    leave_for(&all->finishing, chunk);
    attend(chunk);
    do_finishing(all);
    do_following(all);
    pthread_mutex_unlock(&all->mutex);
}

/* Until none is left, or the first one, where there may be other threads to start. */
static gboolean work(struct chunk_threads *all)
{
    struct chunk *chunk = get_chunk(all);
    gboolean is_there = take(chunk), is_last = chunk->is_last;

    if (is_there) {
        all->use.work(chunk->part);
        hand_over(chunk);
    } else {
        pthread_mutex_lock(&all->mutex);
        put_back(chunk);
        pthread_mutex_unlock(&all->mutex);
    }
    return is_there && !is_last;
}

static void *run(void *data)
{
    while (work(data))
        ;
    return NULL;
}

/* One thread more, where the system has another one. */
static void start_another(struct chunk_threads *all)
{
    if (pthread_create(&all->threads[all->running], NULL, run, all) == 0)
        all->running++;
    else
        all->jobs = all->running;
}

void chunk_threads_read(struct chunk_threads *threads, struct frames *frames)
{
    threads->frames = frames;
    threads->taken = threads->frame = 0;
    threads->finishing.done = threads->following.done = 0;
    threads->is_over = FALSE;
    threads->running = 1;
    while (work(threads)) {
        if (threads->running < threads->jobs)
            start_another(threads);
    }
    for (unsigned i = 1; i < threads->running; i++)
        pthread_join(threads->threads[i], NULL);
}

struct chunk_threads *chunk_threads_new(const struct chunk_use *use, int jobs)
{
    struct chunk_threads *all = g_new0(struct chunk_threads, 1);

    all->use = *use;
    all->jobs = (unsigned)MIN(jobs, CHUNK_THREADS_MAX);
    all->chunks_max = all->jobs > 1 ? all->jobs * AHEAD : 1;
    pthread_mutex_init(&all->reading, NULL);
    pthread_mutex_init(&all->mutex, NULL);
    pthread_cond_init(&all->is_done, NULL);
    pthread_cond_init(&all->is_free, NULL);
    return all;
}

void chunk_threads_free(struct chunk_threads *threads)
{
    for (unsigned i = 0; i < threads->free_count; i++) {
        threads->use.part_free(threads->free[i]->part);
        g_free(threads->free[i]);
    }
    pthread_mutex_destroy(&threads->reading);
    pthread_mutex_destroy(&threads->mutex);
    pthread_cond_destroy(&threads->is_done);
    pthread_cond_destroy(&threads->is_free);
    g_free(threads);
}
