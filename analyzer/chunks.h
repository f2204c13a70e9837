/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures in chunks that threads take in turn: a thread takes the next chunk and works on it while others take and work on theirs. In the
 * order of the capture they are finished, by one thread at a time, whichever finds the next one there. One thread alone does the same.
 */
#ifndef IPIP_ANALYZER_CHUNKS_H
#define IPIP_ANALYZER_CHUNKS_H

#include "frames.h"

enum { CHUNK_THREADS_MAX = 8 };

/* A thread, and the chunk that it has taken. */
struct chunk;

/* What is done with chunks. */
struct chunk_use {
    void *context;
    /* What holds a chunk; it is used again for others, by any thread, by one at a time. */
    void *(*part_new)(void *context, struct chunk *chunk);
    void (*part_free)(void *part);
    /* One thread at a time: what follows in the capture. What frames_take() returns. */
    enum capture_item (*take)(void *part, struct frames *frames);
    /* In no order. */
    void (*work)(void *part);
    /* For one chunk after the other, in the order of the capture. FALSE: nothing more is wanted. */
    gboolean (*finish)(void *part);
    /* NULL: nothing. In the order of the capture, too, while the next chunk is finished. */
    void (*follow)(void *part);
};

struct chunk_threads;

/* At most `jobs` threads, 1 or more, and at most CHUNK_THREADS_MAX. */
struct chunk_threads *chunk_threads_new(const struct chunk_use *use, int jobs);
void chunk_threads_free(struct chunk_threads *threads);

/*
 * Reads the rest of a capture. A live one is not kept waiting for a chunk to be full: what is there makes one, and is finished before more
 * is waited for. The thread that calls this is one of them; a capture of one chunk needs no other.
 */
void chunk_threads_read(struct chunk_threads *threads, struct frames *frames);

/* Returns when the chunks before this one are finished: for work that depends on theirs. */
void chunk_wait_for_turn(struct chunk *chunk);

/* Returns when `follow` was done for the chunks before this one; to be called when they are finished. */
void chunk_wait_to_follow(struct chunk *chunk);

#endif
