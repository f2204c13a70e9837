/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a long run has come: a line on standard error, on a terminal only, that is gone when the run is over. Of one capture at a
 * time.
 */
#ifndef IPIP_ANALYZER_PROGRESS_H
#define IPIP_ANALYZER_PROGRESS_H

#include <glib.h>
#include <stdint.h>

#include "capture/reader.h"

/* Reading of a capture begins. */
void progress_begin(void);

/*
 * Prints it, unless that was done a moment ago: packets, the share of the file, packets a second, the time that is left. The first of two
 * passes is named instead of its time: the other one is slower.
 */
void progress_show(const char *path, const struct capture *capture, uint64_t packets, gboolean is_first_of_two);

/* To be called as packets are read: seldom enough to cost nothing. */
static inline void progress_tick(const char *path, const struct capture *capture, uint64_t before, uint64_t packets,
                                 gboolean is_first_of_two)
{
    enum { STEP = 1 << 16 };

    if (before / STEP != packets / STEP)
        progress_show(path, capture, packets / STEP * STEP, is_first_of_two);
}

#endif
