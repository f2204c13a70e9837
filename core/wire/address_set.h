/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kind of an address as a set of one, a bit each: the first octet of most IPv4 addresses decides. */
#ifndef IPIP_CORE_ADDRESS_SET_H
#define IPIP_CORE_ADDRESS_SET_H

#include "ipip/address.h"
#include "wire/octets.h"

enum { ADDRESS_SEARCH = 1 << 15 };

_Static_assert(1 << IPIP_ADDRESS_KINDS <= ADDRESS_SEARCH, "a bit for each kind");

/* By first octet: the set of all its IPv4 addresses. Where they are of several kinds: ADDRESS_SEARCH and more. */
extern const uint16_t address_sets[256];

/* By the registry. */
unsigned ipv4_address_set_search(uint32_t number);

unsigned address_set(struct ipip_addr address);

/* Of the IPv4 address that the four octets are. */
static inline unsigned ipv4_address_set(const uint8_t *octets)
{
    unsigned set = address_sets[octets[0]];

    return __builtin_expect((set & ADDRESS_SEARCH) == 0, 1) ? set : ipv4_address_set_search(wire_get32(octets));
}

#endif
