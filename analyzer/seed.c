/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "seed.h"

#include <glib.h>

uint64_t random_seed(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int(); /* GLib seeds itself from /dev/urandom */
}

unsigned hash_tunnel(uint32_t src, uint32_t dst)
{
    static uint64_t seed;
    uint64_t x = (uint64_t)src << 32 | dst;

    if (seed == 0)
        seed = random_seed() | 1;
    x = (x ^ seed) * 0x9e3779b97f4a7c15U;
    x = (x ^ x >> 32) * seed;
    return (unsigned)(x >> 32);
}
