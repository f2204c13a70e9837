/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/esp_null.h"

#include "ipip/ipv4.h"
#include "packet/ipsec.h"
#include "wire/esp_lengths.h"
#include "wire/octets.h"

enum { TRAILER = 2, /* how much padding there is, and the protocol of what is inside */ };

/* 1, 2, 3, ...: what senders write where the cipher asks for nothing else (RFC 4303 section 2.4). */
static bool counts_up(const uint8_t *padding, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        if (padding[i] != i + 1)
            return false;
    }
    return true;
}

static uint32_t ipv4_header_bytes(const uint8_t *header)
{
    return 4U * (header[0] & 15);
}

/* Of the IP packet that starts there, as its header has it; 0 where that is none of the protocol in the trailer, or not all of it is there. */
static uint32_t packet_bytes(const struct esp_null_inside *inside)
{
    struct ipip_bytes packet = inside->packet;
    uint32_t header_bytes, bytes;

    if (inside->protocol == IPIP_PROTOCOL_IPIP && packet.captured >= IPIP_IPV4_HEADER_MIN && packet.data[0] >> 4 == 4) {
        header_bytes = ipv4_header_bytes(packet.data);
        bytes = wire_get16(packet.data + 2);
    } else if (inside->protocol == IPIP_PROTOCOL_IPV6 && packet.captured >= IPIP_IPV6_HEADER &&
               packet.data[0] >> 4 == 6) {
        header_bytes = IPIP_IPV6_HEADER;
        bytes = IPIP_IPV6_HEADER + (uint32_t)wire_get16(packet.data + 4);
    } else {
        return 0;
    }
    return header_bytes >= IPIP_IPV4_HEADER_MIN && header_bytes <= bytes && bytes <= packet.captured ? bytes : 0;
}

/* False where the trailer does not fit. */
static bool find_inside(struct esp_null_inside *inside, struct ipip_bytes esp, uint8_t vector_bytes,
                        uint8_t check_bytes)
{
    uint32_t before = IPSEC_ESP_HEADER + (uint32_t)vector_bytes;
    uint32_t behind = TRAILER + (uint32_t)check_bytes;
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
    *inside = (struct esp_null_inside){{esp.data + before, bytes, bytes}, trailer[1], vector_bytes, check_bytes};
    return true;
}

bool esp_null_find(struct esp_null_inside *inside, struct ipip_bytes esp, uint8_t vector_bytes, uint8_t check_bytes)
{
    uint32_t bytes;

    if (!find_inside(inside, esp, vector_bytes, check_bytes))
        return false;
    bytes = packet_bytes(inside);
    inside->packet = (struct ipip_bytes){inside->packet.data, bytes, bytes};
    return bytes > 0;
}

/* Nothing but the octets tells that it is in clear: then nothing may lie behind the packet, and a checksum is to be right, too. */
static bool is_credible(const struct esp_null_inside *inside)
{
    const uint8_t *data = inside->packet.data;
    uint32_t bytes = packet_bytes(inside);

    if (bytes == 0 || bytes != inside->packet.captured)
        return false;
    return inside->protocol != IPIP_PROTOCOL_IPIP || ipip_ipv4_checksum_ok(data, ipv4_header_bytes(data));
}

unsigned esp_null_shapes(struct ipip_bytes esp)
{
    struct esp_null_inside inside;
    unsigned fitting = 0;

    for (unsigned shape = 0; shape < ESP_LENGTHS; shape++) {
        if (find_inside(&inside, esp, esp_lengths[shape].vector_bytes, esp_lengths[shape].check_bytes) &&
            is_credible(&inside))
            fitting |= 1U << shape;
    }
    return fitting;
}

struct esp_null_inside esp_null_inside(struct ipip_bytes esp, unsigned shape)
{
    struct esp_null_inside inside = {{esp.data, 0, 0}, 0, 0, 0};

    find_inside(&inside, esp, esp_lengths[shape].vector_bytes, esp_lengths[shape].check_bytes);
    return inside;
}
