/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "learnt_tunnels.h"

#include "ipip/inventory.h"
#include "out_of_memory.h"
#include "seed.h"

enum { AT_HAND = 256 }; /* by index of the direction */

struct learnt_tunnels {
    struct ipip_inventory *seen;
    struct {
        const struct ipip_direction_stats *of; /* NULL: none yet */
        struct reencap_tunnel tunnel;
    } at_hand[AT_HAND];
};

struct learnt_tunnels *learnt_tunnels_new(void)
{
    struct learnt_tunnels *learnt = g_new0(struct learnt_tunnels, 1);

    learnt->seen = ipip_inventory_new(ipip_kinds_judged(), IPIP_INVENTORY_DIRECTIONS, random_seed());
    if (learnt->seen == NULL)
        out_of_memory();
    return learnt;
}

void learnt_tunnels_free(struct learnt_tunnels *learnt)
{
    ipip_inventory_free(learnt->seen);
    g_free(learnt);
}

void learnt_tunnels_add(struct learnt_tunnels *learnt, const struct ipip_layer *outer)
{
    struct ipip_tunnel_direction direction = {outer->ip.src, outer->ip.dst, IPIP_KIND_IPIP, 0};
    struct ipip_direction_stats *seen = ipip_inventory_get(learnt->seen, &direction);

    if (seen != NULL)
        ipip_tunnel_stats_add(&seen->stats, outer, outer + 1, true);
    else if (ipip_inventory_is_out_of_memory(learnt->seen))
        out_of_memory();
}

const struct reencap_tunnel *learnt_tunnels_find(struct learnt_tunnels *learnt, const struct ipip_ip *outer)
{
    struct ipip_tunnel_direction direction = {outer->src, outer->dst, IPIP_KIND_IPIP, 0};
    const struct ipip_direction_stats *seen = ipip_inventory_find(learnt->seen, &direction);
    struct reencap_tunnel *tunnel;

    if (seen == NULL)
        return NULL;
    tunnel = &learnt->at_hand[seen->index % AT_HAND].tunnel;
    if (learnt->at_hand[seen->index % AT_HAND].of != seen) {
        learnt->at_hand[seen->index % AT_HAND].of = seen;
        tunnel->tunnel = ipip_tunnel_stats_best(&seen->stats, outer->src, outer->dst, &tunnel->hops);
    }
    return tunnel;
}
