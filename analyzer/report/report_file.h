/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream into an output file (capture/output.h), which is complete or absent. */
#ifndef IPIP_ANALYZER_REPORT_FILE_H
#define IPIP_ANALYZER_REPORT_FILE_H

#include <glib.h>
#include <stdio.h>

struct report_file;

/* NULL and `*error` where the file can't be created. */
struct report_file *report_file_open(const char *path, GError **error);

/* To be written to, until the file is closed. */
FILE *report_file_stream(const struct report_file *file);

/* Ends the file and gives it its name. FALSE and `*error`, and no file, where not all could be written. */
gboolean report_file_commit(struct report_file *file, GError **error);

/* No file; what was in its place stays there. */
void report_file_discard(struct report_file *file);

#endif
