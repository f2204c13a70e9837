/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a long run has come: a line on standard error, on a terminal only, that is gone when the run is over. */
#ifndef IPIP_ANALYZER_PROGRESS_H
#define IPIP_ANALYZER_PROGRESS_H

#include <glib.h>
#include <stdint.h>

/* Prints it, unless that was done a moment ago. */
void progress_show(const char *path, uint64_t packets);

/* To be called as packets are read: prints their number, seldom enough to cost nothing. */
static inline void progress_tick(const char *path, uint64_t before, uint64_t packets)
{
    enum { STEP = 1 << 16 };

    if (before / STEP != packets / STEP)
        progress_show(path, packets / STEP * STEP);
}

#endif
