/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kind of an address as a set of one, a bit each: the first octet of most IPv4 addresses decides. */
#ifndef IPIP_CORE_ADDRESS_SET_H
#define IPIP_CORE_ADDRESS_SET_H

#include <stddef.h>

#include "ipip/address.h"
#include "wire/octets.h"

enum { ADDRESS_SEARCH = 1 << 15 };

_Static_assert(1 << IPIP_ADDRESS_KINDS <= ADDRESS_SEARCH, "a bit for each kind");

/* By first octet: the set of all its IPv4 addresses. Where they are of several kinds: ADDRESS_SEARCH and the first block to look at. */
extern const uint16_t address_sets[256];

/* IPv4 addresses of a special kind, as they are registered. */
struct address_block {
    uint32_t prefix;
    uint32_t mask;
    enum ipip_address_kind kind;
    const char *words;
};

extern const struct address_block address_blocks[];

static inline bool address_block_has(const struct address_block *block, uint32_t number)
{
    return ((number ^ block->prefix) & block->mask) == 0;
}

/* The set of an IPv4 address that is in none of the blocks before `first`. */
unsigned ipv4_address_set_search(size_t first, uint32_t number);

static inline unsigned ipv4_address_set(uint32_t number)
{
    unsigned set = address_sets[number >> 24];
    const struct address_block *block;

    if ((set & ADDRESS_SEARCH) == 0)
        return set;
    block = &address_blocks[set ^ ADDRESS_SEARCH];
    return address_block_has(block, number) ? 1U << block->kind
                                            : ipv4_address_set_search((set ^ ADDRESS_SEARCH) + 1, number);
}

/* The kinds of both addresses of an IPv4 header. */
static inline unsigned ipv4_header_kinds(const uint8_t *header)
{
    return ipv4_address_set(wire_get32(header + 12)) | ipv4_address_set(wire_get32(header + 16));
}

unsigned address_set(struct ipip_addr address);

#endif
