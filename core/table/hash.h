/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A keyed hash for tables: pairs of words are multiplied, each pair with keys of its own, and the products folded. The
 * keys come from a random seed, so that no capture can be crafted in which all keys of a table collide.
 */
#ifndef IPIP_CORE_HASH_H
#define IPIP_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { HASH_WORDS_MAX = 10 }; /* even */

/* One for each word, and two for what comes of them. */
struct hash_keys {
    uint64_t keys[HASH_WORDS_MAX + 2];
};

static inline uint64_t hash_rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

/* Both halves of the product in one word. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (a & 0xffffffff) * (b & 0xffffffff);
    uint64_t cross = (a >> 32) * (b & 0xffffffff) + (low >> 32);
    uint64_t other = (a & 0xffffffff) * (b >> 32) + (cross & 0xffffffff);

    return (other << 32 | (low & 0xffffffff)) ^ ((a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32));
#endif
}

/* Keys from a seed (splitmix64). */
static inline void hash_init(struct hash_keys *keys, uint64_t seed)
{
    for (size_t i = 0; i < HASH_WORDS_MAX + 2; i++) {
        uint64_t x = seed += 0x9e3779b97f4a7c15;

        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
        x = (x ^ x >> 27) * 0x94d049bb133111eb;
        keys->keys[i] = x ^ x >> 31;
    }
}

static inline uint64_t hash_last(const struct hash_keys *keys, uint64_t hash)
{
    return hash_fold(hash ^ keys->keys[HASH_WORDS_MAX], keys->keys[HASH_WORDS_MAX + 1]);
}

/* Of up to HASH_WORDS_MAX words; a pair of words 0 at the end counts. */
static inline uint64_t hash_of(const struct hash_keys *keys, const uint64_t *words, size_t pairs)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < 2 * pairs; i += 2)
        hash ^= hash_fold(words[i] ^ keys->keys[i], words[i + 1] ^ keys->keys[i + 1]);
    return hash_last(keys, hash);
}

/* Of two words, to be combined with others and given to hash_last(). */
static inline uint64_t hash_pair(const struct hash_keys *keys, uint64_t a, uint64_t b)
{
    return hash_fold(a ^ keys->keys[0], b ^ keys->keys[1]);
}

#endif
