/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether UDP may be that of a tunnel. */
#ifndef IPIP_CORE_UDP_TUNNEL_H
#define IPIP_CORE_UDP_TUNNEL_H

#include "ipip/stack.h"
#include "ipip/udp.h"
#include "wire/octets.h"

/* By its port: most is no tunnel's. `udp` begins with the UDP header. */
static inline bool udp_tunnel_may_be(const struct ipip_kinds *kinds, struct ipip_bytes udp)
{
    enum { PORT = 2 };
    uint16_t port;

    if ((kinds->set & IPIP_KINDS_OVER_UDP) == 0 || udp.captured < PORT + 2)
        return false;
    port = wire_get16(udp.data + PORT);
    return kinds->udp_count > 0 || port == IPIP_UDP_PORT_GUE || port == IPIP_UDP_PORT_GRE;
}

#endif
