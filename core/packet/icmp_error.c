/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/icmp_error.h"

#include "ipip/address.h"
#include "wire/octets.h"

enum { ICMP_HEADER = 8, AH_MIN = 12 };

/* What follows the quoted header, authentication headers stepped over; the protocol of it. */
static uint8_t step_in(const struct icmp_error *error, struct ipip_bytes *inside)
{
    uint8_t protocol = error->quoted.protocol;

    *inside = ipip_bytes_after(error->quote, error->quoted.header_bytes);
    while (protocol == IPIP_PROTOCOL_AH && inside->captured >= 2) {
        uint32_t length = (inside->data[1] + 2U) * 4;

        if (length < AH_MIN)
            break;
        protocol = inside->data[0];
        *inside = ipip_bytes_after(*inside, length);
    }
    return protocol;
}

static void read_carried(struct icmp_error *error, const struct ipip_ip *header, struct ipip_bytes payload)
{
    if (header->protocol != IPIP_PROTOCOL_ICMP || header->fragment_offset != 0)
        return;
    if (payload.captured > 0)
        error->carried_type = payload.data[0];
    else
        error->is_carried_unknown = true;
}

static void read_quoted_tunnel(struct icmp_error *error, struct ipip_bytes inside)
{
    error->overhead = (uint16_t)(error->quote.wire - inside.wire);
    if (error->overhead < error->quoted.header_bytes)
        error->overhead = error->quoted.header_bytes;
    if (error->quoted.fragment_offset != 0 || ipip_ipv4_read(&error->inner, inside.data, inside.captured) != IPIP_OK ||
        error->inner.version != 4 || error->inner.header_bytes < IPIP_IPV4_HEADER_MIN)
        return;
    error->has_inner = true;
    read_carried(error, &error->inner, ipip_bytes_after(inside, error->inner.header_bytes));
}

static bool is_no_host(struct ipip_addr address, bool is_loopback)
{
    switch (ipip_address_kind(address)) {
    case IPIP_ADDRESS_UNSPECIFIED:
    case IPIP_ADDRESS_THIS_NETWORK:
    case IPIP_ADDRESS_MULTICAST:
    case IPIP_ADDRESS_RESERVED:
    case IPIP_ADDRESS_BROADCAST:
        return true;
    case IPIP_ADDRESS_LOOPBACK:
        return !is_loopback;
    default:
        return false;
    }
}

/* Whether the message can be true. What is not captured can't be held against it. */
static enum icmp_doubt doubt(const struct icmp_error *error, const struct ipip_layer *layer, bool is_loopback)
{
    struct ipip_bytes header = ipip_layer_header(layer);
    bool is_whole = error->message.captured == error->message.wire &&
                    error->ip.header_bytes + error->message.wire == error->ip.total_bytes;

    if (!ipip_address_equal(error->ip.dst, error->quoted.src))
        return ICMP_ASTRAY;
    if (is_no_host(error->ip.src, is_loopback))
        return ICMP_BAD_SOURCE;
    if (header.captured == error->ip.header_bytes && !ipip_ipv4_checksum_ok(header.data, header.captured))
        return ICMP_BAD_HEADER;
    if (is_whole && ipip_checksum(error->message.data, error->message.captured) != 0)
        return ICMP_BAD_CHECKSUM;
    return ICMP_BELIEVED;
}

bool icmp_error_read(struct icmp_error *error, const struct ipip_layer *layer, bool is_loopback)
{
    struct ipip_bytes message = ipip_layer_payload(layer);
    struct ipip_bytes inside;
    uint8_t protocol;

    if (layer->ip.protocol != IPIP_PROTOCOL_ICMP || (!layer->is_reassembled && ipip_ip_is_fragment(&layer->ip)) ||
        message.captured < ICMP_HEADER || !icmp_is_error(message.data[0]))
        return false;
    *error = (struct icmp_error){
        .ip = layer->ip,
        .type = message.data[0],
        .code = message.data[1],
        .pointer = message.data[4],
        .mtu = wire_get16(message.data + 6),
        .message = message,
        .quote = ipip_bytes_after(message, ICMP_HEADER),
        .carried_type = -1,
    };
    if (ipip_ipv4_read(&error->quoted, error->quote.data, error->quote.captured) != IPIP_OK ||
        error->quoted.version != 4 || error->quoted.header_bytes < IPIP_IPV4_HEADER_MIN)
        return false;
    error->doubt = doubt(error, layer, is_loopback);
    protocol = step_in(error, &inside);
    error->is_of_tunnel = protocol == IPIP_PROTOCOL_IPIP;
    if (error->is_of_tunnel)
        read_quoted_tunnel(error, inside);
    else
        read_carried(error, &error->quoted, inside);
    return true;
}
