/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/tunnel_mode.h"

#define KIND(name) IPIP_KIND_BIT(IPIP_KIND_##name)

static const struct ipip_tunnel_mode modes[IPIP_TUNNEL_MODES] = {
    {.names = {"ipip", "ip/ip", "ip4ip4", "ipv4/ipv4"},
     .type = "ipip",
     .is_of_ip_tunnel = true,
     .is_spelt_out = true,
     .driver = IPIP_DRIVER_IPIP,
     .kinds = KIND(IPIP),
     .kind = IPIP_KIND_IPIP,
     .other = "mode ipip6"},
    {.names = {"any", "any/ipv4"},
     .type = "ipip",
     .is_default = true,
     .driver = IPIP_DRIVER_IPIP,
     .kinds = KIND(IPIP) | KIND(MPLS),
     .kind = IPIP_KIND_IPIP,
     .other = "type ip6tnl"},
    {.names = {"mplsip", "mpls/ipv4"},
     .type = "ipip",
     .driver = IPIP_DRIVER_IPIP,
     .kinds = KIND(MPLS),
     .kind = IPIP_KIND_MPLS},
    {.names = {"sit", "ipv6/ip", "ip6ip", "ipv6/ipv4"},
     .link_name = "ip6ip",
     .type = "sit",
     .is_of_ip_tunnel = true,
     .driver = IPIP_DRIVER_SIT,
     .kinds = KIND(6IN4),
     .kind = IPIP_KIND_6IN4,
     .other = "mode ip6ip6"},
    {.names = {"any", "any/ipv4"},
     .type = "sit",
     .is_default = true,
     .driver = IPIP_DRIVER_SIT,
     .kinds = KIND(6IN4) | KIND(IPIP) | KIND(MPLS),
     .kind = IPIP_KIND_6IN4,
     .other = "type ip6tnl"},
    {.names = {"ipip", "ip4ip4", "ipv4/ipv4"},
     .type = "sit",
     .driver = IPIP_DRIVER_IPIP, /* it has its words, too */
     .kinds = KIND(IPIP),
     .kind = IPIP_KIND_IPIP,
     .other = "mode ipip6"},
    {.names = {"mplsip", "mpls/ipv4"},
     .type = "sit",
     .driver = IPIP_DRIVER_IPIP,
     .kinds = KIND(MPLS),
     .kind = IPIP_KIND_MPLS},
    {.names = {"isatap"},
     .is_of_ip_tunnel = true,
     .is_isatap = true,
     .driver = IPIP_DRIVER_SIT,
     .kinds = KIND(6IN4),
     .kind = IPIP_KIND_6IN4},
    {.names = {"gre", "gre/ip"},
     .type = "gre",
     .is_default = true,
     .is_of_ip_tunnel = true,
     .driver = IPIP_DRIVER_GRE,
     .kinds = KIND(GRE),
     .kind = IPIP_KIND_GRE,
     .other = "mode ip6gre"},
    {.type = "gretap",
     .is_default = true,
     .driver = IPIP_DRIVER_GRE,
     .kinds = KIND(GRETAP),
     .kind = IPIP_KIND_GRETAP,
     .other = "type ip6gretap"},
    {.type = "erspan",
     .is_default = true,
     .driver = IPIP_DRIVER_ERSPAN,
     .kinds = KIND(ERSPAN),
     .kind = IPIP_KIND_ERSPAN,
     .other = "type ip6erspan"},
    {.names = {"vti"},
     .type = "vti",
     .is_default = true,
     .is_of_ip_tunnel = true,
     .driver = IPIP_DRIVER_VTI,
     .kinds = KIND(ESP),
     .kind = IPIP_KIND_ESP,
     .other = "mode vti6"},
    {.names = {"ipip6", "ip/ipv6", "ipv4/ipv6", "ip4ip6"},
     .type = "ip6tnl",
     .is_of_ip_tunnel = true,
     .is_over_ipv6 = true,
     .driver = IPIP_DRIVER_IP6TNL,
     .kinds = KIND(4IN6),
     .kind = IPIP_KIND_4IN6,
     .other = "mode ipip"},
    {.names = {"ip6ip6", "ipv6/ipv6"},
     .type = "ip6tnl",
     .is_of_ip_tunnel = true,
     .is_over_ipv6 = true,
     .driver = IPIP_DRIVER_IP6TNL,
     .kinds = KIND(6IN6),
     .kind = IPIP_KIND_6IN6,
     .other = "mode sit"},
    {.names = {"any", "any/ipv6"},
     .type = "ip6tnl",
     .is_default = true,
     .is_of_ip_tunnel = true,
     .is_over_ipv6 = true,
     .driver = IPIP_DRIVER_IP6TNL,
     .kinds = KIND(4IN6) | KIND(6IN6),
     .kind = IPIP_KIND_6IN6,
     .other = "type sit"},
    {.names = {"ip6gre", "gre/ipv6"},
     .type = "ip6gre",
     .is_default = true,
     .is_of_ip_tunnel = true,
     .is_over_ipv6 = true,
     .driver = IPIP_DRIVER_IP6GRE,
     .kinds = KIND(GRE6),
     .kind = IPIP_KIND_GRE6,
     .other = "mode gre"},
    {.type = "ip6gretap",
     .is_default = true,
     .is_over_ipv6 = true,
     .driver = IPIP_DRIVER_IP6GRE,
     .kinds = KIND(GRETAP6),
     .kind = IPIP_KIND_GRETAP6,
     .other = "type gretap"},
    {.type = "ip6erspan",
     .is_default = true,
     .is_over_ipv6 = true,
     .driver = IPIP_DRIVER_IP6ERSPAN,
     .kinds = KIND(ERSPAN6),
     .kind = IPIP_KIND_ERSPAN6,
     .other = "type erspan"},
    {.names = {"vti6"},
     .type = "vti6",
     .is_default = true,
     .is_of_ip_tunnel = true,
     .is_over_ipv6 = true,
     .driver = IPIP_DRIVER_VTI,
     .kinds = KIND(ESP),
     .kind = IPIP_KIND_ESP,
     .other = "mode vti"},
    {.names = {"minimal"}, .driver = IPIP_DRIVER_OURS, .kinds = KIND(MINIMAL), .kind = IPIP_KIND_MINIMAL},
};

const struct ipip_tunnel_mode *ipip_tunnel_mode_at(size_t index)
{
    return index < IPIP_TUNNEL_MODES ? &modes[index] : NULL;
}

const struct ipip_tunnel_mode *ipip_tunnel_mode_of(const struct ipip_tunnel *tunnel)
{
    struct ipip_addr end = ipip_address_is_none(tunnel->local) ? tunnel->remote : tunnel->local;
    bool is_over_ipv6 = !ipip_address_is_ipv4(end);
    const struct ipip_tunnel_mode *found = NULL;

    for (size_t i = 0; i < IPIP_TUNNEL_MODES; i++) {
        const struct ipip_tunnel_mode *mode = &modes[i];
        bool makes_all = (tunnel->kinds & ~mode->kinds) == 0;

        if (!makes_all || mode->is_isatap != tunnel->is_isatap || mode->is_over_ipv6 != is_over_ipv6)
            continue;
        if (mode->kinds == tunnel->kinds)
            return mode;
        if (found == NULL)
            found = mode;
    }
    return found != NULL ? found : &modes[0];
}

struct ipip_tunnel ipip_tunnel_mode_defaults(const struct ipip_tunnel_mode *mode)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux(mode->kind);

    tunnel.kinds = mode->kinds;
    tunnel.is_isatap = mode->is_isatap;
    tunnel.prefix = (struct ipip_prefix){0};      /* of 6to4: only without remote */
    tunnel.has_udp_checksum = mode->is_over_ipv6; /* iproute2 switches it on there */
    return tunnel;
}
