/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encapsulation and decapsulation of one IPv4 datagram (RFC 2003) under a tunnel's configuration.
 *
 * Both are pure functions on octets and copy no payload: the result is a few new octets (`head`) in the caller's buffer,
 * followed by `rest`, which lies in the input as it was.
 */
#ifndef IPIP_TUNNEL_H
#define IPIP_TUNNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/ecn.h"
#include "ipip/stack.h"
#include "ipip/status.h"

/* DF of the outer header. RFC 2003 section 3.1: set where the inner DF is set, free otherwise. */
enum ipip_df_policy {
    IPIP_DF_SET,   /* always: `pmtudisc`, Linux' default */
    IPIP_DF_COPY,  /* that of the inner header: `nopmtudisc` */
    IPIP_DF_CLEAR, /* never: gif, VPP by default, Linux `external`; violates RFC 2003 where the inner DF is set */
    IPIP_DF_POLICY_COUNT
};

/* Identification of the outer header (RFC 6864). */
enum ipip_id_policy {
    IPIP_ID_COUNTER,      /* the value that the caller passes, as of a counter */
    IPIP_ID_COPY,         /* that of the inner header: Linux 3.9 and 3.10 */
    IPIP_ID_ZERO,         /* VPP */
    IPIP_ID_ZERO_WITH_DF, /* zero where DF is set, else a counter's: Linux 2.6 to 3.8 */
    IPIP_ID_POLICY_COUNT
};

/* What `ip tunnel add` says of a tunnel, and what other implementations need besides. */
struct ipip_tunnel {
    uint32_t local;  /* outer source, host byte order */
    uint32_t remote; /* outer destination: the tunnel's exit */
    uint8_t ttl;     /* outer TTL, 1..255; 0 inherits the inner one */
    uint8_t tos;     /* outer DSCP, in the upper 6 bits; ignored with tos_inherit */
    bool tos_inherit;
    enum ipip_ecn_encap ecn; /* the two low bits of the outer TOS octet never come from `tos` */
    enum ipip_df_policy df;
    enum ipip_id_policy id;
    /* Encapsulation is part of forwarding: the inner TTL goes down by one (RFC 2003 section 3.1). */
    bool decrements_ttl;
    /* The path MTU: octets of the largest outer datagram that reaches the exit whole, 68..65535; 0 where it is not known. */
    uint16_t mtu;
};

/* What `ip tunnel add mode ipip` makes on Linux without further options, but for the addresses. */
#define IPIP_TUNNEL_LINUX ((struct ipip_tunnel){.ecn = IPIP_ECN_RFC3168_FULL, .df = IPIP_DF_SET})

/* A datagram in two pieces: `head_bytes` octets in the buffer that the caller gave, then `rest`. */
struct ipip_splice {
    uint32_t head_bytes;
    struct ipip_bytes rest;
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
enum ipip_status ipip_encap(struct ipip_splice *out, uint8_t *head, size_t head_capacity,
                            const struct ipip_tunnel *tunnel, uint16_t id, struct ipip_bytes inner);

/*
 * The MTU that the ICMP "fragmentation needed" to the inner sender carries: the tunnel's, less the 20 octets that the
 * encapsulation adds (RFC 2003 section 5.1). 0 where the tunnel's MTU is not known.
 */
uint16_t ipip_tunnel_icmp_mtu(const struct ipip_tunnel *tunnel);

/* An encapsulated datagram on its way in fragments: the first three are filled in, `next` is 0 at the beginning. */
struct ipip_fragmentation {
    const uint8_t *head; /* of `datagram` */
    struct ipip_splice datagram;
    uint16_t mtu;  /* of the link that it leaves by, 68..65535 */
    uint32_t next; /* the payload octet that the next fragment begins with */
};

/*
 * The next fragment as Linux cuts them (RFC 791 section 3.2): all but the last as large as the MTU and a multiple of 8 octets of
 * payload allow, without options, with the Identification of the whole; the whole itself where it fits. DF is the caller's
 * concern. False after the last one, and nothing is written.
 */
bool ipip_fragmentation_next(struct ipip_fragmentation *f, struct ipip_splice *out,
                             uint8_t head[static IPIP_ENCAP_HEAD_MAX]);

/*
 * Strips the outermost `depth` tunnel headers, 1 and up, off the packet that `stack` was read from, merging the ECN fields
 * from the outside in as `ecn` says. The inner TTL and DSCP stay as they are. On IPIP_OK `rest` is the datagram inside, all
 * octets of the payload that carried it; where its ECN field changes, its first 20 octets are in the head with the checksum
 * updated (RFC 1624: one that was wrong stays wrong). Otherwise nothing is written:
 *
 *   IPIP_FRAGMENT        the header to strip is that of a fragment; reassemble and ipip_stack_resume() first
 *   IPIP_TRUNCATED       the header of the datagram inside is not captured
 *   IPIP_NOT_IPV4        the datagram inside announces itself as IPv4 but has another version
 *   IPIP_MALFORMED       a header to strip is impossible, or leaves no room for a header inside
 *   IPIP_NOT_A_TUNNEL    the packet has fewer than `depth` tunnel headers
 *   IPIP_ECN_DROP        the decapsulator drops the packet
 *   IPIP_NO_SPACE        `head_capacity` is too small
 */
enum ipip_status ipip_decap(struct ipip_splice *out, uint8_t *head, size_t head_capacity,
                            const struct ipip_stack *stack, unsigned depth, enum ipip_ecn_decap ecn);

/* "set", "copy", "clear"; "counter", "copy", "zero", "zero-with-df". NULL past the last one. */
const char *ipip_df_policy_name(enum ipip_df_policy policy);
const char *ipip_id_policy_name(enum ipip_id_policy policy);

#endif
