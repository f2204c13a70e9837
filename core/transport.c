/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transport.h"

#include "sum.h"
#include "wire.h"

static uint16_t add(uint32_t a, uint32_t b)
{
    uint32_t total = a + b;

    total = (total & 0xffff) + (total >> 16);
    return (uint16_t)((total & 0xffff) + (total >> 16));
}

/* The sum, not complemented, of source, destination, protocol and length (RFC 9293 section 3.1, RFC 768). */
static uint16_t pseudo_header(const struct ipip_ipv4 *ip, uint32_t bytes)
{
    return add(add((ip->src >> 16) + (ip->src & 0xffff), (ip->dst >> 16) + (ip->dst & 0xffff)), ip->protocol + bytes);
}

enum transport_checksum transport_checksum(const struct ipip_layer *layer)
{
    struct ipip_bytes payload = ipip_layer_payload(layer);
    bool is_tcp = layer->ip.protocol == IPIP_PROTOCOL_TCP;
    uint32_t header_bytes = is_tcp ? 20 : 8;
    uint32_t field = is_tcp ? 16 : 6;
    uint32_t bytes = (uint32_t)layer->ip.total_bytes - layer->ip.header_bytes;
    uint16_t checksum;
    uint16_t pseudo;

    if ((!is_tcp && layer->ip.protocol != IPIP_PROTOCOL_UDP) || bytes < header_bytes)
        return TRANSPORT_NONE;
    if (payload.captured < bytes)
        return TRANSPORT_CUT;
    checksum = wire_get16(payload.data + field);
    if (!is_tcp) {
        uint32_t udp_bytes = wire_get16(payload.data + 4);

        if (checksum == 0 || udp_bytes < header_bytes || udp_bytes > bytes)
            return TRANSPORT_NONE;
        bytes = udp_bytes;
    }
    pseudo = pseudo_header(&layer->ip, bytes);
    if (add(pseudo, sum_in_order(sum_of(payload.data, bytes))) == 0xffff)
        return TRANSPORT_RIGHT;
    return checksum == pseudo ? TRANSPORT_PARTIAL : TRANSPORT_WRONG;
}
