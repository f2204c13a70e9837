/* SPDX-License-Identifier: GPL-2.0-or-later */
/* As ip6_rcv_core() and the route see it. Whether :: may be the source depends on what the packet is for. */
#include "ipip/address.h"
#include "packet/extensions.h"
#include "tunnel/dropping.h"

enum { SCOPE_MASK = 15, SCOPE_RESERVED = 0, SCOPE_INTERFACE = 1 };

static enum ipip_drop_why addresses(const struct ipip_ip *ip, bool is_loopback)
{
    enum ipip_address_kind src = ipip_address_kind(ip->src);
    enum ipip_address_kind dst = ipip_address_kind(ip->dst);
    unsigned scope = (unsigned)(ip->dst.high >> 48) & SCOPE_MASK;

    if (src == IPIP_ADDRESS_MULTICAST || ipip_address_is_ipv4(ip->src) ||
        (src == IPIP_ADDRESS_LOOPBACK && !is_loopback))
        return IPIP_DROP_SOURCE;
    if (dst == IPIP_ADDRESS_UNSPECIFIED || (dst == IPIP_ADDRESS_LOOPBACK && !is_loopback))
        return IPIP_DROP_DESTINATION;
    if (dst == IPIP_ADDRESS_MULTICAST && !ipip_address_is_ipv4(ip->dst) &&
        (scope == SCOPE_RESERVED || (scope == SCOPE_INTERFACE && !is_loopback)))
        return IPIP_DROP_DESTINATION;
    return IPIP_DROP_NOTHING;
}

enum ipip_drop_why drop_of_ipv6(const struct ipip_layer *layer, bool is_inner, bool is_loopback)
{
    const struct ipip_ip *ip = &layer->ip;
    enum ipip_drop_why why;

    if (layer->bytes.wire < ip->total_bytes)
        return IPIP_DROP_PAYLOAD_LONG;
    if (extensions_lack_payload(ip))
        return IPIP_DROP_PAYLOAD_ZERO;
    why = addresses(ip, is_loopback && !is_inner);
    if (why != IPIP_DROP_NOTHING)
        return why;
    if (ipip_ipv6_is_extension(ip->protocol) && !ipip_ip_is_fragment(ip) && layer->bytes.captured == layer->bytes.wire)
        return IPIP_DROP_EXTENSION;
    return is_inner && ip->ttl == 0 ? IPIP_DROP_HOP_LIMIT : IPIP_DROP_NOTHING;
}
