/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnels_seen.h"

struct tunnels_seen {
    GHashTable *by_direction; /* of gint64 to struct ipip_observation */
};

struct tunnels_seen *tunnels_seen_new(void)
{
    struct tunnels_seen *tunnels = g_new(struct tunnels_seen, 1);

    tunnels->by_direction = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return tunnels;
}

void tunnels_seen_free(struct tunnels_seen *tunnels)
{
    g_hash_table_unref(tunnels->by_direction);
    g_free(tunnels);
}

struct ipip_observation *tunnels_seen_get(struct tunnels_seen *tunnels, uint32_t src, uint32_t dst)
{
    gint64 direction = (gint64)((guint64)src << 32 | dst);
    struct ipip_observation *observation = g_hash_table_lookup(tunnels->by_direction, &direction);

    if (observation == NULL) {
        observation = g_new0(struct ipip_observation, 1);
        g_hash_table_insert(tunnels->by_direction, g_memdup2(&direction, sizeof direction), observation);
    }
    return observation;
}
