/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encapsulation of one packet under a tunnel's configuration, of any kind that tunnel.h has, and decapsulation.
 *
 * Both are pure functions on octets and copy no payload: the result is a few new octets (`head`) in the caller's buffer,
 * followed by `rest`, which lies in the input as it was. Allocates nothing.
 */
#ifndef IPIP_ENCAP_H
#define IPIP_ENCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/ecn.h"
#include "ipip/stack.h"
#include "ipip/status.h"
#include "ipip/tunnel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A datagram in two pieces: `head_bytes` octets in the buffer that the caller gave, then `rest`. */
struct ipip_rewrite {
    uint32_t head_bytes;
    struct ipip_bytes rest;
};

/* What no configuration holds: the state of the encapsulator, which the caller keeps. Each is used only where the kind has it. */
struct ipip_encap_values {
    uint16_t id;          /* of a counter, see ipip_id_policy */
    uint16_t source_port; /* of UDP, with source_port 0 in the tunnel: ipip_flow_port() */
    uint32_t sequence;    /* of GRE; Linux begins with 0 */
    uint32_t label;       /* 0..0xfffff, of IPIP_LABEL_AUTO: ipip_flow_label() */
    uint32_t timestamp;   /* of ERSPAN type III: 100 microseconds since 1970, the lower 32 bits */
};

enum {
    /* Room that is always enough for the head of an encapsulated, or of a decapsulated, datagram, and for that of a fragment. */
    IPIP_ENCAP_HEAD_MAX = 160,
    IPIP_DECAP_HEAD_MAX = 128, /* more only for a frame with a dozen and more of tags before its IP header */
};

/*
 * Puts `inner` into `tunnel`: a datagram, a frame from its destination address on, or a label stack with what follows, as `type` says, one
 * bit of enum ipip_payload. `inner.wire` octets are encapsulated, of which `inner.captured` are here: cut link-layer padding off
 * before. On IPIP_OK the head is the outer header, what follows up to the packet, and the inner header where its TTL was
 * decremented. Where `tunnel->mtu` is exceeded and nothing forbids it, the outer datagram leaves in fragments: see
 * ipip_fragmentation_next(). A mirrored frame (ERSPAN) is cut instead, `rest.wire` shorter. Otherwise nothing is written:
 *
 *   IPIP_NOT_HELD        none of the kinds of the tunnel holds packets of this type
 *   IPIP_TRUNCATED       the inner header is not captured, or a checksum covers what is not captured
 *   IPIP_NOT_IPV4        the inner version is not 4
 *   IPIP_NOT_IPV6        the inner version is not 6
 *   IPIP_MALFORMED       the inner IHL is less than 5, Total Length less than the header, or a length beyond `inner.wire`
 *   IPIP_TTL_EXPIRED     the inner TTL is 0, or decrementing makes it so: MUST NOT be encapsulated
 *   IPIP_SOURCE_IS_EXIT  the inner source is `tunnel->remote`: MUST NOT be tunnelled
 *   IPIP_NO_EXIT         there is no `tunnel->remote`, and the inner destination embeds no IPv4 address, or `tunnel->local`
 *   IPIP_LIMIT_REACHED   the inner packet carries the encapsulation limit 0 (RFC 2473 section 4.1.1)
 *   IPIP_FRAGMENT        RFC 2004 section 3 has no minimal encapsulation of fragments
 *   IPIP_TOO_LARGE       the outer length would exceed what its field can hold
 *   IPIP_MTU_EXCEEDED    `tunnel->mtu` is known and exceeded: ICMP with ipip_tunnel_icmp_mtu() goes to the inner sender
 *   IPIP_MTU_UNTOLD      the same, but only the outer header forbids fragments: Linux drops its own outer datagram
 *   IPIP_NO_SPACE        `head_capacity` is too small
 */
enum ipip_status ipip_encap(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                            const struct ipip_tunnel *tunnel, const struct ipip_encap_values *values,
                            enum ipip_payload type, struct ipip_bytes inner);

/* The kind that ipip_encap() makes of packets of this type; IPIP_KIND_NONE where the tunnel does not hold them. */
enum ipip_kind ipip_tunnel_kind(const struct ipip_tunnel *tunnel, enum ipip_payload type);

/*
 * Octets that a packet of this type gets in front of it, at most: without the encapsulation limit that an inner packet brings along
 * where the tunnel has none. 0 where the tunnel does not hold it.
 */
uint32_t ipip_tunnel_overhead(const struct ipip_tunnel *tunnel, enum ipip_payload type);

/*
 * The MTU in the ICMP "fragmentation needed", or ICMPv6 "packet too big", to the inner sender: the tunnel's less its overhead (RFC
 * 2003 section 5.1), but what IPv6 demands at least, as Linux has it. 0 where the tunnel's MTU is not known.
 */
uint16_t ipip_tunnel_icmp_mtu(const struct ipip_tunnel *tunnel, enum ipip_payload type);

/* A number that the packets of one flow have in common: of addresses, protocol and ports. The same in each run. */
uint32_t ipip_flow_hash(enum ipip_payload type, struct ipip_bytes packet);

/* A source port of it, 32768..60999 as Linux' net.ipv4.ip_local_port_range is, and a flow label with the bit that Linux sets in its own. */
static inline uint16_t ipip_flow_port(uint32_t hash)
{
    return (uint16_t)(32768 + hash % (61000 - 32768));
}

static inline uint32_t ipip_flow_label(uint32_t hash)
{
    return 0x80000 | (hash & 0x7ffff);
}

/* An encapsulated datagram that leaves in fragments: the first four are filled in, `next` is 0 at the beginning. */
struct ipip_fragmentation {
    const uint8_t *head; /* of `datagram` */
    struct ipip_rewrite datagram;
    uint16_t mtu;  /* of the link that it leaves by, 68..65535; of outer IPv6 1280..65535 */
    uint32_t id;   /* Identification of the Fragment headers; IPv4 has that of the whole */
    uint32_t next; /* the payload octet that the next fragment begins with */
};

/*
 * The next fragment as Linux cuts them (RFC 791 section 3.2, RFC 8200 section 4.5): all but the last as large as the MTU and a multiple
 * of 8 octets of payload allow; the whole itself where it fits. Later IPv4 fragments have only those options that are to be copied. The
 * encapsulation limit stands before each Fragment header, where the tunnels on the way look for it. DF is the caller's concern.
 * False after the last one, or where the MTU leaves less than 8 octets of payload, and nothing is written.
 */
bool ipip_fragmentation_next(struct ipip_fragmentation *f, struct ipip_rewrite *out, uint8_t head[IPIP_ENCAP_HEAD_MAX]);

/*
 * How many tunnel headers can be stripped off the packet that `stack` was read from with these kinds: one more than it has IP headers
 * inside each other where a frame without an IP packet leaves the innermost one.
 */
unsigned ipip_decap_depth(const struct ipip_stack *stack, const struct ipip_kinds *kinds);

/*
 * Strips the outermost `depth` tunnel headers, 1 and up, with all headers between them, off the packet that `stack` was read from with
 * `kinds`, merging the ECN fields from the outside in by `ecn`. The inner TTL and DSCP stay as they are. On IPIP_OK `*type` is what comes
 * out, IPIP_PAYLOAD_IPV4 or IPIP_PAYLOAD_IPV6; IPIP_PAYLOAD_ETHERNET, a frame from its destination address on, of gretap and ERSPAN; or
 * IPIP_PAYLOAD_MPLS, labels and what follows. `rest` is that, all octets of the payload that carried it; where its ECN field
 * changes, its headers up to the fixed IP header are in the head, the checksum of IPv4 updated (RFC 1624: one that was wrong stays
 * wrong). ECN in a frame is merged as without it; behind labels it is not. Keys and sequence numbers of GRE and embedded addresses are not looked at: what they ought to be, only the configuration of
 * the tunnel shows. Otherwise nothing is written:
 *
 *   IPIP_FRAGMENT        the header to strip is that of a fragment; reassemble and resume first: ipip_unwrap()
 *   IPIP_TRUNCATED       the header of the datagram inside is not captured
 *   IPIP_NOT_IPV4        the datagram inside announces itself as IPv4 but has another version
 *   IPIP_NOT_IPV6        the same of IPv6
 *   IPIP_MALFORMED       a header to strip is impossible, leaves no room for a header inside, or is still folded (minimal.h)
 *   IPIP_OPAQUE          what is inside is encrypted or compressed
 *   IPIP_NOT_IP          what is inside is neither an IP packet nor a frame: a keepalive, a control message
 *   IPIP_NOT_A_TUNNEL    the packet has fewer than `depth` tunnel headers
 *   IPIP_ECN_DROP        the decapsulator drops the packet
 *   IPIP_NO_SPACE        `head_capacity` is too small
 */
enum ipip_status ipip_decap(struct ipip_rewrite *out, enum ipip_payload *type, uint8_t *head, size_t head_capacity,
                            const struct ipip_stack *stack, const struct ipip_kinds *kinds, unsigned depth,
                            enum ipip_ecn_decap ecn);

#ifdef __cplusplus
}
#endif

#endif
