/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/habit_stats.h"

void ipip_habit_stats_merge(struct ipip_habit_stats *stats, const struct ipip_habit_stats *more)
{
    if (more->ttl.packets == 0)
        return;
    if (stats->ttl.packets == 0)
        stats->id_first = more->id_first;
    stats->id_varies |= more->id_varies || more->id_first != stats->id_first;
    stats->dscps |= more->dscps;
    stats->ect_packets += more->ect_packets;
    stats->id_copied += more->id_copied;
    stats->has_outer_ecn |= more->has_outer_ecn;
    ipip_ttl_stats_sum(&stats->ttl, &more->ttl);
}
