/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/stack.h"

#include "ipip/carrier.h"
#include "wire/carrier.h"
#include "wire/ipv4_fields.h"
#include "wire/octets.h"

struct ipip_bytes ipip_layer_header(const struct ipip_layer *layer)
{
    return ipip_bytes_first(layer->bytes, layer->ip.header_bytes);
}

struct ipip_bytes ipip_layer_payload(const struct ipip_layer *layer)
{
    uint32_t promised = layer->ip.total_bytes == 0 ? layer->bytes.wire : layer->ip.total_bytes;

    return ipip_bytes_after(ipip_bytes_first(layer->bytes, promised), layer->ip.header_bytes);
}

struct ipip_bytes ipip_layer_inside(const struct ipip_layer *layer)
{
    return ipip_bytes_after(ipip_layer_payload(layer), layer->shim_bytes);
}

/* False where IHL and Total Length do not allow to find the payload. Total Length 0 is what segmentation offload leaves. */
static inline bool find_payload(struct ipip_bytes *payload, const struct ipip_layer *layer)
{
    const struct ipip_ip *ip = &layer->ip;

    if (ip->header_bytes < IPIP_IPV4_HEADER_MIN || (ip->total_bytes < ip->header_bytes && ip->total_bytes != 0))
        return false;
    *payload = ipip_layer_payload(layer);
    return true;
}

/*
 * Steps over authentication headers (RFC 4302 section 2: next header, length in 32-bit words less 2). The protocol behind
 * them and, in `shim_bytes`, their length; IPIP_PROTOCOL_AH where they are cut off or beyond the payload.
 */
static uint8_t skip_shims(struct ipip_bytes *payload, uint8_t protocol, uint16_t *shim_bytes)
{
    while (protocol == IPIP_PROTOCOL_AH && payload->captured >= 2) {
        uint32_t length = (payload->data[1] + 2U) * 4;

        if (length < 12 || length > payload->wire || *shim_bytes + length > UINT16_MAX)
            break;
        protocol = payload->data[0];
        *payload = ipip_bytes_after(*payload, length);
        *shim_bytes = (uint16_t)(*shim_bytes + length);
    }
    return protocol;
}

/* IPIP_KIND_NONE where it is not to be read. */
static inline uint8_t kind_of_ipip(const struct ipip_kinds *kinds)
{
    return (kinds->set & IPIP_KIND_BIT(IPIP_KIND_IPIP)) != 0 ? IPIP_KIND_IPIP : IPIP_KIND_NONE;
}

/* The layer whose datagram is `bytes`; at least 20 octets are captured. `ipip` is the kind of protocol 4. */
static inline void read_layer(struct ipip_layer *layer, struct ipip_bytes bytes, uint8_t ipip)
{
    layer->bytes = bytes;
    ipv4_fields(&layer->ip, bytes.data);
    layer->ecn = (enum ipip_ecn)ipip_ip_ecn(&layer->ip);
    layer->shim_bytes = 0;
    layer->kind = (uint8_t)((layer->ip.protocol == IPIP_PROTOCOL_IPIP) * ipip);
    layer->is_reassembled = false;
}

/* Announces IPv6, and it is not inside: then this is a wrong tunnel header. */
static bool is_false_ipv6(uint8_t protocol, struct ipip_bytes payload)
{
    return protocol == IPIP_PROTOCOL_IPV6 && payload.captured > 0 && payload.data[0] >> 4 != 6;
}

static bool is_false_first(const struct ipip_layer *layer, struct ipip_bytes payload)
{
    return layer->ip.fragment_offset == 0 && is_false_ipv6(layer->ip.protocol, payload);
}

static void end(struct ipip_stack *stack, enum ipip_end why, uint8_t next)
{
    stack->end = why;
    stack->next = next;
}

/* A protocol that is rare: it may announce another kind, or stand for authentication headers. Then `payload` is what they leave. */
static __attribute__((noinline)) bool is_innermost_of(struct ipip_stack *stack, uint8_t ipip, struct ipip_layer *layer,
                                                      struct ipip_bytes *payload)
{
    uint8_t protocol = skip_shims(payload, layer->ip.protocol, &layer->shim_bytes);
    enum ipip_kind kind = ipip_kind_of_protocol(IPIP_PAYLOAD_IPV4, protocol);

    if (kind == IPIP_KIND_NONE) {
        end(stack, IPIP_END_PAYLOAD, protocol);
        return true;
    }
    if (kind == IPIP_KIND_IPIP && ipip != IPIP_KIND_NONE) {
        layer->kind = ipip;
        return false;
    }
    if (is_false_ipv6(protocol, *payload)) {
        layer->kind = IPIP_KIND_6IN4;
        end(stack, IPIP_END_INNER_VERSION, payload->data[0]);
        return true;
    }
    stack->next_kind = (uint8_t)kind;
    end(stack, IPIP_END_UNSUPPORTED, protocol);
    return true;
}

static inline bool is_transport(uint8_t protocol)
{
    return protocol == IPIP_PROTOCOL_TCP || protocol == IPIP_PROTOCOL_UDP || protocol == IPIP_PROTOCOL_ICMP;
}

/* No tunnel header, as nearly all that don't look like one. */
static inline bool is_innermost(struct ipip_stack *stack, uint8_t ipip, struct ipip_layer *layer,
                                struct ipip_bytes *payload)
{
    if (!is_transport(layer->ip.protocol))
        return is_innermost_of(stack, ipip, layer, payload);
    end(stack, IPIP_END_PAYLOAD, layer->ip.protocol);
    return true;
}

/* No header follows, or none of IPv4. */
static __attribute__((noinline)) void end_without_inner(struct ipip_stack *stack, struct ipip_bytes payload)
{
    if (payload.wire < IPIP_IPV4_HEADER_MIN && payload.captured == payload.wire)
        end(stack, IPIP_END_NO_ROOM, 0);
    else if (payload.captured > 0 && payload.data[0] >> 4 != 4)
        end(stack, IPIP_END_INNER_VERSION, payload.data[0]);
    else
        end(stack, IPIP_END_CUT, 0);
}

/* Walks inwards from the last layer that was read. */
static void walk(struct ipip_stack *stack, const struct ipip_kinds *kinds)
{
    struct ipip_layer *layer = &stack->layers[stack->count - 1];
    const uint8_t ipip = kind_of_ipip(kinds);
    unsigned count = stack->count;

    for (;; layer++, count++) {
        struct ipip_bytes payload;

        if (!find_payload(&payload, layer)) {
            end(stack, IPIP_END_BAD_HEADER, 0);
            break;
        }
        if (ipip_ip_is_fragment(&layer->ip) && !layer->is_reassembled && !is_false_first(layer, payload)) {
            end(stack, layer->kind != IPIP_KIND_NONE ? IPIP_END_FRAGMENT : IPIP_END_PAYLOAD, layer->ip.protocol);
            break;
        }
        if (layer->kind == IPIP_KIND_NONE && is_innermost(stack, ipip, layer, &payload))
            break;
        if (payload.captured < IPIP_IPV4_HEADER_MIN || payload.data[0] >> 4 != 4) {
            end_without_inner(stack, payload);
            break;
        }
        if (count == IPIP_STACK_MAX) {
            end(stack, IPIP_END_NESTING_LIMIT, 0);
            break;
        }
        read_layer(layer + 1, payload, ipip);
    }
    stack->count = count;
}

/* Most packets without a tunnel can't be carriers: they cost little. */
static bool may_carry(const struct ipip_stack *stack)
{
    enum { PORT = 2 };
    const struct ipip_layer *layer = &stack->layers[0];
    struct ipip_bytes payload;

    if ((stack->next != IPIP_PROTOCOL_UDP && stack->next != IPIP_PROTOCOL_GRE) || stack->count != 1 ||
        (stack->end != IPIP_END_PAYLOAD && stack->end != IPIP_END_UNSUPPORTED) || ipip_ip_is_fragment(&layer->ip))
        return false;
    payload = ipip_layer_inside(layer);
    return stack->next == IPIP_PROTOCOL_GRE ||
           (payload.captured >= PORT + 2 && carrier_has_port(wire_get16(payload.data + PORT)));
}

/* The stack of what `packet` carries. False, and the stack untouched, where it is no carrier. */
static __attribute__((noinline)) bool read_carried(struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                                   struct ipip_bytes packet)
{
    struct ipip_carried carried;

    if (!ipip_carried_find(&carried, packet))
        return false;
    stack->count = 1;
    stack->carrier_bytes = (uint32_t)(carried.ip.data - packet.data);
    read_layer(&stack->layers[0], carried.ip, kind_of_ipip(kinds));
    walk(stack, kinds);
    return true;
}

/* Extension headers may hide the ports. */
static bool may_carry_over_ipv6(struct ipip_bytes packet)
{
    enum { NEXT_HEADER = 6, PORT = 42 };

    switch (packet.data[NEXT_HEADER]) {
    case IPIP_PROTOCOL_UDP:
        return packet.captured >= PORT + 2 && carrier_has_port(wire_get16(packet.data + PORT));
    case IPIP_PROTOCOL_TCP:
        return false;
    default:
        return true;
    }
}

static enum ipip_status read_other_version(struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                           struct ipip_bytes packet)
{
    if (packet.data[0] >> 4 != 6 || !may_carry_over_ipv6(packet) || !read_carried(stack, kinds, packet))
        return IPIP_NOT_IPV4;
    return IPIP_OK;
}

enum ipip_status ipip_stack_read(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes packet)
{
    stack->count = 0;
    stack->carrier_bytes = 0;
    if (packet.captured < IPIP_IPV4_HEADER_MIN)
        return IPIP_TRUNCATED;
    if (packet.data[0] >> 4 != 4)
        return read_other_version(stack, kinds, packet);
    read_layer(&stack->layers[stack->count++], packet, kind_of_ipip(kinds));
    walk(stack, kinds);
    if (may_carry(stack))
        read_carried(stack, kinds, packet);
    return IPIP_OK;
}

void ipip_stack_resume(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes datagram,
                       enum ipip_ecn ecn)
{
    struct ipip_layer *layer = &stack->layers[stack->count - 1];

    read_layer(layer, datagram, kind_of_ipip(kinds));
    layer->ecn = ecn;
    layer->is_reassembled = true;
    walk(stack, kinds);
}

void ipip_stack_resume_partial(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes fragment)
{
    struct ipip_layer *layer = &stack->layers[stack->count - 1];

    fragment = ipip_bytes_first(fragment, layer->ip.total_bytes);
    fragment.wire = IPIP_IPV4_TOTAL_MAX;
    read_layer(layer, fragment, kind_of_ipip(kinds));
    layer->ip.total_bytes = IPIP_IPV4_TOTAL_MAX;
    layer->is_reassembled = true;
    walk(stack, kinds);
}
