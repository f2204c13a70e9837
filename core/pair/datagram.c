/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/datagram.h"

#include "packet/fingerprint.h"

/* Words of 16 octets, each with its place. */
static uint64_t hash_octets(const struct hash_keys *keys, const uint8_t *octets, uint32_t bytes)
{
    uint64_t hash = bytes;
    uint64_t place = 0;

    for (; bytes >= 16; bytes -= 16, octets += 16)
        hash += hash_fold(sum_load(octets) ^ (keys->keys[2] + ++place), sum_load(octets + 8) ^ keys->keys[3]);
    for (uint64_t word = 0; bytes > 0; bytes--)
        word = word << 8 | octets[bytes - 1], hash += hash_fold(word ^ keys->keys[4], bytes ^ keys->keys[5]);
    return hash;
}

/* Without the checksum of UDP or TCP: where a network card finishes it, it is another one behind the card. */
static uint64_t hash_payload(const struct hash_keys *keys, const struct ipip_ip *ip, const uint8_t *payload,
                             uint32_t bytes)
{
    uint32_t before = ip->protocol == IPIP_PROTOCOL_UDP ? 6 : ip->protocol == IPIP_PROTOCOL_TCP ? 16 : UINT32_MAX;
    uint32_t after = before + 2;

    if (ip->fragment_offset != 0 || bytes <= before)
        return hash_octets(keys, payload, bytes);
    return hash_octets(keys, payload, before) +
           hash_last(keys, bytes > after ? hash_octets(keys, payload + after, bytes - after) : 0);
}

uint64_t pair_group_of(const struct hash_keys *keys, const struct ipip_ip *ip)
{
    return hash_last(keys, fingerprint_of_addresses(keys, ip->src, ip->dst) ^
                               hash_pair(keys, ip->id, (uint64_t)ip->protocol << 8 | ip->version));
}

/* Of the header, and of the payload as far as it counts; never 0. */
static uint64_t key_of(const struct hash_keys *keys, const struct ipip_layer *innermost, uint32_t payload_max)
{
    struct ipip_bytes payload = ipip_layer_payload(innermost);
    struct ipip_bytes start = payload;
    uint32_t counted = payload.captured < payload_max ? payload.captured : payload_max;
    uint64_t key;

    start.captured = start.captured < PAIR_PAYLOAD_MIN ? start.captured : (uint32_t)PAIR_PAYLOAD_MIN;
    start.wire = UINT32_MAX; /* cut: no more of it is looked at */
    key = fingerprint_of_content(keys, innermost, start);
    key = hash_last(keys, key ^ hash_payload(keys, &innermost->ip, payload.data, counted));
    return key != 0 ? key : 1;
}

struct pair_datagram pair_datagram_of(const struct hash_keys *keys, const struct ipip_layer *innermost,
                                      uint32_t payload_max)
{
    const struct ipip_ip *ip = &innermost->ip;

    return (struct pair_datagram){
        .key = key_of(keys, innermost, payload_max),
        .group = pair_group_of(keys, ip),
        .flow = fingerprint_of_addresses(keys, ip->src, ip->dst),
    };
}
