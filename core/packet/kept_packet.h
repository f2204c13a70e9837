/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The start of a packet, kept for a finding that only later ones decide on. */
#ifndef IPIP_CORE_KEPT_PACKET_H
#define IPIP_CORE_KEPT_PACKET_H

#include "ipip/packet.h"
#include "ipip/stack.h"

enum { KEPT_OCTETS = 128 }; /* two headers with some options */

struct kept_packet {
    struct ipip_packet packet; /* its octets are below */
    uint8_t octets[KEPT_OCTETS];
};

void kept_packet_take(struct kept_packet *kept, const struct ipip_packet *packet);

/* Reads its layers, of tunnels of these kinds. `*packet` and `*stack` point into `kept`. */
void kept_packet_read(const struct kept_packet *kept, const struct ipip_kinds *kinds, struct ipip_packet *packet,
                      struct ipip_stack *stack);

#endif
