/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a long run has come: a line on standard error, on a terminal only, that is gone when the run is over. Of one capture at a
 * time.
 */
#ifndef IPIP_ANALYZER_PROGRESS_H
#define IPIP_ANALYZER_PROGRESS_H

#include "frames.h"

/*
 * Prints it, unless that was done a moment ago: packets, the share of the file, packets a second, the time that is left. The first of two
 * passes is named instead of its time: the other one is slower.
 */
void progress_show(struct frames *frames, uint64_t packets);

/* To be called as packets are read: seldom enough to cost nothing. */
static inline void progress_tick(struct frames *frames, uint64_t before, uint64_t packets)
{
    enum { STEP = 1 << 16 };

    if (before / STEP != packets / STEP)
        progress_show(frames, packets / STEP * STEP);
}

#endif
