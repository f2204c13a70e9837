/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a long run has come: a line on standard error, on a terminal only, that is gone when the run is over. */
#ifndef IPIP_ANALYZER_PROGRESS_H
#define IPIP_ANALYZER_PROGRESS_H

#include <glib.h>
#include <stdint.h>

/* Often enough to see it move, seldom enough to cost nothing: to be called for every packet. */
void progress_show(const char *path, uint64_t packets);

/* Before anything else is written to the terminal, and at the end. */
void progress_clear(void);

static inline void progress_tick(const char *path, uint64_t packets)
{
    if ((packets & 0xffff) == 0)
        progress_show(path, packets);
}

#endif
