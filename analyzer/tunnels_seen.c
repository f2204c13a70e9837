/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnels_seen.h"

#include "out_of_memory.h"
#include "seed.h"

struct tunnels_seen tunnels_seen_new(const struct ipip_kinds *kinds)
{
    struct tunnels_seen seen = {ipip_inventory_new(kinds, IPIP_INVENTORY_DIRECTIONS, random_seed()),
                                carriers_of_tunnels_new(kinds)};

    if (seen.tunnels == NULL)
        out_of_memory();
    return seen;
}

void tunnels_seen_clear(struct tunnels_seen *seen)
{
    ipip_inventory_free(seen->tunnels);
    carriers_of_tunnels_free(seen->carriers);
}

/* With the carrier that the packet came in. */
static struct ipip_bytes carrier_of(const struct ipip_packet *packet, uint32_t carrier_bytes)
{
    return (struct ipip_bytes){packet->ip.data - carrier_bytes, packet->ip.captured + carrier_bytes,
                               packet->ip.wire + carrier_bytes};
}

void tunnels_seen_take(struct tunnels_seen *seen, const struct ipip_packet *packet, const struct ipip_stack *stack,
                       uint32_t copied)
{
    ipip_inventory_add(seen->tunnels, stack, copied, packet->time);
    if (stack->carrier_bytes != 0)
        carriers_of_tunnels_add(seen->carriers, seen->tunnels, stack, carrier_of(packet, stack->carrier_bytes));
}
