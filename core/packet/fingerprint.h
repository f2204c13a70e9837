/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes by which a packet is found again: that of its addresses, and that of what stays the same on its way. */
#ifndef IPIP_CORE_FINGERPRINT_H
#define IPIP_CORE_FINGERPRINT_H

#include "ipip/stack.h"
#include "table/hash.h"

/*
 * Of a pair of addresses: the same in all tables of a flow, and for both directions, so that where one is looked for, the other
 * one is not far.
 */
static inline uint64_t fingerprint_of_addresses(const struct hash_keys *keys, uint32_t src, uint32_t dst)
{
    uint64_t low = src < dst ? src : dst;
    uint64_t high = src < dst ? dst : src;

    return hash_words(keys, low << 32 | high, 0);
}

/* Equal for equal datagrams; never 0. */
uint64_t fingerprint_of_content(const struct hash_keys *keys, const struct ipip_layer *datagram);

#endif
