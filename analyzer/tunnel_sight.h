/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one tunnel packet, of another kind than IPv4 in IPv4, shows of its tunnel: which tunnel it is, values of its configuration, and what
 * no configuration holds.
 */
#ifndef IPIP_ANALYZER_TUNNEL_SIGHT_H
#define IPIP_ANALYZER_TUNNEL_SIGHT_H

#include "ipip/encap.h"
#include "ipip/stack.h"
#include "ipip/tunnel.h"

enum {
    SIGHT_NO_LIMIT = 256,  /* no encapsulation limit */
    SIGHT_LIMIT_OF_INSIDE, /* what the packet inside has less 1: nothing is known of the tunnel's own */
};

/* Of `options`: GRE's flags as they are in its header, and these. */
enum {
    SIGHT_UDP_CHECKSUM = 1 << 0,
    SIGHT_ERSPAN_VERSION = 1 << 1, /* two bits */
    SIGHT_ERSPAN_DIRECTION = 1 << 3,
    SIGHT_ERSPAN_HARDWARE = 1 << 4, /* six bits */
};

struct tunnel_sight {
    struct ipip_chain chain;
    /* Why it can't be made again: 0, or of outcomes.h. */
    unsigned reason;

    /* Which tunnel it is. */
    enum ipip_kind kind;
    bool has_key;
    uint32_t key;  /* of ERSPAN the session */
    uint16_t port; /* destination of UDP; 0: none */

    /* As in struct ipip_tunnel. */
    uint32_t kinds;
    enum ipip_udp_encap encap;
    uint32_t index; /* of ERSPAN */

    uint32_t options;
    uint32_t limit;
    struct ipip_encap_values values;
    uint16_t gre_type;
};

/* `outer` was read with these kinds; `inner` is the IP header inside, NULL where there is none, or none that is read. */
void tunnel_sight_read(struct tunnel_sight *sight, const struct ipip_kinds *kinds, const struct ipip_layer *outer,
                       const struct ipip_layer *inner);

#endif
