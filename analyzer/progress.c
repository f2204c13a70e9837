/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "say.h"

enum { INTERVAL = G_USEC_PER_SEC / 5 };

/* ", 42 %", and what is left at the pace so far: ", 1:05 left". */
static char *rest_text(const struct capture *capture, double seconds, gboolean is_left)
{
    double share = capture_share(capture);
    guint left;

    if (share <= 0)
        return g_strdup("");
    if (!is_left)
        return g_strdup_printf(", %d %%", (int)(share * 100));
    left = (guint)MIN(seconds * (1 - share) / share, 1e6);
    return left < 3600 ? g_strdup_printf(", %u:%02u left", left / 60, left % 60)
                       : g_strdup_printf(", %u:%02u:%02u left", left / 3600, left / 60 % 60, left % 60);
}

void progress_show(struct frames *frames, uint64_t packets)
{
    gint64 now = g_get_monotonic_time();
    double seconds = (double)MAX(now - frames->start, 1) / G_USEC_PER_SEC;
    char *share, *left;

    if (now < frames->next_progress || !isatty(STDERR_FILENO))
        return;
    frames->next_progress = now + INTERVAL;
    share = rest_text(frames->capture, seconds, FALSE);
    left = frames->is_first_of_two ? g_strdup(", first of two passes") : rest_text(frames->capture, seconds, TRUE);
    say_for_now("%s: %" PRIu64 " packets%s, %.0f packets/s%s", frames->path, packets, share, (double)packets / seconds,
                left);
    g_free(left);
    g_free(share);
}
