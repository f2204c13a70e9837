/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_carriers.h"

/* By the place of the direction in the inventory. */
struct carriers_of_tunnels {
    GHashTable *rows;
    const struct ipip_kinds *kinds;
};

struct carriers_of_tunnels *carriers_of_tunnels_new(const struct ipip_kinds *kinds)
{
    struct carriers_of_tunnels *all = g_new0(struct carriers_of_tunnels, 1);

    all->kinds = kinds;
    all->rows = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return all;
}

void carriers_of_tunnels_free(struct carriers_of_tunnels *all)
{
    g_hash_table_destroy(all->rows);
    g_free(all);
}

static void add(struct carriers_of_tunnels *all, const struct ipip_direction_stats *seen,
                const struct ipip_carriers *carriers, gboolean is_whole)
{
    struct tunnel_carriers *row = g_hash_table_lookup(all->rows, GUINT_TO_POINTER(seen->index));

    if (row == NULL) {
        row = g_new0(struct tunnel_carriers, 1);
        row->first = *carriers;
        g_hash_table_insert(all->rows, GUINT_TO_POINTER(seen->index), row);
    }
    row->packets += is_whole;
    row->has_others |= !ipip_carriers_equal(&row->first, carriers);
}

void carriers_of_tunnels_add(struct carriers_of_tunnels *all, const struct ipip_inventory *tunnels,
                             const struct ipip_stack *stack, struct ipip_bytes carrier)
{
    struct ipip_carried carried;

    if (stack->layers[0].kind == IPIP_KIND_NONE || !ipip_carried_find(&carried, all->kinds, carrier))
        return;
    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        const struct ipip_direction_stats *seen = ipip_inventory_of(tunnels, stack, k);

        if (seen != NULL)
            add(all, seen, &carried.carriers, k + 1 < stack->count);
    }
}

const struct tunnel_carriers *carriers_of_tunnel(const struct carriers_of_tunnels *all,
                                                 const struct ipip_direction_stats *seen)
{
    return g_hash_table_lookup(all->rows, GUINT_TO_POINTER(seen->index));
}
