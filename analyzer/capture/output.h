/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a verb's result goes, through compression if its name ends so: a file that is complete or absent (new_file.h),
 * or directly what is no regular file (standard output for "-", a pipe, a device).
 */
#ifndef IPIP_ANALYZER_OUTPUT_H
#define IPIP_ANALYZER_OUTPUT_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

#define OUTPUT_ERROR (g_quark_from_static_string("ipip-output"))

struct output {
    uint8_t *next; /* there is room in [next, end) */
    uint8_t *end;
};

enum { OUTPUT_ROOM_MAX = 512 }; /* octets that room can be had for */

/*
 * Compressed where the name of the file ends in .gz, .zst or .lz4. With `is_threaded` a thread compresses and writes. NULL and
 * `*error` where the file can't be created.
 */
struct output *output_open(const char *path, gboolean is_threaded, GError **error);

/* Makes room where there are fewer than OUTPUT_ROOM_MAX octets of it. False and `*error` where something could not be written. */
gboolean output_pass(struct output *output, GError **error);

/* Whether a reader may be waiting for what is written: it is a pipe, for example, and not compressed. */
gboolean output_is_awaited(const struct output *output);

/* Lets go of what was written so far. False and `*error` as above. */
gboolean output_flush(struct output *output, GError **error);

/* As output_write(), where not all finds room. */
gboolean output_write_on(struct output *output, const void *data, size_t bytes, GError **error);

/* Whether there is room for `bytes` octets, OUTPUT_ROOM_MAX at most. False and `*error` as above. */
static inline gboolean output_room(struct output *output, size_t bytes, GError **error)
{
    return (size_t)(output->end - output->next) >= bytes || output_pass(output, error);
}

/* False and `*error` as above. */
static inline gboolean output_write(struct output *output, const void *data, size_t bytes, GError **error)
{
    if ((size_t)(output->end - output->next) < bytes)
        return output_write_on(output, data, bytes, error);
    memcpy(output->next, data, bytes);
    output->next += bytes;
    return TRUE;
}

/* Ends the output and gives it its name. False and `*error`, and no file, where that fails. */
gboolean output_commit(struct output *output, GError **error);

/* Ends the output without a file. */
void output_discard(struct output *output);

/* `path` without the ending that stands for compression; to be freed. */
char *output_plain_name(const char *path);

#endif
