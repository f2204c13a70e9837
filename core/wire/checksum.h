/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one's complement sum of RFC 1071. Words are added as this machine reads them, 64 bits at a time with the carry
 * brought round, and the result is put in network order once: section 2(B) shows that the sum does not depend on it.
 */
#ifndef IPIP_CORE_SUM_H
#define IPIP_CORE_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wire/octets.h"

static inline uint64_t sum_load(const uint8_t *data)
{
    uint64_t word;

    memcpy(&word, data, sizeof word);
    return word;
}

/* The `count` octets (0..7) before `end`, with 0 behind them; of those before, 8 can be read. */
static inline uint64_t sum_load_before(const uint8_t *end, unsigned count)
{
    uint64_t word = sum_load(end - 8);

    /* In two steps: a shift by 64 bits is undefined. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return word << 8 << 8 * (7 - count);
#else
    return word >> 8 >> 8 * (7 - count);
#endif
}

static inline uint64_t sum_add(uint64_t total, uint64_t word)
{
    total += word;
    return total + (total < word);
}

/* To 16 bits, still in this machine's order: 0 only where all words were 0. */
static inline uint16_t sum_fold(uint64_t total)
{
    total = (total & 0xffffffff) + (total >> 32);
    total = (total & 0xffff) + (total >> 16 & 0xffff) + (total >> 32);
    total = (total & 0xffff) + (total >> 16);
    return (uint16_t)((total & 0xffff) + (total >> 16));
}

/*
 * Whether the sum of octets that have their checksum among them is 0xffff: a multiple of that, but not 0. Multiplied by the inverse of
 * 0xffff modulo 2^64, multiples of it become the quotients, and all others are larger.
 */
static inline bool sum_is_right(uint64_t total)
{
    const uint64_t inverse = UINT64_C(0xfffefffefffeffff);

    return (total - 0xffff) * inverse < UINT64_MAX / 0xffff;
}

/* The 64-bit sum of `bytes` octets, which may be odd. */
static inline uint64_t sum_of(const uint8_t *data, size_t bytes)
{
    uint64_t a = 0;
    uint64_t b = 0;

    /* Two sums, so that one addition need not wait for the other. */
    for (; bytes >= 32; data += 32, bytes -= 32) {
        a = sum_add(sum_add(a, sum_load(data)), sum_load(data + 8));
        b = sum_add(sum_add(b, sum_load(data + 16)), sum_load(data + 24));
    }
    a = sum_add(a, b);
    if ((bytes & 16) != 0) {
        a = sum_add(sum_add(a, sum_load(data)), sum_load(data + 8));
        data += 16;
    }
    if ((bytes & 8) != 0) {
        a = sum_add(a, sum_load(data));
        data += 8;
    }
    if ((bytes & 4) != 0) {
        uint32_t word;

        memcpy(&word, data, sizeof word);
        a = sum_add(a, word);
        data += 4;
    }
    if ((bytes & 3) != 0) {
        uint32_t rest = 0;

        memcpy(&rest, data, bytes & 3);
        a = sum_add(a, rest);
    }
    return a;
}

/* The same of a header without options. */
static inline uint64_t sum_of_20(const uint8_t *data)
{
    uint32_t last;

    memcpy(&last, data + 16, sizeof last);
    return sum_add(sum_add(sum_load(data), sum_load(data + 8)), last);
}

/* In network order. */
static inline uint16_t sum_in_order(uint64_t total)
{
    uint16_t folded = sum_fold(total);
    uint8_t octets[2];

    memcpy(octets, &folded, sizeof octets);
    return wire_get16(octets);
}

#endif
