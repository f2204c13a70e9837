/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configurations of tunnels, learnt from all their packets and then asked for with each of them again. */
#ifndef IPIP_ANALYZER_LEARNT_TUNNELS_H
#define IPIP_ANALYZER_LEARNT_TUNNELS_H

#include "ipip/stack.h"
#include "ipip/tunnel_direction.h"
#include "reencap.h"

struct learnt_tunnels;

/* Of packets read with these kinds. */
struct learnt_tunnels *learnt_tunnels_new(const struct ipip_kinds *kinds);
void learnt_tunnels_free(struct learnt_tunnels *learnt);

/* A tunnel header of the direction, with its octets; `inner` is the IP header inside, or NULL, which IPv4 in IPv4 never has. */
void learnt_tunnels_add(struct learnt_tunnels *learnt, const struct ipip_tunnel_direction *direction,
                        const struct ipip_layer *outer, const struct ipip_layer *inner);

/* What a thread asks with, when nothing is added any more. It remembers the answers of late. */
struct learnt_lookup;

struct learnt_lookup *learnt_lookup_new(const struct learnt_tunnels *learnt);
void learnt_lookup_free(struct learnt_lookup *lookup);

/* What explains most packets of the direction; NULL where there was no room to learn it. Valid until the next call. */
const struct reencap_tunnel *learnt_tunnels_find(struct learnt_lookup *lookup,
                                                 const struct ipip_tunnel_direction *direction);

#endif
