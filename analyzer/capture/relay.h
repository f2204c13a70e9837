/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Octets on their way to a sink, in batches: while the sink has one, on a thread of its own, the next one is put together. The
 * sink sees the same octets in the same order with and without that thread.
 */
#ifndef IPIP_ANALYZER_RELAY_H
#define IPIP_ANALYZER_RELAY_H

#include <glib.h>
#include <stdint.h>

enum {
    RELAY_BATCH_BYTES = 1 << 20, /* a power of two: the file is written in whole pages, which is faster by a quarter */
    RELAY_EXCESS_MAX = 512,      /* octets that a batch has room for beyond that */
};

struct relay;

/* Receives a batch. False and `*error` where it can't be taken; nothing follows then. */
typedef gboolean relay_sink(void *context, const void *data, size_t bytes, GError **error);

/* With `is_threaded` the sink runs on a thread from the first relay_pass() to relay_drain() or relay_free(). */
struct relay *relay_new(relay_sink *sink, void *context, gboolean is_threaded);

/* The batch to put octets in; another one after relay_pass(). */
uint8_t *relay_batch(struct relay *relay);

/*
 * Passes on `bytes` octets, RELAY_BATCH_BYTES but fewer where a reader waits; the `excess` ones behind them are then at
 * the start of the next batch. False and `*error` where the sink could not take them, or those before.
 */
gboolean relay_pass(struct relay *relay, size_t bytes, size_t excess, GError **error);

/* Waits until the sink has all that was passed on. False and `*error` as above. */
gboolean relay_drain(struct relay *relay, GError **error);

/* Waits likewise. What was not passed on is lost. */
void relay_free(struct relay *relay);

#endif
