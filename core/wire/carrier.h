/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The headers between the IP header of a carrier and what it carries. */
#ifndef IPIP_CORE_CARRIER_H
#define IPIP_CORE_CARRIER_H

#include "ipip/carrier.h"

enum {
    CARRIED_IPV4 = 0x0800,
    CARRIED_IPV6 = 0x86dd,
    CARRIED_MPLS = 0x8847,
    CARRIED_FRAME = 0x6558, /* "transparent Ethernet bridging" */
};

/*
 * Each reads its header at `*at`: kind and id go into `*carrier`, the EtherType of what is inside into `*type`, and `*at` is then what is
 * inside. False where the header is cut off or can't be read.
 */
typedef bool carrier_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at);

carrier_read gre_read, vxlan_read, vxlan_gpe_read, geneve_read;

/* Whether UDP packets to this port may be carriers. */
bool carrier_has_port(uint16_t port);

#endif
