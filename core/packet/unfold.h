/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Room for datagrams that minimal encapsulation had folded into their outer headers. */
#ifndef IPIP_CORE_UNFOLD_H
#define IPIP_CORE_UNFOLD_H

#include "ipip/reassembly.h"

/* One in another are there side by side: that of a packet, and what is left of it. */
enum { UNFOLD_OCTETS = 2 * 65536 };

struct unfold_room {
    uint32_t used; /* by the packet at hand */
    uint8_t octets[UNFOLD_OCTETS];
};

/* The stack ends in IPIP_END_FOLDED: goes on with the inner datagram, rebuilt. False where that can't be. */
bool stack_unfold(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct unfold_room *room);

struct unfold_room *reassembly_unfold_room(struct ipip_reassembly *reassembly);

#endif
