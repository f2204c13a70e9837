/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which policy file is in force where none was named. */
#ifndef IPIP_ANALYZER_POLICY_FIND_H
#define IPIP_ANALYZER_POLICY_FIND_H

#include <glib.h>

/*
 * Opens .ipip.conf in the working directory, and says its path. -1 where there is none, where there is one that somebody else may have
 * put there (not a regular file of the effective user, or writable by all others), which is said on standard error, and, with `*error`,
 * where it is ours and can't be opened.
 *
 * Writable by its group is all right: whoever works with umask 002 makes such files, and has a group of which the administrator, or the
 * owner of the file, decides who is in it.
 */
int policy_find(const char **path, GError **error);

#endif
