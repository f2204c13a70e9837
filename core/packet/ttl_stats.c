/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/ttl_stats.h"

static void add(uint32_t count[static 2], uint8_t values[static 2], uint8_t value, uint32_t more)
{
    if (more > 0)
        ipip_ttl_count(count, values, value, more);
}

void ipip_ttl_stats_add_inner(struct ipip_ttl_stats *stats, uint8_t inner)
{
    for (unsigned i = 0; i < stats->inner_count; i++) {
        if (stats->inner[i] == inner)
            return;
    }
    if (stats->inner_count < IPIP_TTL_INNER_COUNT)
        stats->inner[stats->inner_count++] = inner;
}

void ipip_ttl_stats_sum(struct ipip_ttl_stats *stats, const struct ipip_ttl_stats *more)
{
    stats->packets += more->packets;
    for (unsigned i = 0; i < 2; i++) {
        add(stats->outer_count, stats->outer, more->outer[i], more->outer_count[i]);
        add(stats->hops_count, stats->hops, more->hops[i], more->hops_count[i]);
    }
    for (unsigned i = 0; i < more->inner_count; i++)
        ipip_ttl_stats_add_inner(stats, more->inner[i]);
}
