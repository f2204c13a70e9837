/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was read, in words. */
#ifndef IPIP_ANALYZER_FRAME_COUNTS_H
#define IPIP_ANALYZER_FRAME_COUNTS_H

#include <stdio.h>

#include "../frames.h"

/* "11 packets in 1 file", or "11 packets of the interface". */
void frame_counts_print(FILE *out, const struct frame_counts *counts);

/* A line of those that were dropped, if any. */
void frame_counts_print_dropped(FILE *out, const struct frame_counts *counts);

#endif
