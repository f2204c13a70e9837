/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The octets of an IPv6 header (RFC 8200 section 3) and of the extension headers behind it (section 4).
 *
 * Reading answers "can I read it?", never "is it right?": every value of every field is accepted, and the rules judge later.
 * Allocates nothing.
 */
#ifndef IPIP_IPV6_H
#define IPIP_IPV6_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/ip.h"
#include "ipip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    IPIP_IPV6_HEADER = 40,         /* octets, without extension headers */
    IPIP_IPV6_FRAGMENT_HEADER = 8, /* octets */
    IPIP_IPV6_EXTENSIONS_MAX = 16, /* extension and authentication headers that are stepped over */
    IPIP_IPV6_PAYLOAD_MAX = 65535, /* octets behind the fixed header: extension headers and payload */
    IPIP_IPV6_OPTION_LIMIT = 4,    /* the destination option with the encapsulation limit (RFC 2473 section 4.1.1) */
};

/*
 * Reads the header at `packet`, and the extension headers behind it as far as they are captured: hop-by-hop options, routing, destination
 * options, mobility, HIP, shim6, and a Fragment header. A Fragment header of a datagram that is one of several ends them; what follows it
 * is the fragment's payload. So does an authentication header, which belongs to what the header carries (chain.h).
 *
 * `header->header_bytes` counts them, `header->protocol` is the one behind them, `header->flags` has IPIP_IP_OPTIONS where there are some, be it
 * behind an authentication header, and always IPIP_IP_DF: no router fragments IPv6. `header->checksum` is 0. Where the last one is cut off, or longer than the packet,
 * `header->protocol` is that of an extension header (ipip_ipv6_is_extension()), and `header->header_bytes` is where it begins.
 *
 * IPIP_OK, or IPIP_TRUNCATED where fewer than 40 octets are captured; then `*header` is untouched. Any version is accepted.
 */
enum ipip_status ipip_ipv6_read(struct ipip_ip *header, struct ipip_bytes packet);

/* Whether a protocol number is that of an extension header, as ipip_ipv6_read() steps over them. */
bool ipip_ipv6_is_extension(uint8_t protocol);

/* The flow label of the header whose first 4 octets are at `data`: 0..0xfffff. */
uint32_t ipip_ipv6_flow_label(const uint8_t *data);

/* One extension or authentication header as found. */
struct ipip_extension {
    uint8_t type;    /* the number that announced it */
    uint8_t next;    /* its Next Header */
    uint16_t offset; /* of its first octet from the start of the walk */
    uint16_t bytes;  /* by its length octet; 8 for a Fragment header */
};

/* Where a walk over extension and authentication headers stands. */
struct ipip_extension_walk {
    struct ipip_bytes rest; /* from the next one on */
    uint8_t next;           /* its number, or that of what follows the last one */
    uint8_t count;          /* of those that were walked over */
    bool is_behind_first;   /* the last one was the Fragment header of a later piece: the middle of a payload follows */
    uint32_t offset;        /* of the next one */
};

/* A walk over the extension and authentication headers at `at`, of which the first is announced by `next`. */
struct ipip_extension_walk ipip_extensions(uint8_t next, struct ipip_bytes at);

/*
 * The next one. False at the end: at a number that is none of theirs; where the next one is cut off before its length octet (a routing or
 * Fragment header before its first 8 octets), or has an impossible length (RFC 4302 section 2.2: (octet 1 + 2) * 4, at least 12); behind the
 * Fragment header of a piece other than the first; after IPIP_IPV6_EXTENSIONS_MAX. Always ends.
 */
bool ipip_extension_next(struct ipip_extension_walk *walk, struct ipip_extension *extension);

/*
 * The encapsulation limit of the IPv6 packet at `packet` (RFC 2473 section 4.1.1): where its octet is, counted from the start of the
 * header; the first one from left to right, in destination options. 0 where there is none, or it is
 * not captured.
 */
uint32_t ipip_ipv6_limit_offset(struct ipip_bytes packet);

#ifdef __cplusplus
}
#endif

#endif
