/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets of a capture, many at a time and read by the core already (ipip/batch.h): by another thread, while this one judges
 * those before, or, with one job, by this one in turns.
 */
#ifndef IPIP_ANALYZER_BATCHES_H
#define IPIP_ANALYZER_BATCHES_H

#include "frames.h"
#include "inner_filter.h"

struct batch {
    uint64_t frame; /* number of the last one */
    gboolean is_last;
    struct ipip_batch *packets; /* of the frames with an IP packet */
    struct input_buffer buffer; /* with the octets of the packets */
};

struct batches;

/*
 * `frames` must not be used, nor `parser` and `inner`, before batches_free(). `inner` may be NULL; what it does not let pass is
 * counted as filtered. A live capture is not kept waiting for a batch to be full: what is there makes one.
 */
struct batches *batches_new(struct frames *frames, struct ipip_parser *parser, struct inner_filter *inner,
                            gboolean is_threaded);

/* The next batch, valid until the one after it; NULL at the end. */
struct batch *batches_next(struct batches *batches);

void batches_free(struct batches *batches);

#endif
