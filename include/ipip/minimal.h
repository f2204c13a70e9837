/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Minimal encapsulation (RFC 2004): the inner IPv4 header is folded into the outer one, and what of it is different follows in a minimal
 * forwarding header. Allocates nothing.
 */
#ifndef IPIP_MINIMAL_H
#define IPIP_MINIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/bytes.h"
#include "ipip/ip.h"
#include "ipip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The minimal forwarding header (section 3). */
struct ipip_minimal {
    uint8_t protocol;             /* of the inner header */
    bool has_source;              /* the S bit */
    uint8_t reserved;             /* 7 bits, must be 0 */
    uint16_t checksum;            /* of this header, as found */
    struct ipip_addr destination; /* of the inner header */
    struct ipip_addr source;      /* likewise; without the S bit {0, 0}: it is that of the outer header */
    uint8_t header_bytes;         /* 8, or 12 with a source */
};

/* IPIP_OK, or IPIP_TRUNCATED where the capture ends before its end, or IPIP_MALFORMED where fewer octets were there. */
enum ipip_status ipip_minimal_read(struct ipip_minimal *minimal, struct ipip_bytes at);

/*
 * Makes the inner datagram whole again, in `room`: the outer header `outer` of `datagram` with the inner protocol and addresses, a Total
 * Length without the minimal header and the `between` octets of authentication headers before it (0 stays 0), and its checksum; options and
 * all other fields are common to both. Behind it what follows the minimal header. `inner->data` is `room`; of what was not captured nothing
 * is there.
 *
 * IPIP_OK, or the status of ipip_minimal_read(), IPIP_TRUNCATED also where the capture ends before it, IPIP_MALFORMED where the outer header
 * is impossible; or IPIP_NO_SPACE where `capacity` is less than what is captured. `room` must not overlap the datagram.
 */
enum ipip_status ipip_minimal_unfold(struct ipip_bytes *inner, uint8_t *room, uint32_t capacity,
                                     const struct ipip_ip *outer, struct ipip_bytes datagram, uint32_t between);

#ifdef __cplusplus
}
#endif

#endif
