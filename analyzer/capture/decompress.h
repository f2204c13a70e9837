/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams of compressed octets. */
#ifndef IPIP_ANALYZER_DECOMPRESS_H
#define IPIP_ANALYZER_DECOMPRESS_H

#include <glib.h>
#include <stdint.h>

enum {
    DECOMPRESS_MAGIC_BYTES = 4, /* that decompressor_for() needs */
};

/* Octets that a decompressor has not consumed yet. */
struct compressed {
    const uint8_t *next;
    size_t bytes;
};

struct decompressor;

/* The decompressor for data that starts with `magic` (fewer than 4 octets: `bytes`); NULL where it is not compressed. */
struct decompressor *decompressor_for(const uint8_t *magic, size_t bytes);

/*
 * Decompresses from `in` into `out`; advances `in`. Returns the octets written; where there are none more input is needed,
 * or, with `*error`, the data is damaged. With `*error` nothing follows what was written.
 */
gssize decompressor_run(struct decompressor *decompressor, struct compressed *in, uint8_t *out, size_t capacity,
                        GError **error);

/* Whether the data may end here: between two compressed streams. */
gboolean decompressor_is_between(const struct decompressor *decompressor);

/* "gzip", "zstd", "lz4" */
const char *decompressor_name(const struct decompressor *decompressor);

void decompressor_free(struct decompressor *decompressor);

#endif
