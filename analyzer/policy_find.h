/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which policy file is in force where none was named. */
#ifndef IPIP_ANALYZER_POLICY_FIND_H
#define IPIP_ANALYZER_POLICY_FIND_H

#include <glib.h>

/*
 * Opens .ipip.conf in the working directory, and prints its path. -1 where there is none, where another user may have
 * put it there (not a regular file of the effective user, or writable by all others), with a message, and, with
 * `*error`, where it is ours and can't be opened.
 *
 * Writable by its group is all right: umask 002 makes such files, and the administrator, or the owner of the file,
 * decides on the members of the group.
 */
int policy_find(const char **path, GError **error);

#endif
