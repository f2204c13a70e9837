/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP in front of a tunnel header, as of Linux' `encap fou` and `encap gue`, with the base header of GUE variant 0. */
#include "tunnel/shims.h"
#include "wire/checksum.h"

enum { GUE_BYTES = 4, UDP_BYTES = 8, CHECKSUM = 6, IPV4_IN_OCTETS = 12 };

/* No flags, no private data: what Linux sends where the inner checksum is complete. */
void gue_put(struct shims *s)
{
    s->at -= GUE_BYTES;
    s->at[0] = 0;
    s->at[1] = s->kind->protocol;
    wire_put16(s->at + 2, 0);
}

/* Of the addresses, the protocol and the length (RFC 768, RFC 8200 section 8.1). */
static uint64_t sum_of_pseudo_header(const struct shims *s, uint32_t length)
{
    uint8_t octets[2 * IPIP_ADDRESS_OCTETS + 8];
    unsigned skipped = ipip_address_is_ipv4(s->exit) ? IPV4_IN_OCTETS : 0;

    ipip_address_octets(octets, s->tunnel->local);
    ipip_address_octets(octets + IPIP_ADDRESS_OCTETS, s->exit);
    for (unsigned i = 0; i < skipped; i++)
        octets[i] = octets[IPIP_ADDRESS_OCTETS + i] = 0;
    wire_put32(octets + sizeof octets - 8, length);
    wire_put32(octets + sizeof octets - 4, IPIP_PROTOCOL_UDP);
    return sum_of(octets, sizeof octets);
}

static uint16_t checksum(const struct shims *s, uint32_t length)
{
    uint64_t sum = sum_add(sum_of_pseudo_header(s, length), sum_of(s->at, (size_t)(s->end - s->at)));
    uint16_t field = (uint16_t)~sum_in_order(sum_add(sum, sum_of(s->rest.data, s->rest.captured)));

    return field == 0 ? 0xffff : field; /* 0 stands for no checksum */
}

void udp_put(struct shims *s)
{
    uint32_t length = (uint32_t)(s->end - s->at) + UDP_BYTES + s->rest.wire;
    uint16_t source = s->tunnel->source_port != 0 ? s->tunnel->source_port : s->values->source_port;
    uint8_t *at = s->at -= UDP_BYTES;

    at = wire_put16(at, source);
    at = wire_put16(at, s->tunnel->destination_port);
    at = wire_put16(at, (uint16_t)length);
    wire_put16(at, 0);
    if (s->tunnel->has_udp_checksum)
        wire_put16(s->at + CHECKSUM, checksum(s, length));
}
