/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/tunnel_direction.h"

#include "packet/tunnel_shims.h"

enum { HAS_KEY = 32, PORT = 33 }; /* bits: a key is there, and the port; the key below */

/* Behind an authentication header, or without: only these kinds have a discriminator. */
static bool has_discriminator(const struct ipip_layer *layer)
{
    const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)layer->kind);

    return about != NULL && (about->shims[0] == IPIP_SHIM_UDP || about->shims[0] == IPIP_SHIM_GRE) &&
           layer->ip.fragment_offset == 0;
}

static uint64_t discriminator_of_gre(enum ipip_status status, const struct ipip_gre *gre, uint16_t port)
{
    return ipip_discriminator(status == IPIP_OK && (gre->flags & IPIP_GRE_KEY) != 0, gre->key, port);
}

uint64_t ipip_discriminator_of(const struct ipip_kinds *kinds, const struct ipip_layer *layer)
{
    struct ipip_gre gre = {.flags = 0};
    struct tunnel_shims shims;

    if (!has_discriminator(layer))
        return 0;
    if (layer->ip.protocol == IPIP_PROTOCOL_GRE)
        return discriminator_of_gre(tunnel_shims_gre(&gre, kinds, layer), &gre, 0);
    tunnel_shims_read(&shims, kinds, layer);
    return discriminator_of_gre(shims.gre_status, &shims.gre, shims.udp.destination);
}

uint64_t ipip_discriminator(bool has_key, uint32_t key, uint16_t port)
{
    return (has_key ? UINT64_C(1) << HAS_KEY | key : 0) | (uint64_t)port << PORT;
}

bool ipip_discriminator_key(uint64_t discriminator, uint32_t *key)
{
    *key = (uint32_t)discriminator;
    return (discriminator >> HAS_KEY & 1) != 0;
}

uint16_t ipip_discriminator_port(uint64_t discriminator)
{
    return (uint16_t)(discriminator >> PORT);
}

struct ipip_tunnel_direction ipip_tunnel_direction_of(const struct ipip_kinds *kinds, const struct ipip_layer *layer)
{
    return (struct ipip_tunnel_direction){layer->ip.src, layer->ip.dst, (enum ipip_kind)layer->kind,
                                          ipip_discriminator_of(kinds, layer)};
}

struct ipip_tunnel_direction ipip_tunnel_direction_back(const struct ipip_tunnel_direction *direction)
{
    struct ipip_tunnel_direction back = *direction;

    back.src = direction->dst;
    back.dst = direction->src;
    return back;
}

bool ipip_tunnel_direction_equal(const struct ipip_tunnel_direction *a, const struct ipip_tunnel_direction *b)
{
    return ipip_address_equal(a->src, b->src) && ipip_address_equal(a->dst, b->dst) && a->kind == b->kind &&
           a->discriminator == b->discriminator;
}
