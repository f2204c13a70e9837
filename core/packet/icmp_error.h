/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ICMP or ICMPv6 error, and what it quotes (RFC 792, RFC 4443). */
#ifndef IPIP_CORE_FLOW_ICMP_ERROR_H
#define IPIP_CORE_FLOW_ICMP_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/stack.h"
#include "ipip/tunnel_direction.h"
#include "wire/icmp_type.h"

/* Why an error can't be true (RFC 1122 section 3.2.2). */
enum icmp_doubt {
    ICMP_BELIEVED,
    ICMP_ASTRAY,       /* it does not go to the source of what it quotes */
    ICMP_BAD_SOURCE,   /* no host can have its source address */
    ICMP_BAD_HEADER,   /* the checksum of its IP header is wrong */
    ICMP_BAD_CHECKSUM, /* its own is */
};

struct icmp_error {
    struct ipip_ip ip; /* of the message itself */
    enum icmp_doubt doubt;
    uint8_t type;
    uint8_t code;
    enum icmp_meaning meaning;
    uint32_t pointer;          /* of a parameter problem, from the start of the quoted header */
    uint32_t mtu;              /* of a packet that is too big: of the next hop; 0: not given */
    struct ipip_bytes message; /* from the ICMP header on */
    struct ipip_bytes quote;   /* `wire` is what the message carries, the snapshot length aside */
    struct ipip_ip quoted;
    bool is_of_tunnel;                      /* the quoted packet is a tunnel packet */
    struct ipip_tunnel_direction direction; /* then: of which tunnel */
    uint16_t overhead;                      /* then: octets from its header to the one inside */
    bool has_inner;                         /* then: the header inside is quoted and captured */
    struct ipip_ip inner;
    bool carries_error;      /* the packet inside, or quoted, is an ICMP error itself */
    bool is_carried_unknown; /* it is ICMP, and its type is not quoted, or not captured */
};

/*
 * Reads the message that `layer` carries; false where it is no ICMP error, or does not show the header that it quotes. On a loopback
 * interface loopback addresses are in order. What is quoted is read with these kinds of tunnels.
 */
bool icmp_error_read(struct icmp_error *error, const struct ipip_kinds *kinds, const struct ipip_layer *layer,
                     bool is_loopback);

/* Of an error about a tunnel packet: how much of it must be quoted, so that the sender of what is inside can be told. */
uint32_t icmp_quote_min(const struct icmp_error *error);

static inline bool icmp_is_protocol(uint8_t protocol)
{
    return protocol == IPIP_PROTOCOL_ICMP || protocol == IPIP_PROTOCOL_ICMPV6;
}

static inline bool icmp_is_unreachable(const struct icmp_error *error)
{
    return error->meaning <= ICMP_MEANS_UNREACHABLE;
}

static inline bool icmp_is_ipv6(const struct icmp_error *error)
{
    return error->ip.version == 6;
}

#endif
