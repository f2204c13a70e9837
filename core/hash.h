/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A seeded hash: SipHash-1-3, so that nobody can craft a capture in which all keys collide. */
#ifndef IPIP_CORE_HASH_H
#define IPIP_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t hash_rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void hash_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = hash_rotate(v[1], 13) ^ v[0];
    v[0] = hash_rotate(v[0], 32);
    v[2] += v[3];
    v[3] = hash_rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = hash_rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = hash_rotate(v[1], 17) ^ v[2];
    v[2] = hash_rotate(v[2], 32);
}

static inline uint64_t hash_of(uint64_t seed, const uint64_t *words, size_t count)
{
    uint64_t v[4] = {seed ^ 0x736f6d6570736575, ~seed ^ 0x646f72616e646f6d, seed ^ 0x6c7967656e657261,
                     ~seed ^ 0x7465646279746573};

    for (size_t i = 0; i <= count; i++) {
        uint64_t word = i < count ? words[i] : (uint64_t)(8 * count) << 56;

        v[3] ^= word;
        hash_round(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    hash_round(v);
    hash_round(v);
    hash_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline uint64_t hash_words(uint64_t seed, uint64_t a, uint64_t b)
{
    const uint64_t words[] = {a, b};

    return hash_of(seed, words, 2);
}

#endif
