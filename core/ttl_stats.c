/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/ttl_stats.h"

/* One more of `value`, which is not the more frequent one so far. */
static void add_rarer(uint32_t count[static 2], uint8_t values[static 2], uint8_t value)
{
    unsigned i = count[0] > 0;

    values[i] = value;
    count[i]++;
    if (i == 1 && count[1] > count[0]) {
        uint32_t most = count[1];

        values[1] = values[0];
        values[0] = value;
        count[1] = count[0];
        count[0] = most;
    }
}

static void add(uint32_t count[static 2], uint8_t values[static 2], uint8_t value)
{
    if (values[0] == value && count[0] > 0)
        count[0]++;
    else
        add_rarer(count, values, value);
}

static void add_inner(struct ipip_ttl_stats *stats, uint8_t inner)
{
    for (unsigned i = 0; i < stats->inner_count; i++) {
        if (stats->inner[i] == inner)
            return;
    }
    if (stats->inner_count < IPIP_TTL_INNER_COUNT)
        stats->inner[stats->inner_count++] = inner;
}

void ipip_ttl_stats_add_other(struct ipip_ttl_stats *stats, uint8_t outer, uint8_t inner)
{
    stats->packets++;
    add(stats->outer_count, stats->outer, outer);
    add(stats->hops_count, stats->hops, (uint8_t)(inner - outer));
    if (stats->inner_count < IPIP_TTL_INNER_COUNT)
        add_inner(stats, inner);
}
