/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/exit.h"

#include "wire/embedded.h"

static bool isatap_exit(struct ipip_addr *exit, const struct ipip_tunnel *tunnel, struct ipip_addr inner)
{
    if (embedded_is_isatap(inner))
        *exit = ipip_address_ipv4(embedded_last(inner));
    else if (tunnel->router_count > 0)
        *exit = tunnel->routers[0];
    return embedded_is_isatap(inner) || tunnel->router_count > 0;
}

bool exit_embedded(struct ipip_addr *exit, const struct ipip_tunnel *tunnel, struct ipip_addr inner)
{
    if (tunnel->is_isatap)
        return isatap_exit(exit, tunnel, inner);
    if (tunnel->prefix.bits > 0 && ipip_prefix_has(&tunnel->prefix, inner)) {
        *exit = ipip_address_ipv4(embedded_behind(tunnel->prefix.bits, &tunnel->relay, inner));
        return true;
    }
    /* Automatic tunnelling of RFC 2893, which RFC 4213 took back and Linux still has. */
    *exit = ipip_address_ipv4(embedded_last(inner));
    return embedded_is_compatible(inner);
}
