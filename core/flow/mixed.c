/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/mixed.h"

/* What one device sends, over IPv4 and over IPv6 (ip-link(8), mode any). */
static const uint32_t devices[] = {
    IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_6IN4) | IPIP_KIND_BIT(IPIP_KIND_MPLS),
    IPIP_KIND_BIT(IPIP_KIND_4IN6) | IPIP_KIND_BIT(IPIP_KIND_6IN6),
};

static uint32_t others_of(unsigned kind)
{
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        if ((devices[i] & IPIP_KIND_BIT(kind)) != 0)
            return devices[i] ^ IPIP_KIND_BIT(kind);
    }
    return 0;
}

enum ipip_kind mixed_kind_of(const struct flow *flow, const struct tunnel *tunnel)
{
    struct ipip_tunnel_direction other = tunnel_direction(tunnel);

    for (uint32_t kinds = others_of(tunnel->kind); kinds != 0; kinds &= kinds - 1) {
        other.kind = (enum ipip_kind)__builtin_ctz(kinds);
        if (flow_known_tunnel(flow, &other) != NULL)
            return other.kind;
    }
    return IPIP_KIND_NONE;
}
