/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/fit.h"

#include "ipip/ipv6.h"
#include "tunnel/kind_for.h"
#include "tunnel/shims.h"

enum {
    IPV4_MTU_MIN = 68,   /* RFC 791 */
    IPV6_MTU_MIN = 1280, /* RFC 8200 section 5 */
    LIMIT_HEADER = 8,
    MINIMAL_HEADER = 12,
    ETHERNET_HEADER = 14,
};

/* An MTU counts no link header; a frame in the tunnel has one. */
static uint32_t link_header(enum ipip_payload type)
{
    return type == IPIP_PAYLOAD_ETHERNET ? ETHERNET_HEADER : 0;
}

static uint32_t room(const struct ipip_tunnel *tunnel, uint32_t overhead, uint32_t floor)
{
    return tunnel->mtu > overhead + floor ? tunnel->mtu - overhead : floor;
}

bool fit_needs_fragments(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind, uint32_t overhead)
{
    return tunnel->mtu != 0 && kind->payload == IPIP_PAYLOAD_IPV6 && tunnel->mtu < overhead + IPV6_MTU_MIN;
}

/* DF is set outside only. */
static enum ipip_status too_large_for_df(const struct fit *f)
{
    if (f->version != 6)
        return IPIP_MTU_UNTOLD;
    if (fit_needs_fragments(f->tunnel, f->kind, f->overhead))
        return f->bytes <= IPV6_MTU_MIN ? IPIP_OK : IPIP_MTU_EXCEEDED;
    return f->tunnel->mtu >= f->overhead + link_header(f->type) + IPV6_MTU_MIN ? IPIP_MTU_EXCEEDED : IPIP_MTU_UNTOLD;
}

enum ipip_status fit_in_ipv4(const struct fit *f)
{
    if (f->is_df)
        return IPIP_MTU_EXCEEDED;
    return f->tunnel->df == IPIP_DF_SET ? too_large_for_df(f) : IPIP_OK;
}

static uint32_t room_in_ipv6(const struct ipip_tunnel *tunnel, enum ipip_payload type, uint8_t version,
                             uint32_t overhead)
{
    return room(tunnel, overhead + link_header(type), version == 6 ? IPV6_MTU_MIN : IPV4_MTU_MIN);
}

enum ipip_status fit_in_ipv6(const struct fit *f)
{
    if (f->tunnel->mtu == 0 ||
        f->bytes <= room_in_ipv6(f->tunnel, f->type, f->version, f->overhead) + link_header(f->type))
        return IPIP_OK;
    if (f->version == 4 && !f->is_df && f->tunnel->df != IPIP_DF_SET)
        return IPIP_OK;
    return f->version != 0 ? IPIP_MTU_EXCEEDED : IPIP_MTU_UNTOLD;
}

enum ipip_kind ipip_tunnel_kind(const struct ipip_tunnel *tunnel, enum ipip_payload type)
{
    const struct ipip_kind_about *kind;

    return kind_for(tunnel, type, &kind);
}

uint32_t ipip_tunnel_overhead(const struct ipip_tunnel *tunnel, enum ipip_payload type)
{
    const struct ipip_kind_about *kind;

    if (kind_for(tunnel, type, &kind) == IPIP_KIND_NONE)
        return 0;
    if (kind->shims[0] == IPIP_SHIM_MINIMAL)
        return ipip_address_is_none(tunnel->local) ? MINIMAL_HEADER - 4 : MINIMAL_HEADER;
    return shims_bytes(tunnel, kind) + (ipip_tunnel_is_over_ipv6(tunnel)
                                            ? (uint32_t)IPIP_IPV6_HEADER + (tunnel->has_limit ? LIMIT_HEADER : 0)
                                            : (uint32_t)IPIP_IPV4_HEADER_MIN);
}

uint16_t ipip_tunnel_icmp_mtu(const struct ipip_tunnel *tunnel, enum ipip_payload type)
{
    const struct ipip_kind_about *kind;
    uint8_t version = type == IPIP_PAYLOAD_IPV6 ? 6 : 4;
    uint32_t overhead;

    if (kind_for(tunnel, type, &kind) == IPIP_KIND_NONE || tunnel->mtu == 0)
        return 0;
    overhead = ipip_tunnel_overhead(tunnel, type);
    if (ipip_tunnel_is_over_ipv6(tunnel))
        return (uint16_t)room_in_ipv6(tunnel, type, version, overhead);
    return (uint16_t)room(tunnel, overhead + link_header(type), kind->payload == IPIP_PAYLOAD_IPV6 ? IPV6_MTU_MIN : 0);
}
