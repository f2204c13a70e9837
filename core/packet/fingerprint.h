/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes by which a packet is found again: that of its addresses, and that of what stays the same on the path. */
#ifndef IPIP_CORE_FINGERPRINT_H
#define IPIP_CORE_FINGERPRINT_H

#include "ipip/stack.h"
#include "table/hash.h"

/*
 * Of a source and a destination: the same in all tables of a flow. That of the other direction differs in one bit, which is none
 * of the lower 32, so that where one is looked for, the other one is not far.
 */
enum { FINGERPRINT_DIRECTION = 47 };

static inline uint64_t fingerprint_of_addresses(const struct hash_keys *keys, struct ipip_addr src,
                                                struct ipip_addr dst)
{
    uint64_t of_src = hash_pair(keys, src.high, src.low);
    uint64_t of_dst = hash_pair(keys, dst.high, dst.low);

    return hash_last(keys, of_src + of_dst) ^ (uint64_t)(of_src < of_dst) << FINGERPRINT_DIRECTION;
}

/* Equal for equal datagrams; never 0. `payload` is ipip_layer_payload() of it. */
uint64_t fingerprint_of_content(const struct hash_keys *keys, const struct ipip_layer *datagram,
                                struct ipip_bytes payload);

#endif
