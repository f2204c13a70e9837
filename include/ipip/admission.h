/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the exit of a tunnel takes, by its configuration: addresses, kind, key, the checksums and sequence numbers that it demands, and the
 * addresses that 6to4, 6rd and ISATAP embed. As Linux 6.1 (ip_tunnel_lookup(), ip_tunnel_rcv(), ip6gre_rcv(), ipip6_rcv()), RFC 2890 section 2.2,
 * RFC 3964, RFC 5969 section 12 and RFC 5214 section 7.3. What is wrong whatever the configuration: drop.h. Allocates nothing.
 */
#ifndef IPIP_ADMISSION_H
#define IPIP_ADMISSION_H

#include "ipip/drop.h"
#include "ipip/tunnel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One end, and what it has taken so far. */
struct ipip_admission {
    struct ipip_tunnel tunnel; /* of this end: packets come from `remote`, {0, 0}: from any, to `local`, {0, 0}: any */
    bool has_taken;            /* a sequence number */
    uint32_t next;             /* the least that is not old */
};

/* Nothing has come yet. */
struct ipip_admission ipip_admission_of(const struct ipip_tunnel *tunnel);

/*
 * Whether a packet of at least one layer, outermost first, which was read with `kinds`, is of this tunnel: by the kind, the addresses and
 * the key of the outermost tunnel header. What is not captured, or in another fragment, is no reason against it. False of what has no tunnel header, and of
 * fragments of GRE and UDP but the first, whose kind does not show.
 */
bool ipip_admission_claims(const struct ipip_admission *admission, const struct ipip_stack *stack,
                           const struct ipip_kinds *kinds);

/*
 * Why the end does not take a packet that it claims, whole or reassembled: IPIP_DROP_NOTHING, IPIP_DROP_GRE_SEQUENCE,
 * IPIP_DROP_GRE_CHECKSUM_USE or IPIP_DROP_EMBEDDED. Only the outermost tunnel header counts. What can't be read is no reason. Packets in
 * the order in which they came.
 */
enum ipip_drop_why ipip_admission_take(struct ipip_admission *admission, const struct ipip_stack *stack,
                                       const struct ipip_kinds *kinds);

#ifdef __cplusplus
}
#endif

#endif
