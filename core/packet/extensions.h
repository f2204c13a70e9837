/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks over the extension headers of IPv6, and over authentication headers. */
#ifndef IPIP_CORE_EXTENSIONS_H
#define IPIP_CORE_EXTENSIONS_H

#include "ipip/ipv6.h"
#include "ipip/stack.h"
#include "wire/octets.h"

/* What follows the first `bytes` octets of a packet with this header, as far as it is promised. */
static inline struct ipip_bytes extensions_promised(const struct ipip_ip *header, struct ipip_bytes packet,
                                                    uint32_t bytes)
{
    if (header->total_bytes != 0)
        packet = ipip_bytes_first(packet, header->total_bytes);
    return ipip_bytes_after(packet, bytes);
}

/* IPv6 with Payload Length 0, although Next Header announces that something follows. */
static inline bool extensions_lack_payload(const struct ipip_ip *header)
{
    return header->version == 6 && header->total_bytes == IPIP_IPV6_HEADER && header->protocol != IPIP_PROTOCOL_NONE;
}

/* What follows the fixed header of an IPv6 layer. */
static inline struct ipip_bytes extensions_at(const struct ipip_layer *layer)
{
    return extensions_promised(&layer->ip, layer->bytes, IPIP_IPV6_HEADER);
}

/* A walk over its headers. */
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

/* Whether this number is that of a header to walk over; behind IPv4 only authentication headers are some. */
static inline bool extensions_may_be(bool is_ipv6, uint8_t protocol)
{
    return protocol == IPIP_PROTOCOL_AH || (is_ipv6 && ipip_ipv6_is_extension(protocol));
}

/* The next header of such a walk. */
static inline bool extensions_next(bool is_ipv6, struct ipip_extension_walk *walk, struct ipip_extension *extension)
{
    return (is_ipv6 || walk->next == IPIP_PROTOCOL_AH) && ipip_extension_next(walk, extension);
}

/* That walk, which has counted the headers before. */
static inline struct ipip_extension_walk extensions_behind(const struct ipip_ip *header, struct ipip_bytes packet)
{
    enum { NEXT_HEADER = 6 };
    struct ipip_extension_walk walk;
    struct ipip_extension extension;

    if (header->version != 6)
        return ipip_extensions(header->protocol, extensions_promised(header, packet, header->header_bytes));
    walk = ipip_extensions(packet.data[NEXT_HEADER], extensions_promised(header, packet, IPIP_IPV6_HEADER));
    while (IPIP_IPV6_HEADER + walk.offset < header->header_bytes && ipip_extension_next(&walk, &extension))
        continue;
    return walk;
}

/* Whether the Fragment header at `at`, which is captured, is that of a fragment: offset and M are not both 0. */
static inline bool extensions_is_piece(struct ipip_bytes at)
{
    enum { OFFSET_AND_MORE = 0xfff9 };

    return (wire_get16(at.data + 2) & OFFSET_AND_MORE) != 0;
}

#endif
