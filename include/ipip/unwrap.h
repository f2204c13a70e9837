/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layers of a packet as a decapsulator sees them: outer fragments make a datagram first, and of minimal encapsulation the inner header
 * is rebuilt. Allocates nothing.
 */
#ifndef IPIP_UNWRAP_H
#define IPIP_UNWRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/packet.h"
#include "ipip/reassembly.h"
#include "ipip/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What has been reassembled meanwhile. */
struct ipip_unwrapped {
    uint64_t datagrams;
    uint64_t fragments; /* that these came in */
    uint64_t early; /* of these, those that were left as they were, as they came before the first of their datagram */
};

/*
 * Goes on with the layers of a packet, as ipip_stack_read() left them with these kinds, down to the depth that is to be stripped,
 * reassembling on the way and adding to `*counts`. To be called where the stack ends in IPIP_END_FRAGMENT or IPIP_END_FOLDED; else nothing
 * happens. False where a fragment must wait for others: then there is nothing to strip yet. The stack is valid until the next packet.
 *
 * A fragment of what is not read with these kinds (ESP, IPComp) is not reassembled: the stack ends in IPIP_END_OPAQUE, with the fragment.
 *
 * A fragment that may be one of a tunnel packet, which only the fragment at offset 0 shows (of UDP, GRE and AH, and of IPv6 with extension
 * headers behind the Fragment header), is held where that one is. One that comes before it stays what it is, and is part of the datagram
 * nevertheless (ipip_reassembly_keep()).
 */
bool ipip_unwrap(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_reassembly *reassembly,
                 const struct ipip_packet *packet, unsigned depth, struct ipip_unwrapped *counts);

#ifdef __cplusplus
}
#endif

#endif
