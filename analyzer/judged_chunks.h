/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets of captures, in chunks (chunks.h): parsed (ipip/batch.h) by threads, and judged in the order of the capture.
 */
#ifndef IPIP_ANALYZER_JUDGED_CHUNKS_H
#define IPIP_ANALYZER_JUDGED_CHUNKS_H

#include "chunks.h"
#include "inner_filter.h"
#include "origins.h"

/* What is done with the packets. To stay until chunk_threads_free(). */
struct judged_use {
    struct ipip_judge *judge;   /* whose parsers parse them */
    struct inner_filter *inner; /* NULL: none. What it does not let pass is counted as filtered */
    struct origins *origins;    /* gives numbers to carriers; NULL: they have none */
    /* Called for one chunk after the other, in the order of the capture, by any of the threads. */
    void (*judge_packets)(void *context, struct ipip_batch *packets);
    /*
     * NULL: nothing. Called for one packet after the other when it was judged, mostly while those of the next chunk are judged: of the judge
     * nothing may be asked. `copied` is that of ipip_judge_copied().
     */
    void (*observe)(void *context, const struct ipip_packet *packet, const struct ipip_stack *stack, uint32_t copied);
    void *context;
    struct judged_part *judging; /* its own: what has the turn */
};

struct chunk_threads *judged_chunks_new(struct judged_use *use, int jobs);

#endif
