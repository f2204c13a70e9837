/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "learnt_tunnels.h"

#include "ipip/inventory.h"
#include "ipip/statement.h"
#include "out_of_memory.h"
#include "seed.h"

enum {
    AT_HAND = 256,       /* by index of the direction */
    TTL_WITHOUT_IP = 64, /* what a tunnel that inherits the TTL gives to packets that have none */
};

struct learnt_tunnels {
    struct ipip_kinds kinds;
    struct ipip_inventory *seen;
};

struct learnt_lookup {
    const struct ipip_inventory *seen;
    struct {
        const struct ipip_direction_stats *of; /* NULL: none yet */
        struct reencap_tunnel tunnel;
    } at_hand[AT_HAND];
};

struct learnt_tunnels *learnt_tunnels_new(const struct ipip_kinds *kinds)
{
    struct learnt_tunnels *learnt = g_new0(struct learnt_tunnels, 1);

    learnt->kinds = *kinds;
    learnt->seen = ipip_inventory_new(kinds, IPIP_INVENTORY_DIRECTIONS, random_seed());
    if (learnt->seen == NULL)
        out_of_memory();
    return learnt;
}

void learnt_tunnels_free(struct learnt_tunnels *learnt)
{
    ipip_inventory_free(learnt->seen);
    g_free(learnt);
}

struct learnt_lookup *learnt_lookup_new(const struct learnt_tunnels *learnt)
{
    struct learnt_lookup *lookup = g_new0(struct learnt_lookup, 1);

    lookup->seen = learnt->seen;
    return lookup;
}

void learnt_lookup_free(struct learnt_lookup *lookup)
{
    g_free(lookup);
}

/* Of another kind than IPv4 in IPv4. Of what is no IP packet there is nothing to inherit. */
static void add_other(struct learnt_tunnels *learnt, struct ipip_direction_stats *seen, const struct ipip_layer *outer,
                      const struct ipip_layer *inner)
{
    struct ipip_layer without_ip = {.ip = {.ttl = TTL_WITHOUT_IP, .tclass = outer->ip.tclass & ~3}};

    if (inner == NULL)
        ipip_tunnel_stats_add(&seen->stats, outer, &without_ip, false);
    else if (inner->ip.version == 6)
        ipip_tunnel_stats_add_ipv6_inside(&seen->stats, outer, inner, true);
    else
        ipip_tunnel_stats_add(&seen->stats, outer, inner, true);
    ipip_kind_stats_add(ipip_inventory_kind_stats(learnt->seen, seen), &learnt->kinds, outer, inner, inner != NULL);
}

void learnt_tunnels_add(struct learnt_tunnels *learnt, const struct ipip_tunnel_direction *direction,
                        const struct ipip_layer *outer, const struct ipip_layer *inner)
{
    struct ipip_direction_stats *seen = ipip_inventory_get(learnt->seen, direction);

    if (seen != NULL && direction->kind != IPIP_KIND_IPIP)
        add_other(learnt, seen, outer, inner);
    else if (seen != NULL)
        ipip_tunnel_stats_add(&seen->stats, outer, inner, true);
    else if (ipip_inventory_is_out_of_memory(learnt->seen))
        out_of_memory();
}

/* A direction has one exit, however the tunnel found it; and a flow label that never varies is compared, whatever has set it. */
static void configure_other(struct ipip_tunnel *tunnel, const struct ipip_direction_stats *seen,
                            const struct ipip_kind_stats *more)
{
    uint32_t count, second;
    uint32_t label = ipip_numbers_best(&more->labels, &count, &second);

    if (tunnel->tos_inherit)
        tunnel->tos = more->opaque_tos;
    tunnel->label_policy = IPIP_LABEL_AUTO;
    ipip_statements_configure(tunnel, (enum ipip_kind)seen->kind, more);
    tunnel->remote = seen->dst;
    tunnel->prefix = (struct ipip_prefix){0};
    tunnel->is_isatap = false;
    if (count > 0 && count == more->packets) {
        tunnel->label_policy = IPIP_LABEL_FIXED;
        tunnel->label = label;
    }
}

const struct reencap_tunnel *learnt_tunnels_find(struct learnt_lookup *lookup,
                                                 const struct ipip_tunnel_direction *direction)
{
    const struct ipip_direction_stats *seen = ipip_inventory_find(lookup->seen, direction);
    const struct ipip_kind_stats *more;
    struct reencap_tunnel *tunnel;

    if (seen == NULL)
        return NULL;
    tunnel = &lookup->at_hand[seen->index % AT_HAND].tunnel;
    if (lookup->at_hand[seen->index % AT_HAND].of == seen)
        return tunnel;
    lookup->at_hand[seen->index % AT_HAND].of = seen;
    tunnel->tunnel = ipip_tunnel_stats_best(&seen->stats, seen->src, seen->dst, &tunnel->hops);
    more = ipip_inventory_kind_stats(lookup->seen, seen);
    if (more != NULL)
        configure_other(&tunnel->tunnel, seen, more);
    return tunnel;
}
