/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Distances in time. The times of a capture are any numbers, so their difference may not fit. */
#ifndef IPIP_CORE_FLOW_AGE_H
#define IPIP_CORE_FLOW_AGE_H

#include <stdbool.h>
#include <stdint.h>

#define AGE_MILLISECOND UINT64_C(1000000)
#define AGE_SECOND UINT64_C(1000000000)
#define AGE_MDL (120 * AGE_SECOND) /* maximum datagram lifetime (RFC 6864 section 1) */

/* Nanoseconds from `before` to `now`; 0 where `now` is the earlier one: then it is the order of frames that counts. */
static inline uint64_t age(int64_t now, int64_t before)
{
    return now > before ? (uint64_t)now - (uint64_t)before : 0;
}

static inline uint64_t age_distance(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

static inline bool age_exceeds(int64_t now, int64_t before, uint64_t nanoseconds)
{
    return age(now, before) > nanoseconds;
}

#endif
