/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/fingerprint.h"

#include "wire/checksum.h"

/* Octets behind the inner header that count: transport header with its checksum over the rest, and some more. */
enum { PAYLOAD_COUNTED = 44, PAYLOAD_COUNTED_OF_CUT = 8 };

/* Of Total Length to protocol of a header, those that count. Not DF: an encapsulator that clears it is to be found out. */
static const uint8_t of_header[8] = {255, 255, 255, 255, 63, 255, 0, 255};
static const uint8_t where_ttl_is[8] = {0, 0, 0, 0, 0, 0, 255, 0};

/* Of the 8 octets that have a checksum. Where a network card finishes it, it is another one behind the card. */
static const uint8_t of_udp[8] = {255, 255, 255, 255, 255, 255, 0, 0};
static const uint8_t of_tcp[8] = {0, 0, 255, 255, 255, 255, 255, 255};

_Static_assert(2 + 2 * (PAYLOAD_COUNTED / 16 + 1) <= (int)HASH_WORDS_MAX, "a key for each word");

/* Before hash_last(). The payload is inside a datagram: octets of its header are in front of it. */
static inline uint64_t of_payload(const uint64_t *keys, const struct ipip_ip *ip, const uint8_t *payload,
                                  uint32_t bytes)
{
    bool has_checksum = ip->fragment_offset == 0;
    /* The octets that count of the first 8 of these 16, and of the next 16. */
    uint64_t counted = has_checksum && ip->protocol == IPIP_PROTOCOL_UDP ? sum_load(of_udp) : UINT64_MAX;
    uint64_t counted_next = has_checksum && ip->protocol == IPIP_PROTOCOL_TCP ? sum_load(of_tcp) : UINT64_MAX;
    uint64_t hash = 0;
    uint64_t rest;

    for (; bytes >= 16; bytes -= 16, payload += 16, keys += 2) {
        hash ^= hash_fold((sum_load(payload) & counted) ^ keys[0], sum_load(payload + 8) ^ keys[1]);
        counted = counted_next;
        counted_next = UINT64_MAX;
    }
    rest = sum_load_before(payload + bytes, bytes % 8);
    if (bytes < 8)
        return hash ^ hash_fold((rest & counted) ^ keys[0], keys[1]);
    return hash ^ hash_fold((sum_load(payload) & counted) ^ keys[0], rest ^ keys[1]);
}

uint64_t fingerprint_of_content(const struct hash_keys *keys, const struct ipip_layer *datagram,
                                struct ipip_bytes payload)
{
    const uint8_t *header = datagram->bytes.data;
    /* What the snapshot length leaves is more of a packet by itself than of the same one in a tunnel. */
    uint32_t most = payload.captured < payload.wire ? PAYLOAD_COUNTED_OF_CUT : PAYLOAD_COUNTED;
    uint32_t bytes = payload.captured < most ? payload.captured : most;
    uint64_t length = bytes * UINT64_C(0x0101010101010101) & sum_load(where_ttl_is);
    uint64_t hash = hash_fold(sum_load(header + 12) ^ keys->keys[0],
                              ((sum_load(header + 2) & sum_load(of_header)) | length) ^ keys->keys[1]);

    hash = hash_last(keys, hash ^ of_payload(keys->keys + 2, &datagram->ip, payload.data, bytes));
    return hash != 0 ? hash : 1;
}
