/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Distances in time. The times of a capture are any numbers of nanoseconds, before 1970 negative, and their order in
 * the file is any order: a difference of two of them may not fit into int64_t, which is undefined, so they are never
 * subtracted. All distances are unsigned nanoseconds, right for every pair of times. Allocates nothing.
 */
#ifndef IPIP_AGE_H
#define IPIP_AGE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IPIP_AGE_MILLISECOND UINT64_C(1000000)
#define IPIP_AGE_SECOND UINT64_C(1000000000)

/* From `before` to `now`; 0 where `now` is the earlier one: for what goes by the order of frames then. */
static inline uint64_t ipip_age(int64_t now, int64_t before)
{
    return now > before ? (uint64_t)now - (uint64_t)before : 0;
}

/* Between two times, whichever is the earlier one. */
static inline uint64_t ipip_age_distance(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

/* It was longer ago than that; never where `now` is the earlier one. */
static inline bool ipip_age_exceeds(int64_t now, int64_t before, uint64_t nanoseconds)
{
    return ipip_age(now, before) > nanoseconds;
}

#ifdef __cplusplus
}
#endif

#endif
