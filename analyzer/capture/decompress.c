/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decompress.h"

#include <lz4frame.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "../out_of_memory.h"
#include "input.h"

struct format {
    const char *name;
    uint8_t magic[DECOMPRESS_MAGIC_BYTES];
    size_t magic_bytes;
    gboolean (*open)(struct decompressor *d);
    gssize (*run)(struct decompressor *d, struct compressed *in, uint8_t *out, size_t capacity, GError **error);
    void (*close)(struct decompressor *d);
};

struct decompressor {
    const struct format *format;
    gboolean is_between;
    z_stream gzip;
    ZSTD_DStream *zstd;
    LZ4F_dctx *lz4;
    /* zstd and lz4: the input that makes the next step. With more of it, damage would take what was made before it along. */
    size_t step;
};

/* Enough for the header of a frame (zstd 18, lz4 19 octets at most). */
enum { FIRST_STEP = 19 };

static void damaged(const struct decompressor *d, const char *why, GError **error)
{
    g_set_error(error, INPUT_ERROR, 0, "damaged %s data: %s", d->format->name, why);
}

static gboolean gzip_open(struct decompressor *d)
{
    return inflateInit2(&d->gzip, 16 + MAX_WBITS) == Z_OK;
}

static gssize gzip_run(struct decompressor *d, struct compressed *in, uint8_t *out, size_t capacity, GError **error)
{
    size_t room = MIN(capacity, G_MAXINT);
    int result;

    while (d->is_between && in->bytes > 0 && *in->next == 0) { /* padding, as of tapes */
        in->next++;
        in->bytes--;
    }
    if (in->bytes == 0)
        return 0;
    d->gzip.next_in = (uint8_t *)in->next;
    d->gzip.avail_in = (unsigned)MIN(in->bytes, G_MAXINT);
    d->gzip.next_out = out;
    d->gzip.avail_out = (unsigned)room;
    result = inflate(&d->gzip, Z_NO_FLUSH);
    in->bytes -= (size_t)(d->gzip.next_in - in->next);
    in->next = d->gzip.next_in;
    if (result == Z_STREAM_END)
        inflateReset(&d->gzip); /* another member may follow (RFC 1952 section 2.2) */
    else if (result != Z_OK && result != Z_BUF_ERROR)
        damaged(d, d->gzip.msg != NULL ? d->gzip.msg : "unknown fault", error);
    d->is_between = result == Z_STREAM_END;
    return (gssize)(room - d->gzip.avail_out);
}

static void gzip_close(struct decompressor *d)
{
    inflateEnd(&d->gzip);
}

static gboolean zstd_open(struct decompressor *d)
{
    d->step = FIRST_STEP;
    d->zstd = ZSTD_createDStream();
    return d->zstd != NULL;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of all decompressors */
static gssize zstd_run(struct decompressor *d, struct compressed *in, uint8_t *out, size_t capacity, GError **error)
{
    ZSTD_inBuffer input = {in->next, 0, 0};
    ZSTD_outBuffer output = {out, capacity, 0};
    size_t result = d->is_between ? 0 : ZSTD_decompressStream(d->zstd, &output, &input); /* what it still holds */

    if (output.pos == 0) {
        input.size = MIN(in->bytes, d->step);
        result = ZSTD_decompressStream(d->zstd, &output, &input);
    }
    in->next += input.pos;
    in->bytes -= input.pos;
    if (ZSTD_isError(result)) {
        damaged(d, ZSTD_getErrorName(result), error);
        return 0;
    }
    d->is_between = result == 0;
    d->step = result == 0 ? FIRST_STEP : result;
    return (gssize)output.pos;
}

static void zstd_close(struct decompressor *d)
{
    ZSTD_freeDStream(d->zstd);
}

static gboolean lz4_open(struct decompressor *d)
{
    d->step = FIRST_STEP;
    return !LZ4F_isError(LZ4F_createDecompressionContext(&d->lz4, LZ4F_VERSION));
}

static gssize lz4_run(struct decompressor *d, struct compressed *in, uint8_t *out, size_t capacity, GError **error)
{
    size_t taken = MIN(in->bytes, d->step);
    size_t made = capacity;
    size_t result = LZ4F_decompress(d->lz4, out, &made, in->next, &taken, NULL);

    if (LZ4F_isError(result)) {
        damaged(d, LZ4F_getErrorName(result), error);
        return 0;
    }
    in->next += taken;
    in->bytes -= taken;
    d->is_between = result == 0;
    d->step = result == 0 ? FIRST_STEP : result;
    return (gssize)made;
}

static void lz4_close(struct decompressor *d)
{
    LZ4F_freeDecompressionContext(d->lz4);
}

static const struct format formats[] = {
    {"gzip", {0x1f, 0x8b}, 2, gzip_open, gzip_run, gzip_close},
    {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_open, zstd_run, zstd_close},
    {"lz4", {0x04, 0x22, 0x4d, 0x18}, 4, lz4_open, lz4_run, lz4_close},
};

struct decompressor *decompressor_for(const uint8_t *magic, size_t bytes)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        struct decompressor *d;

        if (bytes < formats[i].magic_bytes || memcmp(magic, formats[i].magic, formats[i].magic_bytes) != 0)
            continue;
        d = g_new0(struct decompressor, 1);
        d->format = &formats[i];
        if (!formats[i].open(d))
            out_of_memory();
        return d;
    }
    return NULL;
}

gssize decompressor_run(struct decompressor *d, struct compressed *in, uint8_t *out, size_t capacity, GError **error)
{
    return d->format->run(d, in, out, capacity, error);
}

gboolean decompressor_is_between(const struct decompressor *d)
{
    return d->is_between;
}

const char *decompressor_name(const struct decompressor *d)
{
    return d->format->name;
}

void decompressor_free(struct decompressor *d)
{
    if (d == NULL)
        return;
    d->format->close(d);
    g_free(d);
}
