/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether UDP may be that of a tunnel. */
#ifndef IPIP_CORE_UDP_TUNNEL_H
#define IPIP_CORE_UDP_TUNNEL_H

#include "ipip/stack.h"
#include "ipip/udp.h"
#include "wire/octets.h"

#define UDP_PORT_BIT(port) (UINT64_C(1) << ((port)&63))

/* By its port: most is no tunnel's. `udp` begins with the UDP header. */
static inline bool udp_tunnel_may_be(const struct ipip_kinds *kinds, struct ipip_bytes udp)
{
    enum { PORT = 2 };
    /* The lower six bits of the registered ports (packet/chain_udp.c, udp_named.c). */
    const uint64_t registered = UDP_PORT_BIT(IPIP_UDP_PORT_GUE) | UDP_PORT_BIT(IPIP_UDP_PORT_GRE) | UDP_PORT_BIT(4789) |
                                UDP_PORT_BIT(8472) | UDP_PORT_BIT(4790) | UDP_PORT_BIT(6081) | UDP_PORT_BIT(6635) |
                                UDP_PORT_BIT(1701) | UDP_PORT_BIT(3544) | UDP_PORT_BIT(4500) | UDP_PORT_BIT(2152);

    if ((kinds->set & (IPIP_KINDS_OVER_UDP | IPIP_KINDS_NAMED_OVER_UDP)) == 0 || udp.captured < PORT + 2)
        return false;
    return kinds->udp_count > 0 || (registered >> (udp.data[PORT + 1] & 63) & 1) != 0;
}

/* The port is declared or registered for a tunnel, be that read, named, or of no interest. */
bool udp_port_is_known(const struct ipip_kinds *kinds, uint16_t port);

#endif
