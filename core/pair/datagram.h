/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram by what encapsulation must not change. */
#ifndef IPIP_CORE_PAIR_DATAGRAM_H
#define IPIP_CORE_PAIR_DATAGRAM_H

#include "ipip/stack.h"
#include "table/hash.h"

enum {
    PAIR_PAYLOAD_MIN = 8, /* octets of payload that are always compared, as far as there are so many */
    PAIR_PAYLOAD_ALL = INT32_MAX,
};

struct pair_datagram {
    uint64_t key; /* addresses, protocol, Identification, lengths, offset, and the payload: equal for equal datagrams */
    uint64_t group; /* addresses, protocol, Identification: of all its fragments, and of an ICMP error about it */
    uint64_t flow;  /* addresses; as fingerprint_of_addresses() */
};

/*
 * The innermost layer of a stack of at least one, of whose payload so many octets count at most: those that both captures have of nearly
 * all packets.
 */
struct pair_datagram pair_datagram_of(const struct hash_keys *keys, const struct ipip_layer *innermost,
                                      uint32_t payload_max);

/* The `group` of what an ICMP error quotes. */
uint64_t pair_group_of(const struct hash_keys *keys, const struct ipip_ip *ip);

#endif
