/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which policy file is in force where none was named. */
#ifndef IPIP_ANALYZER_POLICY_FIND_H
#define IPIP_ANALYZER_POLICY_FIND_H

#include <glib.h>

/*
 * .ipip.conf in the folder of `capture` (none for "-"), else in the working directory; to be freed. NULL where there is neither. A path
 * that there is but that can't be read is a policy file, too.
 */
char *policy_find(const char *capture);

#endif
