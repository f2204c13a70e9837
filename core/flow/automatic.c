/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/automatic.h"

#include "wire/embedded.h"

enum { ROUTER_ADVERTISEMENT = 134 };

static bool is_advertisement(const struct ipip_layer *layer)
{
    struct ipip_bytes payload = ipip_layer_payload(layer);

    return layer->ip.protocol == IPIP_PROTOCOL_ICMPV6 && layer->ip.fragment_offset == 0 && payload.captured > 0 &&
           payload.data[0] == ROUTER_ADVERTISEMENT;
}

static __attribute__((noinline)) void take_router(struct flow *flow, struct tunnel *tunnel)
{
    struct tunnel *back = flow_back_of(flow, tunnel);

    tunnel->is_from_router = true;
    if (back != NULL)
        back->is_to_router = true;
}

static __attribute__((noinline)) void take_relay(struct flow *flow, struct tunnel *tunnel)
{
    struct tunnel *back = flow_back_of(flow, tunnel);

    tunnel->is_from_relay = true;
    if (back != NULL)
        back->is_to_relay = true;
}

/* Of neighbours on the tunnel as a link, or of none yet. */
static bool is_of_link(const struct ipip_ip *inner)
{
    return ipip_address_kind(inner->src) == IPIP_ADDRESS_LINK_LOCAL ||
           ipip_address_kind(inner->dst) == IPIP_ADDRESS_LINK_LOCAL ||
           ipip_address_kind(inner->dst) == IPIP_ADDRESS_MULTICAST || ipip_address_is_none(inner->src);
}

bool automatic_take(struct flow *flow, struct tunnel *tunnel, const struct ipip_layer *outer, uint64_t *context)
{
    const struct ipip_layer *inner = outer + 1;
    bool is_to_site = embedded_is_6to4_of(inner->ip.dst, outer->ip.dst);

    if (is_to_site || embedded_is_6to4_of(inner->ip.src, outer->ip.src))
        tunnel->is_6to4 = true;
    if (!tunnel->is_from_relay && is_to_site && !embedded_is_6to4(inner->ip.src))
        take_relay(flow, tunnel);
    if (!tunnel->is_from_router && is_advertisement(inner))
        take_router(flow, tunnel);
    if (!tunnel->is_6to4)
        return false;
    *context |= FACT_OF_6TO4;
    return !embedded_is_6to4(inner->ip.src) && !embedded_is_6to4(inner->ip.dst) && !is_of_link(&inner->ip);
}
