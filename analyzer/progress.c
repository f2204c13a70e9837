/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { INTERVAL = G_USEC_PER_SEC / 5 };

static gboolean is_shown;

void progress_show(const char *path, uint64_t packets)
{
    static gint64 next;
    gint64 now = g_get_monotonic_time();

    if (now < next || !isatty(STDERR_FILENO))
        return;
    next = now + INTERVAL;
    is_shown = TRUE;
    fprintf(stderr, "\r%s: %" PRIu64 " packets\033[K", path, packets);
}

void progress_clear(void)
{
    if (is_shown)
        fputs("\r\033[K", stderr);
    is_shown = FALSE;
}
