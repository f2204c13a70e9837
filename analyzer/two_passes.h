/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures that are read twice: to learn from them, and then to judge by what was learned. */
#ifndef IPIP_ANALYZER_TWO_PASSES_H
#define IPIP_ANALYZER_TWO_PASSES_H

#include "frames.h"

/* What a verb does in both passes. */
struct two_passes {
    void (*begin)(void *context, gboolean is_first);
    /* The packets of a capture up to the frame `limit`, if it has so many; `capture` is the number of its path in the options. */
    void (*read)(void *context, struct frames *frames, int capture, uint64_t limit);
    void (*end)(void *context);
};

/*
 * Reads options->paths. The second pass has the packets of the first one, no others, also where a capture still grows,
 * or ends in damage, or was ended by a signal; where it has fewer, a message was printed and it counts as unreadable. A
 * pipe is copied to a temporary file. `counts` are those of the second pass; a capture is unreadable or interrupted if
 * it was in either.
 */
void two_passes_read(const struct two_passes *passes, void *context, const struct options *options,
                     struct frame_counts *counts);

#endif
