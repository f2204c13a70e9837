/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is complete or absent: written under another name in the same folder and renamed when all is done. What is no
 * regular file (standard output for "-", a pipe, a device) is written to directly.
 */
#ifndef IPIP_ANALYZER_OUTPUT_H
#define IPIP_ANALYZER_OUTPUT_H

#include <glib.h>
#include <stdint.h>

#define OUTPUT_ERROR (g_quark_from_static_string("ipip-output"))

struct output;

/* Compressed where the name of the file ends in .gz, .zst or .lz4. NULL and `*error` where it can't be created. */
struct output *output_open(const char *path, GError **error);

/* False and `*error` where not all could be written. */
gboolean output_write(struct output *output, const void *data, size_t bytes, GError **error);

/* Ends the output and gives it its name. False and `*error`, and no file, where that fails. */
gboolean output_commit(struct output *output, GError **error);

/* Ends the output without a file. */
void output_discard(struct output *output);

/* `path` without the ending that stands for compression; to be freed. */
char *output_plain_name(const char *path);

#endif
