/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one's complement sum of RFC 1071. Words are added as this machine reads them, 64 bits at a time with the carry
 * brought round, and the result is put in network order once: section 2(B) shows that the sum does not depend on it.
 */
#ifndef IPIP_CORE_SUM_H
#define IPIP_CORE_SUM_H

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

/* The 64-bit sum of `bytes` octets, which may be odd. */
static inline uint64_t sum_of(const uint8_t *data, size_t bytes)
{
    uint64_t a = 0;
    uint64_t b = 0;
    uint64_t rest = 0;

    /* Two sums, so that one addition need not wait for the other. */
    for (; bytes >= 32; data += 32, bytes -= 32) {
        a = sum_add(sum_add(a, sum_load(data)), sum_load(data + 8));
        b = sum_add(sum_add(b, sum_load(data + 16)), sum_load(data + 24));
    }
    for (; bytes >= 8; data += 8, bytes -= 8)
        a = sum_add(a, sum_load(data));
    if (bytes >= 4) {
        uint32_t word;

        memcpy(&word, data, sizeof word);
        b = sum_add(b, word);
        data += 4;
        bytes -= 4;
    }
    if (bytes > 0)
        memcpy(&rest, data, bytes);
    return sum_add(sum_add(a, b), rest);
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
