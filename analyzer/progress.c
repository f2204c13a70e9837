/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "say.h"

enum { INTERVAL = G_USEC_PER_SEC / 5 };

void progress_show(const char *path, uint64_t packets)
{
    static gint64 next;
    gint64 now = g_get_monotonic_time();

    if (now < next || !isatty(STDERR_FILENO))
        return;
    next = now + INTERVAL;
    say_for_now("%s: %" PRIu64 " packets", path, packets);
}
