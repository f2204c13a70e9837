/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard input, output and error, as they were when the command started. */
#ifndef IPIP_ANALYZER_STANDARD_FILES_H
#define IPIP_ANALYZER_STANDARD_FILES_H

#include <glib.h>

/*
 * Those that are closed are opened, so that no other file gets their number; but what is closed can't be read, or written, and fails
 * as it did before. To be called first of all.
 */
void standard_files_open(void);

/*
 * Whether two paths are one regular file: what is written to the second would be read from the first, or take its place. "-" is
 * standard input for the first, standard output for the second.
 */
gboolean is_same_file(const char *input, const char *output);

#endif
