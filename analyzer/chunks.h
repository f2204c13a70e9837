/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets of captures, in chunks that threads take in turn: a thread reads the next chunk, parses its packets (ipip/batch.h) while
 * others read and parse theirs, and judges them when those of the chunks before are judged. One thread alone does the same.
 */
#ifndef IPIP_ANALYZER_CHUNKS_H
#define IPIP_ANALYZER_CHUNKS_H

#include "frames.h"
#include "inner_filter.h"
#include "origins.h"

enum { CHUNK_THREADS_MAX = 8 };

/* What is done with the packets. */
struct chunk_use {
    struct ipip_judge *judge;   /* whose parsers parse them */
    struct inner_filter *inner; /* NULL: none. What it does not let pass is counted as filtered */
    struct origins *origins;    /* gives numbers to carriers; NULL: they have none */
    /* Called for one chunk after the other, in the order of the capture, by any of the threads. */
    void (*judge_packets)(void *context, struct ipip_batch *packets);
    void *context;
};

struct chunk_threads;

/* At most `jobs` threads, 1 or more, and at most CHUNK_THREADS_MAX. */
struct chunk_threads *chunk_threads_new(const struct chunk_use *use, int jobs);
void chunk_threads_free(struct chunk_threads *threads);

/*
 * Reads the rest of a capture. A live one is not kept waiting for a chunk to be full: what is there makes one, and is judged before more is
 * waited for. The thread that calls this is one of them; a capture of one chunk needs no other.
 */
void chunk_threads_read(struct chunk_threads *threads, struct frames *frames);

#endif
