/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash of two addresses without a random seed, for tables of fixed size that give up what was there: what they hold must be the same in each run.
 * Who chooses addresses that meet in one place gets a worse table, and no slower one.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_STEADY_HASH_H
#define IPIP_ANALYZER_REPORT_PAGE_STEADY_HASH_H

#include <stdint.h>

#include "ipip/address.h"

static inline uint32_t steady_hash(struct ipip_addr src, struct ipip_addr dst, uint64_t more)
{
    const uint64_t words[] = {src.high, src.low, dst.high, dst.low, more};
    uint64_t x = 0;

    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        x = (x ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        x ^= x >> 32;
    }
    return (uint32_t)x;
}

#endif
