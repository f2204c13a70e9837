/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of packets that are too large for the path of a tunnel: as Linux 6.1 has it for each kind. */
#ifndef IPIP_CORE_FIT_H
#define IPIP_CORE_FIT_H

#include "ipip/encap.h"

/* A packet of this size, `overhead` octets in front of it, in a tunnel whose MTU is known. */
struct fit {
    const struct ipip_tunnel *tunnel;
    const struct ipip_kind_about *kind;
    enum ipip_payload type;
    uint8_t version; /* of the IP header in it; 0: none */
    bool is_df;      /* of an IPv4 one */
    uint32_t overhead;
    uint32_t bytes;
};

/* The outer IPv4 datagram is larger than the MTU: IPIP_OK where it leaves in fragments, IPIP_MTU_EXCEEDED or IPIP_MTU_UNTOLD. */
enum ipip_status fit_in_ipv4(const struct fit *fit);

/* Whatever its size, in IPv6. */
enum ipip_status fit_in_ipv6(const struct fit *fit);

/* IPv6 without GRE in IPv4: on a path too narrow for IPv6's smallest MTU the outer datagrams are fragmented. */
bool fit_needs_fragments(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind, uint32_t overhead);

#endif
