/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "seed.h"

#include <glib.h>
#include <stddef.h>

uint64_t random_seed(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int(); /* GLib seeds itself from /dev/urandom */
}

unsigned hash_addresses(struct ipip_addr src, struct ipip_addr dst)
{
    static uint64_t seed;
    const uint64_t words[] = {src.high, src.low, dst.high, dst.low};
    uint64_t x = 0;

    if (seed == 0)
        seed = random_seed() | 1;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        x = (x ^ words[i] ^ seed) * 0x9e3779b97f4a7c15U;
        x = (x ^ x >> 32) * seed;
    }
    return (unsigned)(x >> 32);
}

unsigned hash_tunnel(const struct ipip_tunnel_direction *direction)
{
    struct ipip_addr rest = {direction->kind, direction->discriminator};
    unsigned addresses = hash_addresses(direction->src, direction->dst);

    return direction->kind <= IPIP_KIND_IPIP ? addresses : addresses ^ hash_addresses(rest, direction->src);
}
