/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encapsulation and decapsulation of one IPv4 datagram (RFC 2003) under a tunnel's configuration.
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
    uint16_t source_port; /* of UDP, with source_port 0 in the tunnel */
    uint32_t sequence;    /* of GRE */
    uint32_t label;       /* 0..0xfffff, of IPIP_LABEL_AUTO */
};

enum {
    /* Room that is always enough for the head of an encapsulated, or of a decapsulated, datagram. */
    IPIP_ENCAP_HEAD_MAX = IPIP_IPV4_HEADER_MIN + IPIP_IPV4_HEADER_MAX,
    IPIP_DECAP_HEAD_MAX = IPIP_IPV4_HEADER_MAX,
};

/*
 * Puts the datagram `inner` into `tunnel`. `inner.wire` octets are encapsulated, of which `inner.captured` are here: cut
 * link-layer padding off before. `id` is the outer Identification (see ipip_id_policy). On IPIP_OK the head is the outer
 * header, and the inner one where its TTL was decremented. Where `tunnel->mtu` is exceeded and the outer DF is clear, it leaves
 * in fragments: see ipip_fragmentation_next(). Otherwise nothing is written:
 *
 *   IPIP_TRUNCATED       the inner header is not captured
 *   IPIP_NOT_IPV4        the inner version is not 4
 *   IPIP_MALFORMED       the inner IHL is less than 5, Total Length less than the header, or either beyond `inner.wire`
 *   IPIP_TTL_EXPIRED     the inner TTL is 0, or decrementing makes it so: MUST NOT be encapsulated
 *   IPIP_SOURCE_IS_EXIT  the inner source is `tunnel->remote`: MUST NOT be tunnelled
 *   IPIP_TOO_LARGE       the outer Total Length would exceed 65,535
 *   IPIP_MTU_EXCEEDED    `tunnel->mtu` is known and exceeded, and the inner DF is set; see ipip_tunnel_icmp_mtu()
 *   IPIP_MTU_UNTOLD      the same, but only the outer DF is set, by IPIP_DF_SET: Linux drops its own outer datagram
 *   IPIP_NO_SPACE        `head_capacity` is too small
 */
enum ipip_status ipip_encap(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                            const struct ipip_tunnel *tunnel, const struct ipip_encap_values *values,
                            enum ipip_payload type, struct ipip_bytes inner);

/*
 * The MTU that the ICMP "fragmentation needed" to the inner sender carries: the tunnel's, less the 20 octets that the
 * encapsulation adds (RFC 2003 section 5.1). 0 where the tunnel's MTU is not known.
 */
uint16_t ipip_tunnel_icmp_mtu(const struct ipip_tunnel *tunnel);

/* An encapsulated datagram that leaves in fragments: the first three are filled in, `next` is 0 at the beginning. */
struct ipip_fragmentation {
    const uint8_t *head; /* of `datagram` */
    struct ipip_rewrite datagram;
    uint16_t mtu;  /* of the link that it leaves by, 68..65535 */
    uint32_t next; /* the payload octet that the next fragment begins with */
};

/*
 * The next fragment as Linux cuts them (RFC 791 section 3.2): all but the last as large as the MTU and a multiple of 8 octets of
 * payload allow, without options, with the Identification of the whole; the whole itself where it fits. DF is the caller's
 * concern. False after the last one, and nothing is written.
 */
bool ipip_fragmentation_next(struct ipip_fragmentation *f, struct ipip_rewrite *out, uint8_t head[IPIP_ENCAP_HEAD_MAX]);

/*
 * Strips the outermost `depth` tunnel headers, 1 and up, off the packet that `stack` was read from, merging the ECN
 * fields from the outside in by `ecn`. The inner TTL and DSCP stay as they are. On IPIP_OK `rest` is the datagram
 * inside, all octets of the payload that carried it; where its ECN field changes, its first 20 octets are in the head
 * with the checksum updated (RFC 1624: one that was wrong stays wrong). Otherwise nothing is written:
 *
 *   IPIP_FRAGMENT        the header to strip is that of a fragment; reassemble and ipip_stack_resume() first
 *   IPIP_TRUNCATED       the header of the datagram inside is not captured
 *   IPIP_NOT_IPV4        the datagram inside announces itself as IPv4 but has another version
 *   IPIP_MALFORMED       a header to strip is impossible, or leaves no room for a header inside
 *   IPIP_NOT_A_TUNNEL    the packet has fewer than `depth` tunnel headers
 *   IPIP_ECN_DROP        the decapsulator drops the packet
 *   IPIP_NO_SPACE        `head_capacity` is too small
 */
enum ipip_status ipip_decap(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                            const struct ipip_stack *stack, unsigned depth, enum ipip_ecn_decap ecn);

#ifdef __cplusplus
}
#endif

#endif
