/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/embedded.h"

enum { IPV4_BITS = 32 };

enum embedding embedding_of(struct ipip_addr src, struct ipip_addr dst)
{
    if (embedded_is_6to4(src) || embedded_is_6to4(dst))
        return EMBEDDING_6TO4;
    return embedded_is_isatap(src) || embedded_is_isatap(dst) ? EMBEDDING_ISATAP : EMBEDDING_NONE;
}

bool embedded_by(enum embedding by, struct ipip_addr address, uint32_t *ipv4)
{
    *ipv4 = by == EMBEDDING_6TO4 ? embedded_6to4(address) : embedded_last(address);
    return (by == EMBEDDING_6TO4 && embedded_is_6to4(address)) ||
           (by == EMBEDDING_ISATAP && embedded_is_isatap(address));
}

/* `count` bits (0..32) of an address from bit `from` on, where the first is bit 0. */
static uint32_t bits_of(struct ipip_addr address, unsigned from, unsigned count)
{
    uint32_t bits = 0;

    for (unsigned i = from; i < from + count; i++) {
        uint64_t half = i < 64 ? address.high : address.low;

        bits = bits << 1 | (uint32_t)(i < IPIP_ADDRESS_BITS ? half >> (63 - i % 64) & 1 : 0);
    }
    return bits;
}

uint32_t embedded_behind(unsigned prefix_bits, const struct ipip_prefix *common, struct ipip_addr address)
{
    unsigned shared = common->bits > IPIP_ADDRESS_IPV4_BITS ? common->bits - IPIP_ADDRESS_IPV4_BITS : 0;

    return (uint32_t)common->address.low | bits_of(address, prefix_bits, IPV4_BITS - shared);
}
