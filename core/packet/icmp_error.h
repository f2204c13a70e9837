/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ICMP error, and what it quotes (RFC 792). */
#ifndef IPIP_CORE_FLOW_ICMP_ERROR_H
#define IPIP_CORE_FLOW_ICMP_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/stack.h"
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
    uint8_t pointer;           /* of a parameter problem, from the start of the quoted header */
    uint16_t mtu;              /* of "fragmentation needed": of the next hop; 0: not given */
    struct ipip_bytes message; /* from the ICMP header on */
    struct ipip_bytes quote;   /* `wire` is what the message carries, the snapshot length aside */
    struct ipip_ip quoted;
    bool is_of_tunnel; /* the quoted datagram is a tunnel packet */
    uint16_t overhead; /* then: octets from its header to the one inside */
    bool has_inner;    /* then: the header inside is quoted and captured */
    struct ipip_ip inner;
    /* The type of the innermost quoted ICMP message; -1 where it is not ICMP, a later fragment, or not quoted. */
    int carried_type;
    bool is_carried_unknown; /* it is ICMP, and its type is not quoted, or not captured */
};

/*
 * Reads the message that `layer` carries; false where it is no ICMP error, or does not show the header that it quotes. On a loopback
 * interface loopback addresses are in order.
 */
bool icmp_error_read(struct icmp_error *error, const struct ipip_layer *layer, bool is_loopback);

static inline bool icmp_is(const struct icmp_error *error, enum icmp_type type, unsigned code)
{
    return error->type == type && error->code == code;
}

#endif
