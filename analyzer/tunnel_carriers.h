/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The carriers that the packets of each tunnel direction came in. */
#ifndef IPIP_ANALYZER_TUNNEL_CARRIERS_H
#define IPIP_ANALYZER_TUNNEL_CARRIERS_H

#include <glib.h>

#include "ipip/carrier.h"
#include "ipip/inventory.h"

struct tunnel_carriers {
    struct ipip_carriers first;
    uint64_t packets; /* in these or others; fragments count once their datagram is whole, as in the inventory */
    gboolean has_others;
};

struct carriers_of_tunnels;

/* `kinds` are those with which packets are read; they stay until carriers_of_tunnels_free(). */
struct carriers_of_tunnels *carriers_of_tunnels_new(const struct ipip_kinds *kinds);
void carriers_of_tunnels_free(struct carriers_of_tunnels *all);

/* A packet, from the IP header of its carrier on, whose layers `tunnels` has taken. */
void carriers_of_tunnels_add(struct carriers_of_tunnels *all, const struct ipip_inventory *tunnels,
                             const struct ipip_stack *stack, struct ipip_bytes carrier);

/* NULL where no packet came in a carrier. */
const struct tunnel_carriers *carriers_of_tunnel(const struct carriers_of_tunnels *all,
                                                 const struct ipip_direction_stats *seen);

#endif
