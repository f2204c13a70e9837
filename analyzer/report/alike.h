/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences that recur in a round trip: the first one is printed, those like it are counted. */
#ifndef IPIP_ANALYZER_ALIKE_H
#define IPIP_ANALYZER_ALIKE_H

#include "difference.h"

struct alike;

struct alike *alike_new(void);
void alike_free(struct alike *alike);

/* Whether it is the first of its tunnel, field and values; the others are counted. After many kinds of differences each is a first one. */
gboolean alike_is_first(struct alike *alike, const struct difference *difference);

/* Prints how many were like each that was printed, and the frames of the first of them. */
void alike_print(const struct alike *alike);

#endif
