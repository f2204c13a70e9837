/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/icmp_error.h"

#include "ipip/ipv6.h"
#include "packet/transport.h"

enum {
    ICMP_HEADER = 8,
    AH_MIN = 12,
    QUOTE_MIN = 28, /* octets behind the tunnel header: the inner one, and 8 more */
    QUOTE_MIN_IPV6 = 48,
};

/* What the codes of a type mean. */
struct meaning {
    uint8_t type, first_code, last_code;
    uint8_t meaning; /* enum icmp_meaning */
};

enum { CODE_MAX = 255 };

/* RFC 792; RFC 1122 section 3.2.2.1. */
static const struct meaning meanings[] = {
    {ICMP_UNREACHABLE, 0, 0, ICMP_MEANS_NETWORK},
    {ICMP_UNREACHABLE, 1, 1, ICMP_MEANS_HOST},
    {ICMP_UNREACHABLE, 2, 2, ICMP_MEANS_PROTOCOL},
    {ICMP_UNREACHABLE, 3, 3, ICMP_MEANS_PORT},
    {ICMP_UNREACHABLE, 4, 4, ICMP_MEANS_TOO_BIG},
    {ICMP_UNREACHABLE, 5, 5, ICMP_MEANS_SOURCE_ROUTE},
    {ICMP_UNREACHABLE, 6, CODE_MAX, ICMP_MEANS_UNREACHABLE},
    {ICMP_SOURCE_QUENCH, 0, CODE_MAX, ICMP_MEANS_QUENCH},
    {ICMP_REDIRECT, 0, CODE_MAX, ICMP_MEANS_REDIRECT},
    {ICMP_TIME_EXCEEDED, 0, 0, ICMP_MEANS_EXPIRED},
    {ICMP_TIME_EXCEEDED, 1, 1, ICMP_MEANS_REASSEMBLY},
    {ICMP_TIME_EXCEEDED, 2, CODE_MAX, ICMP_MEANS_NOTHING},
    {ICMP_PARAMETER_PROBLEM, 0, CODE_MAX, ICMP_MEANS_PARAMETER},
};

/* RFC 4443 sections 3.1 to 3.4. The first row that fits counts. */
/* clang-format off */
static const struct meaning meanings_ipv6[] = {
    {1, 0, 0, ICMP_MEANS_NETWORK},
    {1, 1, 3, ICMP_MEANS_HOST},
    {1, 4, 4, ICMP_MEANS_PORT},
    {1, 5, CODE_MAX, ICMP_MEANS_HOST},
    {2, 0, CODE_MAX, ICMP_MEANS_TOO_BIG},
    {3, 0, 0, ICMP_MEANS_EXPIRED},
    {3, 1, 1, ICMP_MEANS_REASSEMBLY},
    {3, 2, CODE_MAX, ICMP_MEANS_NOTHING},
    {4, 1, 1, ICMP_MEANS_PROTOCOL},
    {4, 0, CODE_MAX, ICMP_MEANS_PARAMETER},
};
/* clang-format on */

static const struct meaning *meaning_in(const struct meaning *table, size_t count, uint8_t type, uint8_t code)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].type == type && table[i].first_code <= code && code <= table[i].last_code)
            return &table[i];
    }
    return NULL;
}

static bool find_meaning(struct icmp_error *error)
{
    const struct meaning *found =
        icmp_is_ipv6(error)
            ? meaning_in(meanings_ipv6, sizeof meanings_ipv6 / sizeof *meanings_ipv6, error->type, error->code)
            : meaning_in(meanings, sizeof meanings / sizeof *meanings, error->type, error->code);

    if (found != NULL)
        error->meaning = (enum icmp_meaning)found->meaning;
    return found != NULL;
}

/* What follows the header of a packet that is none of a tunnel, authentication headers stepped over; the protocol of it. */
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

static void read_carried(struct icmp_error *error, const struct ipip_ip *header, uint8_t protocol,
                         struct ipip_bytes payload)
{
    bool is_ipv6 = protocol == IPIP_PROTOCOL_ICMPV6 && header->version == 6;

    if ((protocol != IPIP_PROTOCOL_ICMP && !is_ipv6) || header->fragment_offset != 0)
        return;
    if (payload.captured == 0)
        error->is_carried_unknown = true;
    else
        error->carries_error = is_ipv6 ? icmp_is_error_ipv6(payload.data[0]) : icmp_is_error(payload.data[0]);
}

/* As far as it is quoted, the packet looks as if the snapshot length had cut it. */
static void read_quoted(struct icmp_error *error, const struct ipip_kinds *kinds)
{
    struct ipip_bytes packet = error->quote;
    struct ipip_stack stack;
    const struct ipip_layer *outer = &stack.layers[0];
    struct ipip_bytes inside;

    if (error->quoted.total_bytes > packet.wire)
        packet.wire = error->quoted.total_bytes;
    error->is_of_tunnel =
        ipip_stack_read(&stack, kinds, packet) == IPIP_OK && stack.carrier_bytes == 0 && outer->kind != IPIP_KIND_NONE;
    if (!error->is_of_tunnel) {
        uint8_t protocol = step_in(error, &inside);

        read_carried(error, &error->quoted, protocol, inside);
        return;
    }
    error->direction = ipip_tunnel_direction_of(kinds, outer);
    error->overhead = (uint16_t)(outer->ip.header_bytes + outer->shim_bytes);
    error->has_inner = stack.count > 1 && error->quoted.fragment_offset == 0;
    if (error->has_inner) {
        error->inner = outer[1].ip;
        read_carried(error, &error->inner, error->inner.protocol, ipip_layer_payload(&outer[1]));
    }
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

static bool is_checksum_wrong(const struct icmp_error *error, const struct ipip_layer *layer)
{
    uint32_t bytes = error->message.captured;
    uint64_t pseudo = 0;

    if (icmp_is_ipv6(error) && !transport_pseudo_header(&pseudo, layer, layer->ip.protocol, bytes))
        return false;
    return !sum_is_right(sum_add(pseudo, sum_of(error->message.data, bytes)));
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
    if (!icmp_is_ipv6(error) && header.captured == error->ip.header_bytes &&
        !ipip_ipv4_checksum_ok(header.data, header.captured))
        return ICMP_BAD_HEADER;
    return is_whole && is_checksum_wrong(error, layer) ? ICMP_BAD_CHECKSUM : ICMP_BELIEVED;
}

static bool read_quoted_header(struct icmp_error *error)
{
    struct ipip_bytes quote = error->quote;

    if (icmp_is_ipv6(error))
        return ipip_ipv6_read(&error->quoted, quote) == IPIP_OK && error->quoted.version == 6;
    return ipip_ipv4_read(&error->quoted, quote.data, quote.captured) == IPIP_OK && error->quoted.version == 4 &&
           error->quoted.header_bytes >= IPIP_IPV4_HEADER_MIN;
}

bool icmp_error_read(struct icmp_error *error, const struct ipip_kinds *kinds, const struct ipip_layer *layer,
                     bool is_loopback)
{
    bool is_ipv6 = layer->ip.version == 6;
    struct ipip_bytes message = ipip_layer_payload(layer);

    if (layer->ip.protocol != (is_ipv6 ? IPIP_PROTOCOL_ICMPV6 : IPIP_PROTOCOL_ICMP) ||
        (!layer->is_reassembled && ipip_ip_is_fragment(&layer->ip)) || message.captured < ICMP_HEADER)
        return false;
    *error = (struct icmp_error){
        .ip = layer->ip,
        .type = message.data[0],
        .code = message.data[1],
        .message = message,
        .quote = ipip_bytes_after(message, ICMP_HEADER),
    };
    if (!find_meaning(error) || !read_quoted_header(error))
        return false;
    if (error->meaning == ICMP_MEANS_TOO_BIG)
        error->mtu = is_ipv6 ? wire_get32(message.data + 4) : wire_get16(message.data + 6);
    if (error->meaning == ICMP_MEANS_PARAMETER)
        error->pointer = is_ipv6 ? wire_get32(message.data + 4) : message.data[4];
    error->doubt = doubt(error, layer, is_loopback);
    read_quoted(error, kinds);
    return true;
}

uint32_t icmp_quote_min(const struct icmp_error *error)
{
    enum { FOLDED = 8 }; /* of what is inside, minimal encapsulation has the header in its own */
    enum ipip_kind kind = error->direction.kind;
    bool is_ipv6 = error->has_inner ? error->inner.version == 6 : kind == IPIP_KIND_6IN4 || kind == IPIP_KIND_6IN6;

    if (kind == IPIP_KIND_MINIMAL)
        return error->overhead + (uint32_t)FOLDED;
    return error->overhead + (is_ipv6 ? (uint32_t)QUOTE_MIN_IPV6 : (uint32_t)QUOTE_MIN);
}
