/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one tunnel packet, of another kind than IPv4 in IPv4, shows of its tunnel: which tunnel it is, what it is made of, and what no
 * configuration holds.
 */
#ifndef IPIP_ANALYZER_TUNNEL_SIGHT_H
#define IPIP_ANALYZER_TUNNEL_SIGHT_H

#include "ipip/encap.h"
#include "ipip/stack.h"
#include "ipip/tunnel.h"
#include "ipip/tunnel_direction.h"

struct tunnel_sight {
    struct ipip_chain chain;
    /* Why it can't be made again: 0, or of outcomes.h. */
    unsigned reason;

    struct ipip_tunnel_direction direction; /* sessions of ERSPAN are tunnels of their own, as by a key */

    /* As in struct ipip_tunnel. */
    uint32_t kinds;
    enum ipip_udp_encap encap;

    struct ipip_encap_values values;
    uint16_t gre_type;
};

/* `outer` was read with these kinds; `inner` is the IP header inside, NULL where there is none, or none that is read. */
void tunnel_sight_read(struct tunnel_sight *sight, const struct ipip_kinds *kinds, const struct ipip_layer *outer,
                       const struct ipip_layer *inner);

#endif
