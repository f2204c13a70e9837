/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compress.h"

#include <lz4.h>
#include <lz4frame.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "../out_of_memory.h"
#include "output.h"

enum { PIECE = 1 << 18 };

struct format {
    const char *ending;
    gboolean (*open)(struct compressor *c);
    gboolean (*run)(struct compressor *c, const void *data, size_t bytes, gboolean is_last, compressed_sink *sink,
                    void *context, GError **error);
    void (*close)(struct compressor *c);
};

struct compressor {
    const struct format *format;
    gboolean has_begun;
    z_stream gzip;
    ZSTD_CStream *zstd;
    LZ4F_cctx *lz4;
    size_t capacity;
    guint8 *buffer;
};

static gboolean failed(const struct compressor *c, const char *why, GError **error)
{
    g_set_error(error, OUTPUT_ERROR, 0, "compression (%s): %s", c->format->ending, why);
    return FALSE;
}

static gboolean gzip_open(struct compressor *c)
{
    return deflateInit2(&c->gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK;
}

static gboolean gzip_run(struct compressor *c, const void *data, size_t bytes, gboolean is_last, compressed_sink *sink,
                         void *context, GError **error)
{
    int result;

    c->gzip.next_in = (guint8 *)data;
    c->gzip.avail_in = (unsigned)bytes;
    do {
        c->gzip.next_out = c->buffer;
        c->gzip.avail_out = (unsigned)c->capacity;
        result = deflate(&c->gzip, is_last ? Z_FINISH : Z_NO_FLUSH);
        if (result == Z_STREAM_ERROR)
            return failed(c, "internal fault", error);
        if (!sink(context, c->buffer, c->capacity - c->gzip.avail_out, error))
            return FALSE;
    } while (c->gzip.avail_out == 0);
    return TRUE;
}

static void gzip_close(struct compressor *c)
{
    deflateEnd(&c->gzip);
}

static gboolean zstd_open(struct compressor *c)
{
    c->zstd = ZSTD_createCStream();
    return c->zstd != NULL;
}

static gboolean zstd_run(struct compressor *c, const void *data, size_t bytes, gboolean is_last, compressed_sink *sink,
                         void *context, GError **error)
{
    ZSTD_inBuffer input = {data, bytes, 0};
    size_t left;

    do {
        ZSTD_outBuffer output = {c->buffer, c->capacity, 0};

        left = ZSTD_compressStream2(c->zstd, &output, &input, is_last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left))
            return failed(c, ZSTD_getErrorName(left), error);
        if (!sink(context, c->buffer, output.pos, error))
            return FALSE;
    } while (is_last ? left > 0 : input.pos < input.size);
    return TRUE;
}

static void zstd_close(struct compressor *c)
{
    ZSTD_freeCStream(c->zstd);
}

static gboolean lz4_open(struct compressor *c)
{
    return !LZ4F_isError(LZ4F_createCompressionContext(&c->lz4, LZ4F_VERSION));
}

/* Sends what a call of the library made. */
static gboolean lz4_send(struct compressor *c, size_t made, compressed_sink *sink, void *context, GError **error)
{
    if (LZ4F_isError(made))
        return failed(c, LZ4F_getErrorName(made), error);
    return sink(context, c->buffer, made, error);
}

static gboolean lz4_run(struct compressor *c, const void *data, size_t bytes, gboolean is_last, compressed_sink *sink,
                        void *context, GError **error)
{
    if (!c->has_begun && !lz4_send(c, LZ4F_compressBegin(c->lz4, c->buffer, c->capacity, NULL), sink, context, error))
        return FALSE;
    c->has_begun = TRUE;
    for (size_t done = 0; done < bytes;) {
        size_t piece = MIN(bytes - done, PIECE);
        size_t made = LZ4F_compressUpdate(c->lz4, c->buffer, c->capacity, (const guint8 *)data + done, piece, NULL);

        if (!lz4_send(c, made, sink, context, error))
            return FALSE;
        done += piece;
    }
    return !is_last || lz4_send(c, LZ4F_compressEnd(c->lz4, c->buffer, c->capacity, NULL), sink, context, error);
}

static void lz4_close(struct compressor *c)
{
    LZ4F_freeCompressionContext(c->lz4);
}

static const struct format formats[] = {
    {".gz", gzip_open, gzip_run, gzip_close},
    {".zst", zstd_open, zstd_run, zstd_close},
    {".lz4", lz4_open, lz4_run, lz4_close},
};

static const struct format *format_of(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (g_str_has_suffix(path, formats[i].ending))
            return &formats[i];
    }
    return NULL;
}

size_t compressor_ending(const char *path)
{
    const struct format *format = format_of(path);

    return format != NULL ? strlen(format->ending) : 0;
}

struct compressor *compressor_for(const char *path)
{
    const struct format *format = format_of(path);
    struct compressor *c;

    if (format == NULL)
        return NULL;
    c = g_new0(struct compressor, 1);
    c->format = format;
    c->capacity = LZ4F_compressBound(PIECE, NULL) + LZ4F_HEADER_SIZE_MAX;
    c->buffer = g_malloc(c->capacity);
    if (!format->open(c))
        out_of_memory();
    return c;
}

gboolean compressor_run(struct compressor *c, const void *data, size_t bytes, gboolean is_last, compressed_sink *sink,
                        void *context, GError **error)
{
    return c->format->run(c, data, bytes, is_last, sink, context, error);
}

void compressor_free(struct compressor *c)
{
    if (c == NULL)
        return;
    c->format->close(c);
    g_free(c->buffer);
    g_free(c);
}

const char *compress_zlib_version(void)
{
    return zlibVersion();
}

const char *compress_zstd_version(void)
{
    return ZSTD_versionString();
}

const char *compress_lz4_version(void)
{
    return LZ4_versionString();
}
