/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy file: a key file (see GKeyFile) with a section [policy], a section [tunnel SRC DST] for each tunnel direction and a section
 * [rule RULE] for each rule of which something is to be said.
 */
#ifndef IPIP_ANALYZER_POLICY_FILE_H
#define IPIP_ANALYZER_POLICY_FILE_H

#include "policy_settings.h"

enum { POLICY_FILE_BYTES_MAX = 1 << 20 };

/* Reads the file, or standard input for "-", and puts what it says, and its path, into `settings`. FALSE where something is wrong; `*error` says in which line. */
gboolean policy_file_read(struct policy_settings *settings, const char *path, GError **error);

/* The same with the octets of a file; `name` is for messages. */
gboolean policy_file_parse(struct policy_settings *settings, const char *name, const char *data, size_t bytes,
                           GError **error);

#endif
