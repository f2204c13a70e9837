/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/esp_null.h"

#include "ipip/ipv4.h"
#include "packet/ipsec.h"
#include "wire/octets.h"

enum { TRAILER = 2, /* how much padding there is, and the protocol of what is inside */ };

static const struct {
    uint8_t vector_bytes, check_bytes;
} shapes[ESP_NULL_SHAPES] = {{0, 12}, {0, 16}, {0, 24}, {0, 32}, {8, 12}, {8, 16}, {8, 24}, {8, 32}};

/* 1, 2, 3, ...: what senders write where the cipher asks for nothing else (RFC 4303 section 2.4). */
static bool counts_up(const uint8_t *padding, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        if (padding[i] != i + 1)
            return false;
    }
    return true;
}

static bool is_whole_ipv4(struct ipip_bytes packet)
{
    uint32_t header_bytes;

    if (packet.captured < IPIP_IPV4_HEADER_MIN || packet.data[0] >> 4 != 4)
        return false;
    header_bytes = 4U * (packet.data[0] & 15);
    return header_bytes >= IPIP_IPV4_HEADER_MIN && header_bytes <= packet.captured &&
           wire_get16(packet.data + 2) == packet.captured && ipip_ipv4_checksum_ok(packet.data, header_bytes);
}

static bool is_whole_ipv6(struct ipip_bytes packet)
{
    return packet.captured >= IPIP_IPV6_HEADER && packet.data[0] >> 4 == 6 &&
           IPIP_IPV6_HEADER + (uint32_t)wire_get16(packet.data + 4) == packet.captured;
}

/* False where the trailer does not fit. */
static bool find_inside(struct esp_null_inside *inside, struct ipip_bytes esp, unsigned shape)
{
    uint32_t before = IPSEC_ESP_HEADER + (uint32_t)shapes[shape].vector_bytes;
    uint32_t behind = TRAILER + (uint32_t)shapes[shape].check_bytes;
    const uint8_t *trailer;
    uint32_t bytes, padding;

    if (esp.captured < esp.wire || esp.captured < before + behind)
        return false;
    bytes = esp.captured - before - behind; /* of the packet with its padding */
    trailer = esp.data + before + bytes;
    padding = trailer[0];
    if (padding > bytes || !counts_up(trailer - padding, padding))
        return false;
    bytes -= padding;
    *inside = (struct esp_null_inside){
        {esp.data + before, bytes, bytes}, trailer[1], shapes[shape].vector_bytes, shapes[shape].check_bytes};
    return true;
}

unsigned esp_null_shapes(struct ipip_bytes esp)
{
    struct esp_null_inside inside;
    unsigned fitting = 0;

    for (unsigned shape = 0; shape < ESP_NULL_SHAPES; shape++) {
        if (find_inside(&inside, esp, shape) &&
            ((inside.protocol == IPIP_PROTOCOL_IPIP && is_whole_ipv4(inside.packet)) ||
             (inside.protocol == IPIP_PROTOCOL_IPV6 && is_whole_ipv6(inside.packet))))
            fitting |= 1U << shape;
    }
    return fitting;
}

struct esp_null_inside esp_null_inside(struct ipip_bytes esp, unsigned shape)
{
    struct esp_null_inside inside = {{esp.data, 0, 0}, 0, 0, 0};

    find_inside(&inside, esp, shape);
    return inside;
}
