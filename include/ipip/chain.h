/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain of headers between an outer IP header and what it tunnels: authentication headers (and what of IPv6 follows them), UDP, GUE, GRE, ERSPAN, Ethernet, MPLS. It
 * says which kind of tunnel it is, and where what is inside begins. Each header is bounded by what is captured, and by what the one outside
 * promised. Allocates nothing.
 */
#ifndef IPIP_CHAIN_H
#define IPIP_CHAIN_H

#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/ip.h"
#include "ipip/kind.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a walk over the headers of a packet ended. */
enum ipip_end {
    IPIP_END_PAYLOAD,       /* the innermost layer carries something that is no tunnel: the usual end */
    IPIP_END_UNSUPPORTED,   /* a tunnel of a kind that is not read; which one is in `next`, and as `next_kind` */
    IPIP_END_FRAGMENT,      /* the innermost layer is a fragment of a tunnel packet, or of what may be one */
    IPIP_END_CUT,           /* the capture ends before the next header is whole */
    IPIP_END_NO_ROOM,       /* the payload is too short for the IP header that it announces */
    IPIP_END_INNER_VERSION, /* the announced IP header has another version; `next` is its first octet */
    IPIP_END_BAD_HEADER, /* the innermost IP header's lengths, or those of its extension headers, are impossible, or they are too many */
    IPIP_END_NESTING_LIMIT, /* more than IPIP_STACK_MAX layers */
    IPIP_END_BAD_SHIM,      /* a header between the two IP headers is impossible, or longer than what is there */
    IPIP_END_OPAQUE,        /* what the tunnel carries is encrypted or compressed */
    IPIP_END_NOT_IP,        /* it carries what is no IP packet: ARP, IS-IS, a keepalive, a control message, ... */
    IPIP_END_FOLDED,        /* the inner header is part of the innermost one: minimal encapsulation (minimal.h) */
    IPIP_END_COUNT
};

/* One header of a chain. */
struct ipip_chain_link {
    uint8_t shim;    /* of enum ipip_shim */
    uint16_t offset; /* from the end of the outer IP header */
    uint16_t
        bytes; /* with Ethernet also VLAN tags and what else is stepped over up to the IP header; all AH in a row are one, as are extension headers */
};

enum { IPIP_CHAIN_MAX = 8 };

struct ipip_chain {
    enum ipip_end end; /* IPIP_END_COUNT: an IP header follows */
    uint8_t
        kind; /* of enum ipip_kind: the tunnel, also one that is not read; IPIP_KIND_NONE: none, or it is not known */
    uint8_t protocol; /* of what follows the IP header and the authentication and extension headers behind it */
    uint8_t
        announced;  /* what is inside, IPIP_PAYLOAD_IPV4 or IPIP_PAYLOAD_IPV6, or both where only its version tells */
    uint16_t bytes; /* of all links */
    unsigned count;
    struct ipip_chain_link links[IPIP_CHAIN_MAX];
    struct ipip_bytes inside; /* what follows the last link; of ESP up to its padding */
};

/*
 * Reads the chain behind `header`, the one at which `packet` begins; not of a fragment other than the first. Tunnels of other kinds than
 * these end it: IPIP_END_UNSUPPORTED, or IPIP_END_PAYLOAD where only a UDP port shows them. IPIP_END_PAYLOAD where there is no tunnel, and
 * where authentication headers hold a fragment: it is not put together. With more than IPIP_IPV6_EXTENSIONS_MAX headers in all
 * IPIP_END_BAD_HEADER, and of what is behind them only `kind` is known; likewise, and without a kind, behind a header without a payload
 * (ipip_ip_has_payload()).
 */
void ipip_chain_read(struct ipip_chain *chain, const struct ipip_kinds *kinds, const struct ipip_ip *header,
                     struct ipip_bytes packet);

/* The header of this shim; NULL where the chain has none. */
const struct ipip_chain_link *ipip_chain_find(const struct ipip_chain *chain, enum ipip_shim shim);

#ifdef __cplusplus
}
#endif

#endif
