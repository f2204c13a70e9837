/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/latency.h"

enum { PARTS = 16, PART_BITS = 4 }; /* of each power of two */

_Static_assert((64 - PART_BITS + 1) * PARTS <= IPIP_PAIR_LATENCY_BUCKETS, "room for each number");

static unsigned bucket_of(uint64_t nanoseconds)
{
    unsigned bits = 63 - (unsigned)__builtin_clzll(nanoseconds | 1);

    if (bits < PART_BITS)
        return (unsigned)nanoseconds;
    return (bits - PART_BITS + 1) * PARTS + (unsigned)(nanoseconds >> (bits - PART_BITS)) % PARTS;
}

/* The last number of a bucket. */
static uint64_t end_of(unsigned bucket)
{
    unsigned shift = bucket / PARTS;

    if (shift == 0)
        return bucket;
    return ((UINT64_C(1) << PART_BITS | bucket % PARTS) << (shift - 1)) + ((UINT64_C(1) << (shift - 1)) - 1);
}

void pair_latency_add(struct ipip_pair_latency *latency, uint64_t nanoseconds, uint64_t datagrams)
{
    if (datagrams == 0)
        return;
    if (latency->count == 0 || nanoseconds < latency->least)
        latency->least = nanoseconds;
    if (nanoseconds > latency->most)
        latency->most = nanoseconds;
    latency->count += datagrams;
    latency->buckets[bucket_of(nanoseconds)] += datagrams;
}

uint64_t ipip_pair_latency_quantile(const struct ipip_pair_latency *latency, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)latency->count + 0.999999);
    uint64_t sum = 0;
    unsigned bucket = 0;

    if (latency->count == 0)
        return 0;
    while (bucket < IPIP_PAIR_LATENCY_BUCKETS - 1 && (sum += latency->buckets[bucket]) < wanted)
        bucket++;
    if (end_of(bucket) < latency->least)
        return latency->least;
    return end_of(bucket) > latency->most ? latency->most : end_of(bucket);
}
