/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The usual packet of a tunnel, seen at once: two headers without options, no fragment, nothing between them, TCP, UDP or ICMP
 * inside, and no tunnel over UDP, both checksums right, lengths that fit each other and what is captured, addresses that are nothing special in their place.
 * There is little to find out about its headers, and that comes from a few words. Everything else is for ipip_stack_read() and facts.h.
 */
#ifndef IPIP_CORE_PLAIN_H
#define IPIP_CORE_PLAIN_H

#include "packet/parsed_packet.h"
#include "table/hash.h"
#include "wire/always_inline.h"
#include "wire/ipv4_fields.h"

/* A layer of such a packet, which `bytes` begins with. */
static ALWAYS_INLINE struct ipip_layer plain_layer(struct ipip_bytes bytes, enum ipip_kind kind)
{
    struct ipip_layer layer;

    layer.bytes = bytes;
    ipv4_varying_fields(&layer.ip, bytes.data);
    layer.ip.fragment_offset = 0;
    layer.ip.header_bytes = IPIP_IPV4_HEADER_MIN;
    layer.ip.version = 4;
    layer.ip.flags = bytes.data[6] >> 5;
    layer.ecn = (enum ipip_ecn)ipip_ip_ecn(&layer.ip);
    layer.shim_bytes = 0;
    layer.kind = (uint8_t)kind;
    layer.is_reassembled = false;
    return layer;
}

static ALWAYS_INLINE struct ipip_layer plain_outer(const struct parsed_packet *parsed)
{
    return plain_layer(parsed->packet.ip, IPIP_KIND_IPIP);
}

static ALWAYS_INLINE struct ipip_layer plain_inner(const struct parsed_packet *parsed)
{
    const uint8_t *inner = parsed->packet.ip.data + IPIP_IPV4_HEADER_MIN;
    uint16_t bytes = wire_get16(inner + 2);

    return plain_layer((struct ipip_bytes){inner, bytes, bytes}, IPIP_KIND_NONE);
}

/*
 * Fills in all of `parsed` for `parsed->packet`, as it would be otherwise, but for the layers. False where it is another packet; then nothing is
 * written. The octets of the packet are not in `parsed`.
 */
bool plain_parse(const struct hash_keys *keys, const struct ipip_kinds *kinds, struct parsed_packet *restrict parsed);

#endif
