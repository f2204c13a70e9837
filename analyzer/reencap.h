/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One header of IPv4 in IPv4, made again from what it carries, and a packet put into any tunnel. */
#ifndef IPIP_ANALYZER_REENCAP_H
#define IPIP_ANALYZER_REENCAP_H

#include <glib.h>

#include "ipip/encap.h"
#include "ipip/stack.h"
#include "ipip/tunnel.h"

/* The configuration of a tunnel as far as its packets show it. */
struct reencap_tunnel {
    struct ipip_tunnel tunnel;
    uint8_t hops; /* since the encapsulation, with an inherited TTL */
};

/* Where the octets of a rewrite are put side by side; of one thread at a time. */
struct reencap_room {
    uint8_t assembled[IPIP_IPV4_TOTAL_MAX + IPIP_ENCAP_HEAD_MAX];
    uint8_t unfolded[IPIP_IPV4_TOTAL_MAX + IPIP_ENCAP_HEAD_MAX];
};

struct reencap {
    /* IPIP_OK: compared. Else why it could not be: the status of ipip_encap() or ipip_decap(). */
    enum ipip_status status;
    gboolean is_identical;
    gboolean is_ce_marked;                  /* the only change is a CE mark that a router may have set */
    uint8_t expected[IPIP_IPV4_HEADER_MIN]; /* the header as it should be */
    gboolean is_payload_different;          /* an octet behind the header */
};

/*
 * Decapsulates the layer `k` of `stack`, which carries the layer k + 1, encapsulates the result under `tunnel` with the same
 * Identification, and compares all octets.
 */
void reencap_layer(struct reencap *result, const struct ipip_stack *stack, unsigned k,
                   const struct reencap_tunnel *tunnel, struct reencap_room *room);

/*
 * Encapsulates `packet`, or a frame, of this type under `tunnel`, decapsulates the result, of one of these kinds, and compares all octets.
 */
void reencap_packet(struct reencap *result, enum ipip_payload type, struct ipip_bytes packet,
                    const struct ipip_tunnel *tunnel, const struct ipip_kinds *kinds, struct reencap_room *room);

/*
 * The header that a fragment of the datagram with the header `whole` (20 octets) must have, at `out`: `offset` and `bytes` of
 * its payload in octets; with `is_ce` marked CE by a router.
 */
void reencap_fragment(uint8_t out[static IPIP_IPV4_HEADER_MIN], const uint8_t *whole, uint32_t offset, uint32_t bytes,
                      gboolean is_last, gboolean is_ce);

#endif
