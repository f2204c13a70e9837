/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The extension headers of an IPv6 layer. */
#ifndef IPIP_CORE_EXTENSIONS_H
#define IPIP_CORE_EXTENSIONS_H

#include "ipip/ipv6.h"
#include "ipip/stack.h"

/* What follows the fixed header, as far as it is promised. */
static inline struct ipip_bytes extensions_at(const struct ipip_layer *layer)
{
    struct ipip_bytes packet = layer->bytes;

    if (layer->ip.total_bytes != 0)
        packet = ipip_bytes_first(packet, layer->ip.total_bytes);
    return ipip_bytes_after(packet, IPIP_IPV6_HEADER);
}

/* A walk over them. */
static inline struct ipip_extension_walk extensions_of(const struct ipip_layer *layer)
{
    enum { NEXT_HEADER = 6 };

    return ipip_extensions(layer->bytes.data[NEXT_HEADER], extensions_at(layer));
}

/* One of them, as far as it is captured. */
static inline struct ipip_bytes extension_octets(const struct ipip_layer *layer, const struct ipip_extension *extension)
{
    return ipip_bytes_first(ipip_bytes_after(extensions_at(layer), extension->offset), extension->bytes);
}

#endif
