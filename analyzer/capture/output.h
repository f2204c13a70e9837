/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a verb's result goes, through compression if its name ends so: a file that is complete or absent (new_file.h),
 * or directly what is no regular file (standard output for "-", a pipe, a device).
 */
#ifndef IPIP_ANALYZER_OUTPUT_H
#define IPIP_ANALYZER_OUTPUT_H

#include <glib.h>
#include <stdint.h>

#define OUTPUT_ERROR (g_quark_from_static_string("ipip-output"))

struct output;

/* Compressed where the name of the file ends in .gz, .zst or .lz4. NULL and `*error` where the file can't be created. */
struct output *output_open(const char *path, GError **error);

/* Some of what was written is held back until there is more of it. False and `*error` where something could not be written. */
gboolean output_write(struct output *output, const void *data, size_t bytes, GError **error);

/* Whether a reader may be waiting for what is written: it is a pipe, for example, and not compressed. */
gboolean output_is_awaited(const struct output *output);

/* Lets go of what is held back; not of what is to be compressed. False and `*error` as above. */
gboolean output_flush(struct output *output, GError **error);

/* Ends the output and gives it its name. False and `*error`, and no file, where that fails. */
gboolean output_commit(struct output *output, GError **error);

/* Ends the output without a file. */
void output_discard(struct output *output);

/* `path` without the ending that stands for compression; to be freed. */
char *output_plain_name(const char *path);

#endif
