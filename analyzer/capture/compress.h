/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compressed output. */
#ifndef IPIP_ANALYZER_COMPRESS_H
#define IPIP_ANALYZER_COMPRESS_H

#include <glib.h>

struct compressor;

/* Receives what a compressor made. False and `*error` where it can't be written. */
typedef gboolean compressed_sink(void *context, const void *data, size_t bytes, GError **error);

/* The compressor for a file of this name, by its ending; NULL where it has none of .gz, .zst and .lz4. */
struct compressor *compressor_for(const char *path);

/* Compresses `bytes` octets, or, with `is_last`, ends the stream after them. */
gboolean compressor_run(struct compressor *compressor, const void *data, size_t bytes, gboolean is_last,
                        compressed_sink *sink, void *context, GError **error);

void compressor_free(struct compressor *compressor);

/* The length of the ending of `path` that stands for compression, its dot included; 0 where it has none. */
size_t compressor_ending(const char *path);

/* Of the libraries that the program runs with. */
const char *compress_zlib_version(void);
const char *compress_zstd_version(void);
const char *compress_lz4_version(void);

#endif
