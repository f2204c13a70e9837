/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy file: a key file (see GKeyFile) with a section [policy], a section [tunnel SRC DST] for each tunnel
 * direction and a section [rule RULE] for each rule with another severity.
 *
 * An error in a file is reported with its line, and the key where it looks like one. Nothing else of its contents is:
 * it may be another file than was meant, with secrets in it.
 */
#ifndef IPIP_ANALYZER_POLICY_FILE_H
#define IPIP_ANALYZER_POLICY_FILE_H

#include "policy_settings.h"

enum { POLICY_FILE_BYTES_MAX = 1 << 20 };

/* Opens the file, or standard input for "-". -1 and `*error` where it can't be opened. */
int policy_file_open(const char *path, GError **error);

/*
 * Reads the open file, closes it, and puts its contents, and its path, into `settings`. FALSE where something is wrong;
 * `*error` has the line.
 */
gboolean policy_file_read(struct policy_settings *settings, const char *path, int file, GError **error);

/* The same with the octets of a file; `name` is for messages. */
gboolean policy_file_parse(struct policy_settings *settings, const char *name, const char *data, size_t bytes,
                           GError **error);

#endif
