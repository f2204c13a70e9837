/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/fingerprint.h"

/* Likewise of IPv6: without Traffic Class and Hop Limit; the flow label counts, which no router changes (RFC 6437 section 3). */
static __attribute__((noinline)) uint64_t fingerprint_of_ipv6(const struct hash_keys *keys,
                                                              const struct ipip_layer *datagram, const uint8_t *payload,
                                                              uint32_t bytes, uint64_t rest)
{
    static const uint8_t of_header[8] = {0xf0, 0x0f, 255, 255, 255, 255, 255, 0};
    const uint8_t *header = datagram->bytes.data;
    uint64_t hash =
        hash_fold((sum_load(header) & sum_load(of_header)) ^ keys->keys[0], (bytes + (rest << 8)) ^ keys->keys[1]);

    hash =
        hash_last(keys, hash ^ hash_fold(sum_load(header + 8) ^ keys->keys[2], sum_load(header + 16) ^ keys->keys[3]));
    hash =
        hash_last(keys, hash ^ hash_fold(sum_load(header + 24) ^ keys->keys[2], sum_load(header + 32) ^ keys->keys[3]));
    hash = hash_last(keys, hash ^ fingerprint_of_payload(keys->keys + 2, datagram->ip.protocol,
                                                         datagram->ip.fragment_offset == 0, payload, bytes));
    return hash != 0 ? hash : 1;
}

/*
 * IPv6 has no Identification, and what UDP carries may be the same for long: then the rest of it tells two datagrams apart. The sum of its checksum is
 * not taken for that: network cards fill it in (fingerprint_of_payload()).
 */
static uint64_t rest_of_udp(const struct ipip_layer *datagram, struct ipip_bytes payload)
{
    if (datagram->ip.protocol != IPIP_PROTOCOL_UDP || payload.captured < payload.wire ||
        payload.captured <= FINGERPRINT_PAYLOAD)
        return 0;
    return sum_of(payload.data + FINGERPRINT_PAYLOAD, payload.captured - FINGERPRINT_PAYLOAD);
}

uint64_t fingerprint_of_content(const struct hash_keys *keys, const struct ipip_layer *datagram,
                                struct ipip_bytes payload)
{
    /* What the snapshot length leaves is more of a packet by itself than of the same one in a tunnel. */
    uint32_t most = payload.captured < payload.wire ? FINGERPRINT_PAYLOAD_OF_CUT : FINGERPRINT_PAYLOAD;
    uint32_t counted = payload.captured < most ? payload.captured : most;

    if (__builtin_expect(datagram->bytes.data[0] >> 4 == 6, 0) && datagram->bytes.captured >= 40)
        return fingerprint_of_ipv6(keys, datagram, payload.data, counted, rest_of_udp(datagram, payload));
    return fingerprint_of_octets(keys, datagram->bytes.data, datagram->ip.protocol, datagram->ip.fragment_offset == 0,
                                 payload.data, datagram->ip.header_bytes < IPIP_IPV4_HEADER_MIN ? 0 : counted);
}
