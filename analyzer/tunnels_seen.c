/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnels_seen.h"

#include "seed.h"

struct tunnels_seen {
    GPtrArray *tunnels;       /* of struct tunnel_seen */
    GHashTable *by_direction; /* of gint64 to the same */
};

/* GLib's own hash takes the lower half of the key, which is the same for all peers of a hub. */
static guint hash_direction(gconstpointer key)
{
    guint64 direction = *(const guint64 *)key;

    return hash_tunnel((uint32_t)(direction >> 32), (uint32_t)direction);
}

struct tunnels_seen *tunnels_seen_new(void)
{
    struct tunnels_seen *tunnels = g_new(struct tunnels_seen, 1);

    tunnels->tunnels = g_ptr_array_new_with_free_func(g_free);
    tunnels->by_direction = g_hash_table_new_full(hash_direction, g_int64_equal, g_free, NULL);
    return tunnels;
}

void tunnels_seen_free(struct tunnels_seen *tunnels)
{
    g_hash_table_unref(tunnels->by_direction);
    g_ptr_array_unref(tunnels->tunnels);
    g_free(tunnels);
}

static gint64 direction_of(uint32_t src, uint32_t dst)
{
    return (gint64)((guint64)src << 32 | dst);
}

const struct tunnel_seen *tunnels_seen_find(const struct tunnels_seen *tunnels, uint32_t src, uint32_t dst)
{
    gint64 direction = direction_of(src, dst);

    return g_hash_table_lookup(tunnels->by_direction, &direction);
}

struct tunnel_seen *tunnels_seen_get(struct tunnels_seen *tunnels, uint32_t src, uint32_t dst)
{
    gint64 direction = direction_of(src, dst);
    struct tunnel_seen *tunnel = g_hash_table_lookup(tunnels->by_direction, &direction);

    if (tunnel == NULL) {
        tunnel = g_new0(struct tunnel_seen, 1);
        tunnel->src = src;
        tunnel->dst = dst;
        g_ptr_array_add(tunnels->tunnels, tunnel);
        g_hash_table_insert(tunnels->by_direction, g_memdup2(&direction, sizeof direction), tunnel);
    }
    return tunnel;
}

guint tunnels_seen_count(const struct tunnels_seen *tunnels)
{
    return tunnels->tunnels->len;
}

const struct tunnel_seen *tunnels_seen_at(const struct tunnels_seen *tunnels, guint index)
{
    return g_ptr_array_index(tunnels->tunnels, index);
}
