/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels in UDP: by the destination port. */
#include <stddef.h>

#include "ipip/udp.h"
#include "packet/chain_walk.h"
#include "packet/udp_named.h"
#include "packet/udp_tunnel.h"

/* By the number that follows UDP or GUE: an IP header, or GRE. */
static void read_protocol(const struct walk *w, uint8_t protocol)
{
    switch (protocol) {
    case IPIP_PROTOCOL_IPIP:
        walk_announce(w, IPIP_PAYLOAD_IPV4);
        break;
    case IPIP_PROTOCOL_IPV6:
        walk_announce(w, IPIP_PAYLOAD_IPV6);
        break;
    case IPIP_PROTOCOL_GRE:
        walk_gre(w);
        break;
    default:
        walk_end(w, IPIP_END_NOT_IP);
    }
}

static void read_gue(const struct walk *w)
{
    struct ipip_gue gue;
    enum ipip_status status = ipip_gue_read(&gue, w->chain->inside);

    if (status != IPIP_OK)
        walk_end_unread(w, status);
    else if (gue.variant == 1)
        walk_announce(w, CHAIN_ANY_VERSION);
    else if (!walk_add(w, IPIP_SHIM_GUE, gue.header_bytes))
        return;
    else if (gue.is_control)
        walk_end(w, IPIP_END_NOT_IP);
    else
        read_protocol(w, gue.protocol);
}

/* What a port is declared for, else what it is registered for; of a kind that is to be read. */
static struct ipip_udp_tunnel tunnel_at_port(const struct ipip_kinds *kinds, uint16_t port)
{
    static const struct ipip_udp_tunnel registered[] = {
        {IPIP_UDP_PORT_GUE, IPIP_KIND_GUE, 0},
        {IPIP_UDP_PORT_GRE, IPIP_KIND_GRE_UDP, IPIP_PROTOCOL_GRE},
    };

    for (unsigned i = 0; i < kinds->udp_count && i < IPIP_UDP_TUNNELS_MAX; i++) {
        if (kinds->udp[i].port == port)
            return kinds->udp[i];
    }
    for (size_t i = 0; i < sizeof registered / sizeof registered[0]; i++) {
        if (registered[i].port == port)
            return registered[i];
    }
    return (struct ipip_udp_tunnel){0};
}

bool udp_port_is_known(const struct ipip_kinds *kinds, uint16_t port)
{
    return tunnel_at_port(kinds, port).kind != IPIP_KIND_NONE || udp_named_has(port);
}

/* Of none that is read. One that has a name is none of the kinds whose headers count: the packet ends in UDP all the same. */
static void end_unread(const struct walk *w, const struct ipip_udp *udp)
{
    enum ipip_kind kind =
        udp_named_kind(w->kinds, udp->destination, ipip_bytes_after(w->chain->inside, IPIP_UDP_HEADER));

    w->chain->kind = (uint8_t)kind;
    walk_end(w, kind == IPIP_KIND_NONE ? IPIP_END_PAYLOAD : IPIP_END_UNSUPPORTED);
}

void walk_udp(const struct walk *w)
{
    struct ipip_chain *chain = w->chain;
    struct ipip_udp_tunnel tunnel;
    struct ipip_udp udp;
    enum ipip_status status = ipip_udp_read(&udp, chain->inside);

    if (status != IPIP_OK) {
        walk_end(w, IPIP_END_PAYLOAD);
        return;
    }
    tunnel = tunnel_at_port(w->kinds, udp.destination);
    if (tunnel.kind == IPIP_KIND_NONE || !walk_reads(w->kinds, tunnel.kind)) {
        end_unread(w, &udp);
        return;
    }
    chain->kind = (uint8_t)tunnel.kind;
    if (udp.length != 0 && (udp.length < IPIP_UDP_HEADER || udp.length > chain->inside.wire)) {
        walk_end(w, IPIP_END_BAD_SHIM);
        return;
    }
    if (udp.length != 0)
        chain->inside = ipip_bytes_first(chain->inside, udp.length);
    if (!walk_add(w, IPIP_SHIM_UDP, IPIP_UDP_HEADER))
        return;
    if (tunnel.kind == IPIP_KIND_GUE)
        read_gue(w);
    else
        read_protocol(w, tunnel.kind == IPIP_KIND_GRE_UDP ? (uint8_t)IPIP_PROTOCOL_GRE : tunnel.protocol);
}
