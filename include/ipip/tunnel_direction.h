/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which tunnel direction a packet belongs to. Tunnels of different kinds between the same addresses are different ones, and so are GRE
 * tunnels with different keys (RFC 2890 section 2.1) and tunnels over different UDP ports. Allocates nothing.
 */
#ifndef IPIP_TUNNEL_DIRECTION_H
#define IPIP_TUNNEL_DIRECTION_H

#include "ipip/address.h"
#include "ipip/kind.h"
#include "ipip/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ipip_tunnel_direction {
    struct ipip_addr src; /* of the tunnel header */
    struct ipip_addr dst;
    enum ipip_kind kind;
    uint64_t discriminator; /* below; 0: none */
};

/* That of the tunnel header `layer`, which was read with these kinds. */
struct ipip_tunnel_direction ipip_tunnel_direction_of(const struct ipip_kinds *kinds, const struct ipip_layer *layer);

/* The other direction of the same tunnel, where both have the same key and the same port. */
struct ipip_tunnel_direction ipip_tunnel_direction_back(const struct ipip_tunnel_direction *direction);

bool ipip_tunnel_direction_equal(const struct ipip_tunnel_direction *a, const struct ipip_tunnel_direction *b);

/*
 * What tells tunnels of one kind between the same addresses apart: the GRE key, or its absence, and the UDP destination port of FOU, GUE and
 * GRE in UDP. 0 where there is neither, or it is not captured.
 */
uint64_t ipip_discriminator_of(const struct ipip_kinds *kinds, const struct ipip_layer *layer);

/* Of these; `port` 0: none. */
uint64_t ipip_discriminator(bool has_key, uint32_t key, uint16_t port);

/* Whether it has a GRE key, and which; and the UDP port, 0 where there is none. */
bool ipip_discriminator_key(uint64_t discriminator, uint32_t *key);
uint16_t ipip_discriminator_port(uint64_t discriminator);

#ifdef __cplusplus
}
#endif

#endif
