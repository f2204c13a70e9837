/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether captures are of the same time. */
#ifndef IPIP_ANALYZER_OVERLAP_H
#define IPIP_ANALYZER_OVERLAP_H

#include <glib.h>
#include <stdint.h>

/*
 * Whether one of the captures begins before another one that began earlier has ended, by the times of their packets. FALSE also where one of
 * them is no file that can be read twice. What can't be read counts as empty.
 */
gboolean captures_overlap(char **paths, int count);

/* The time of the first packet of each; INT64_MIN where there is none, or it can't be read twice. To be freed. */
int64_t *captures_begins(char **paths, int count);

#endif
