/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/fingerprint.h"

#include "wire/checksum.h"

/* Octets behind the inner header that count: transport header with its checksum over the rest, and some more. */
enum { PAYLOAD_COUNTED = 44, PAYLOAD_COUNTED_OF_CUT = 8 };

/* Of Total Length to protocol of a header, those that count. Not DF: an encapsulator that clears it is to be found out. */
static const uint8_t of_header[8] = {255, 255, 255, 255, 63, 255, 0, 255};
static const uint8_t where_ttl_is[8] = {0, 0, 0, 0, 0, 0, 255, 0};

/* Of the first half of each 16 octets of the payload. Where a network card finishes a checksum, it is another one behind the card. */
enum { BLOCKS = PAYLOAD_COUNTED / 16 + 1 };
static const uint8_t of_udp[BLOCKS][8] = {
    {255, 255, 255, 255, 255, 255, 0, 0},
    {255, 255, 255, 255, 255, 255, 255, 255},
    {255, 255, 255, 255, 255, 255, 255, 255},
};
static const uint8_t of_tcp[BLOCKS][8] = {
    {255, 255, 255, 255, 255, 255, 255, 255},
    {0, 0, 255, 255, 255, 255, 255, 255},
    {255, 255, 255, 255, 255, 255, 255, 255},
};
static const uint8_t of_other[BLOCKS][8] = {
    {255, 255, 255, 255, 255, 255, 255, 255},
    {255, 255, 255, 255, 255, 255, 255, 255},
    {255, 255, 255, 255, 255, 255, 255, 255},
};

_Static_assert(2 + 2 * (int)BLOCKS <= (int)HASH_WORDS_MAX, "a key for each word");

static inline const uint8_t (*counting(const struct ipip_ip *ip))[8]
{
    if (ip->fragment_offset != 0)
        return of_other;
    return ip->protocol == IPIP_PROTOCOL_TCP ? of_tcp : ip->protocol == IPIP_PROTOCOL_UDP ? of_udp : of_other;
}

/* Before hash_last(). The payload is inside a datagram: octets of its header are in front of it. */
static inline uint64_t of_payload(const uint64_t *keys, const uint8_t (*counted)[8], const uint8_t *payload,
                                  uint32_t bytes)
{
    uint64_t hash = 0;
    uint64_t a;
    uint64_t b;

    for (; bytes >= 16; bytes -= 16, payload += 16, keys += 2, counted++)
        hash ^= hash_fold((sum_load(payload) & sum_load(*counted)) ^ keys[0], sum_load(payload + 8) ^ keys[1]);
    if (bytes >= 8) {
        a = sum_load(payload);
        b = sum_load_before(payload + bytes, bytes - 8);
    } else {
        a = sum_load_before(payload + bytes, bytes);
        b = 0;
    }
    return hash ^ hash_fold((a & sum_load(*counted)) ^ keys[0], b ^ keys[1]);
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

    hash = hash_last(keys, hash ^ of_payload(keys->keys + 2, counting(&datagram->ip), payload.data, bytes));
    return hash != 0 ? hash : 1;
}
