/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes by which a packet is found again: that of its addresses, and that of what stays the same on the path. */
#ifndef IPIP_CORE_FINGERPRINT_H
#define IPIP_CORE_FINGERPRINT_H

#include "ipip/stack.h"
#include "ipip/tunnel_direction.h"
#include "table/hash.h"
#include "wire/checksum.h"

/*
 * Of a source and a destination: the same in all tables of a flow. That of the other direction differs in the last bit, so that where
 * one is looked for, the other one is beside it.
 */
static inline uint64_t fingerprint_of_ipv4(const struct hash_keys *keys, uint32_t src, uint32_t dst)
{
    uint64_t lesser = src < dst ? src : dst;
    uint64_t greater = src < dst ? dst : src;

    return hash_last(keys, hash_pair(keys, lesser << 32 | greater, 0)) ^ (uint64_t)(src < dst);
}

static inline uint64_t fingerprint_of_addresses(const struct hash_keys *keys, struct ipip_addr src,
                                                struct ipip_addr dst)
{
    uint64_t of_src, of_dst;

    if (ipip_address_is_ipv4(src) && ipip_address_is_ipv4(dst))
        return fingerprint_of_ipv4(keys, (uint32_t)src.low, (uint32_t)dst.low);
    of_src = hash_pair(keys, src.high, src.low);
    of_dst = hash_pair(keys, dst.high, dst.low);
    return hash_last(keys, of_src + of_dst) ^ (uint64_t)(of_src < of_dst);
}

/* Of the same pair the other way round. */
static inline uint64_t fingerprint_of_way_back(uint64_t addresses, struct ipip_addr src, struct ipip_addr dst)
{
    return addresses ^ (uint64_t)!ipip_address_equal(src, dst);
}

/* That of a tunnel of another kind than IPv4 in IPv4, or with a discriminator, from that of its addresses. */
static inline uint64_t fingerprint_of_kind(const struct hash_keys *keys, uint64_t addresses, unsigned kind,
                                           uint64_t discriminator)
{
    uint64_t mixed = hash_last(keys, (addresses & ~UINT64_C(1)) ^ hash_pair(keys, kind, discriminator));

    return (mixed & ~UINT64_C(1)) | (addresses & 1);
}

/* That of a tunnel direction, or of the addresses of what is inside; the layer was read with these kinds. */
static inline uint64_t fingerprint_of_layer(const struct hash_keys *keys, const struct ipip_kinds *kinds,
                                            const struct ipip_layer *layer)
{
    uint64_t addresses = fingerprint_of_addresses(keys, layer->ip.src, layer->ip.dst);

    if (__builtin_expect(layer->kind <= IPIP_KIND_IPIP, 1))
        return addresses;
    return fingerprint_of_kind(keys, addresses, layer->kind, ipip_discriminator_of(kinds, layer));
}

static inline uint64_t fingerprint_of_direction(const struct hash_keys *keys,
                                                const struct ipip_tunnel_direction *direction)
{
    uint64_t addresses = fingerprint_of_addresses(keys, direction->src, direction->dst);

    return direction->kind <= IPIP_KIND_IPIP
               ? addresses
               : fingerprint_of_kind(keys, addresses, direction->kind, direction->discriminator);
}

/* Octets behind the inner header that count: transport header with its checksum over the rest, and some more. */
enum { FINGERPRINT_PAYLOAD = 44, FINGERPRINT_PAYLOAD_OF_CUT = 8 };

_Static_assert(2 + 2 * (FINGERPRINT_PAYLOAD / 16 + 1) <= (int)HASH_WORDS_MAX, "a key for each word");

/* Before hash_last(). The payload, unless it is empty, is inside a datagram: octets of its header are in front of it. */
static inline uint64_t fingerprint_of_payload(const uint64_t *keys, uint8_t protocol, bool has_checksum,
                                              const uint8_t *payload, uint32_t bytes)
{
    /* Of the 8 octets that have a checksum. Where a network card finishes it, it is another one behind the card. */
    static const uint8_t of_udp[8] = {255, 255, 255, 255, 255, 255, 0, 0};
    static const uint8_t of_tcp[8] = {0, 0, 255, 255, 255, 255, 255, 255};
    /* The octets that count of the first 8 of these 16, and of the next 16. */
    uint64_t counted = has_checksum && protocol == IPIP_PROTOCOL_UDP ? sum_load(of_udp) : UINT64_MAX;
    uint64_t counted_next = has_checksum && protocol == IPIP_PROTOCOL_TCP ? sum_load(of_tcp) : UINT64_MAX;
    uint64_t hash = 0;
    uint64_t rest;

    for (; bytes >= 16; bytes -= 16, payload += 16, keys += 2) {
        hash ^= hash_fold((sum_load(payload) & counted) ^ keys[0], sum_load(payload + 8) ^ keys[1]);
        counted = counted_next;
        counted_next = UINT64_MAX;
    }
    rest = bytes > 0 ? sum_load_before(payload + bytes, bytes % 8) : 0;
    if (bytes < 8)
        return hash ^ hash_fold((rest & counted) ^ keys[0], keys[1]);
    return hash ^ hash_fold((sum_load(payload) & counted) ^ keys[0], rest ^ keys[1]);
}

/*
 * Of a datagram by its header and so many octets of its payload, at most FINGERPRINT_PAYLOAD. `has_checksum`: the payload begins with
 * its transport header. Never 0.
 */
static inline uint64_t fingerprint_of_octets(const struct hash_keys *keys, const uint8_t *header, uint8_t protocol,
                                             bool has_checksum, const uint8_t *payload, uint32_t bytes)
{
    /* Of Total Length to protocol, those that count. Not DF: an encapsulator that clears it is to be found out. */
    static const uint8_t of_header[8] = {255, 255, 255, 255, 63, 255, 0, 255};
    static const uint8_t where_ttl_is[8] = {0, 0, 0, 0, 0, 0, 255, 0};
    uint64_t length = bytes * UINT64_C(0x0101010101010101) & sum_load(where_ttl_is);
    uint64_t hash = hash_fold(sum_load(header + 12) ^ keys->keys[0],
                              ((sum_load(header + 2) & sum_load(of_header)) | length) ^ keys->keys[1]);

    hash = hash_last(keys, hash ^ fingerprint_of_payload(keys->keys + 2, protocol, has_checksum, payload, bytes));
    return hash != 0 ? hash : 1;
}

/* Equal for equal datagrams; never 0. `payload` is ipip_layer_payload() of it. */
uint64_t fingerprint_of_content(const struct hash_keys *keys, const struct ipip_layer *datagram,
                                struct ipip_bytes payload);

#endif
