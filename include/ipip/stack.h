/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nested IP layers of one packet, outermost first: IPv4 and IPv6 headers in tunnels of the kinds that are to be read (kind.h). Others
 * end the walk with a name (IPIP_END_UNSUPPORTED), and so does what has no IP header inside (chain.h).
 *
 * A packet in a carrier (carrier.h) is read from the header of the IPv4 packet inside: the carrier is no layer.
 *
 * Every layer is bounded by what is captured and by what the layer outside promised, whichever is less: nothing an
 * inner header claims can make the walk look further. The walk is a loop with an explicit limit, and records why it
 * ends. Values are plain and in host byte order, copied once; `bytes` of a layer points into the packet (or into the
 * buffer of the reassembly that made the layer whole) and is valid as long as that is. Allocates nothing.
 */
#ifndef IPIP_STACK_H
#define IPIP_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/chain.h"
#include "ipip/ecn.h"
#include "ipip/ip.h"
#include "ipip/ipv4.h"
#include "ipip/kind.h"
#include "ipip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    /* IP headers that a stack holds. A packet with more ends in IPIP_END_NESTING_LIMIT. */
    IPIP_STACK_MAX = 16,
};

struct ipip_layer {
    /*
     * The datagram from the first octet of its header on. `bytes.wire` is what the outside promised: for layer 0 the octets
     * that the link layer delivered (padding included), for the others the payload of the layer outside.
     */
    struct ipip_bytes bytes;
    struct ipip_ip ip;
    /* The ECN field that arrived: that of `ip.tclass`, or what RFC 3168 section 5.3 makes of several fragments. */
    enum ipip_ecn ecn;
    /*
     * Octets of headers that are no IP headers between this one and what is inside: authentication headers (RFC 2003 section 3 allows
     * them), UDP, GRE, Ethernet ...; which ones, ipip_layer_chain() tells.
     */
    uint16_t shim_bytes;
    /*
     * Of enum ipip_kind: which tunnel header it is, whatever lies inside; IPIP_KIND_NONE where it is none that is read, or where that shows
     * only when the fragment that it is has been reassembled. One of protocol 41 without IPv6 inside, IPIP_END_INNER_VERSION, is known as
     * such also where IPIP_KIND_6IN4 is not to be read. Where the header's lengths are impossible, the first kind that its protocol announces.
     */
    uint8_t kind;
    /* Made whole from fragments: `ip` is the header of the fragment at offset 0, its lengths those of the whole. */
    bool is_reassembled;
};

struct ipip_stack {
    unsigned count;
    enum ipip_end end;
    uint8_t next;           /* protocol number or first octet, depending on `end` */
    uint8_t next_kind;      /* with IPIP_END_UNSUPPORTED: of enum ipip_kind */
    uint32_t carrier_bytes; /* octets of a carrier before the outermost layer; 0: none */
    struct ipip_layer layers[IPIP_STACK_MAX];
};

/*
 * Reads the packet that starts at the IP header `packet.data[0]`, with the tunnels of these kinds in it. IPIP_OK with `stack->count` >= 1; or IPIP_TRUNCATED where
 * the fixed header is not captured, IPIP_NOT_IPV4 where the version is neither 4 nor, with kinds over IPv6, 6; then `stack->count` is 0. A
 * carrier may be of either version; a carrier (carrier.h) of a kind that is to be read is none, but a layer.
 */
enum ipip_status ipip_stack_read(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes packet);

/*
 * Goes on where a stack ended in IPIP_END_FRAGMENT: the innermost layer is replaced by the reassembled `datagram` (the header
 * of the fragment at offset 0 with the lengths of the whole, then the whole payload; `ecn` as ipip_ecn_reassembled() makes it).
 */
void ipip_stack_resume(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes datagram,
                       enum ipip_ecn ecn);

/*
 * Goes on where a stack ended in IPIP_END_FOLDED: `datagram`, as ipip_minimal_unfold() rebuilt it (minimal.h), is the next layer.
 */
void ipip_stack_resume_folded(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes datagram);

/*
 * The same as ipip_stack_resume() with nothing but the fragment at offset 0, where the rest will never be there: how long the whole is, is not known. The
 * layer looks as if as much of the largest possible datagram was captured.
 */
void ipip_stack_resume_partial(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes fragment);

/* The payload of a layer: what follows its header, within Total Length (a Total Length of 0 promises what is there). */
struct ipip_bytes ipip_layer_payload(const struct ipip_layer *layer);

/* What a tunnel header carries: its payload without the headers between. */
struct ipip_bytes ipip_layer_inside(const struct ipip_layer *layer);

/* The headers between this one and what is inside, `kinds` being those with which the stack was read. Not of a fragment. */
static inline void ipip_layer_chain(struct ipip_chain *chain, const struct ipip_kinds *kinds,
                                    const struct ipip_layer *layer)
{
    ipip_chain_read(chain, kinds, &layer->ip, layer->bytes);
}

/* The header octets of a layer that are captured: at most header_bytes. */
struct ipip_bytes ipip_layer_header(const struct ipip_layer *layer);

/* How many of the layers encapsulate another one that was read: the tunnel headers of a packet. */
static inline unsigned ipip_stack_tunnels(const struct ipip_stack *stack)
{
    return stack->count == 0 ? 0 : stack->count - 1;
}

#ifdef __cplusplus
}
#endif

#endif
