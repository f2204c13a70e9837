/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/stack.h"

#include "ipip/carrier.h"
#include "ipip/ipv6.h"
#include "packet/udp_tunnel.h"
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

static void end(struct ipip_stack *stack, enum ipip_end why, uint8_t next)
{
    stack->end = why;
    stack->next = next;
}

static inline bool find_payload(struct ipip_bytes *payload, const struct ipip_layer *layer)
{
    if (!ipip_ip_has_payload(&layer->ip))
        return false;
    *payload = ipip_layer_payload(layer);
    return true;
}

/* The layer whose IPv4 datagram is `bytes`; at least 20 octets are captured. */
static inline void read_layer(struct ipip_layer *layer, struct ipip_bytes bytes)
{
    layer->bytes = bytes;
    ipv4_fields(&layer->ip, bytes.data);
    layer->ecn = (enum ipip_ecn)ipip_ip_ecn(&layer->ip);
    layer->shim_bytes = 0;
    layer->kind = layer->ip.protocol == IPIP_PROTOCOL_IPIP ? IPIP_KIND_IPIP : IPIP_KIND_NONE;
    layer->is_reassembled = false;
}

/* The layer whose IPv6 packet is `bytes`; at least 40 octets are captured. Its kind shows later. */
static __attribute__((noinline)) void read_layer_ipv6(struct ipip_layer *layer, struct ipip_bytes bytes)
{
    *layer = (struct ipip_layer){.bytes = bytes};
    ipip_ipv6_read(&layer->ip, bytes);
    layer->ecn = (enum ipip_ecn)ipip_ip_ecn(&layer->ip);
}

static enum ipip_payload version_of(const struct ipip_layer *layer)
{
    return layer->ip.version == 6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;
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

/* Whether a fragment of this protocol may be one of a tunnel packet, which shows at offset 0. */
static bool may_be_tunnel(const struct ipip_kinds *kinds, const struct ipip_ip *ip)
{
    switch (ip->protocol) {
    case IPIP_PROTOCOL_UDP:
        return (kinds->set & IPIP_KINDS_OVER_UDP) != 0;
    case IPIP_PROTOCOL_GRE:
        return (kinds->set & IPIP_KINDS_WITH_GRE) != 0;
    default:
        return ip->protocol == IPIP_PROTOCOL_AH || (ip->version == 6 && ipip_ipv6_is_extension(ip->protocol));
    }
}

/* How long the packet may be of which a fragment is one. */
static uint32_t most_bytes(const struct ipip_ip *ip)
{
    return ip->version == 6 ? (uint32_t)(IPIP_IPV6_HEADER + IPIP_IPV6_PAYLOAD_MAX) : (uint32_t)IPIP_IPV4_TOTAL_MAX;
}

/* The kind of a fragment that may be one of a tunnel packet. */
static enum ipip_end look_into_fragment(const struct ipip_kinds *kinds, struct ipip_layer *layer)
{
    struct ipip_bytes bytes = ipip_bytes_first(layer->bytes, layer->ip.total_bytes);
    struct ipip_ip whole = layer->ip;
    struct ipip_chain chain;

    if (layer->ip.fragment_offset != 0)
        return IPIP_END_FRAGMENT;
    whole.total_bytes = bytes.wire = most_bytes(&layer->ip);
    ipip_chain_read(&chain, kinds, &whole, bytes);
    if (chain.end == IPIP_END_PAYLOAD || chain.end == IPIP_END_UNSUPPORTED)
        return IPIP_END_PAYLOAD;
    layer->kind = chain.kind;
    layer->shim_bytes = chain.bytes;
    return chain.end == IPIP_END_OPAQUE ? IPIP_END_OPAQUE : IPIP_END_FRAGMENT;
}

/* The last layer is a fragment, which announces no IPv4 in IPv4. */
static __attribute__((noinline)) enum ipip_end end_of_fragment(const struct ipip_kinds *kinds, struct ipip_layer *layer)
{
    enum ipip_kind kind = ipip_kind_of_protocol(version_of(layer), layer->ip.protocol);

    if (may_be_tunnel(kinds, &layer->ip))
        return look_into_fragment(kinds, layer);
    if ((kinds->set & IPIP_KIND_BIT(kind)) == 0 || kind == IPIP_KIND_NONE || !ipip_kind_about(kind)->is_read)
        return IPIP_END_PAYLOAD;
    layer->kind = (uint8_t)kind;
    return IPIP_END_FRAGMENT;
}

static unsigned version_bit(uint8_t octet)
{
    return octet >> 4 == 4 ? IPIP_PAYLOAD_IPV4 : octet >> 4 == 6 ? IPIP_PAYLOAD_IPV6 : 0U;
}

/* Whether a header follows of a version that was announced. */
static bool has_inner(struct ipip_stack *stack, unsigned announced, struct ipip_bytes payload)
{
    unsigned version = payload.captured > 0 ? version_bit(payload.data[0]) & announced : announced;
    uint32_t least = version == IPIP_PAYLOAD_IPV6 ? (uint32_t)IPIP_IPV6_HEADER : (uint32_t)IPIP_IPV4_HEADER_MIN;

    if (payload.captured >= least && version != 0)
        return true;
    if (payload.wire < least && payload.captured == payload.wire)
        end(stack, IPIP_END_NO_ROOM, 0);
    else if (version == 0)
        end(stack, IPIP_END_INNER_VERSION, payload.data[0]);
    else
        end(stack, IPIP_END_CUT, 0);
    return false;
}

/*
 * What a layer carries whose protocol is rare: it may announce another kind, or stand for authentication headers. True where an IP header
 * is inside: `*payload` from there on.
 */
static __attribute__((noinline)) bool find_inside_rare(struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                                       struct ipip_layer *layer, struct ipip_bytes *payload)
{
    struct ipip_chain chain;

    ipip_chain_read(&chain, kinds, &layer->ip, layer->bytes);
    layer->shim_bytes = chain.bytes;
    if (chain.end == IPIP_END_UNSUPPORTED && !is_false_ipv6(chain.protocol, chain.inside)) {
        stack->next_kind = chain.kind;
        end(stack, chain.end, chain.protocol);
        return false;
    }
    layer->kind = chain.kind;
    if (chain.end == IPIP_END_COUNT && !is_false_ipv6(chain.protocol, chain.inside)) {
        *payload = chain.inside;
        return has_inner(stack, chain.announced, chain.inside);
    }
    if (chain.end == IPIP_END_UNSUPPORTED || chain.end == IPIP_END_COUNT)
        end(stack, IPIP_END_INNER_VERSION, chain.inside.data[0]);
    else
        end(stack, chain.end, chain.protocol);
    return false;
}

/* Nearly all packets that are no tunnel's have one of these. */
static inline bool is_no_tunnel(const struct ipip_kinds *kinds, uint8_t protocol, struct ipip_bytes payload)
{
    return protocol == IPIP_PROTOCOL_TCP || protocol == IPIP_PROTOCOL_ICMP ||
           (protocol == IPIP_PROTOCOL_UDP && !udp_tunnel_may_be(kinds, payload));
}

/* The same of any layer that announces no IPv4 in IPv4. */
static inline bool find_inside(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_layer *layer,
                               struct ipip_bytes *payload)
{
    if (!is_no_tunnel(kinds, layer->ip.protocol, *payload))
        return find_inside_rare(stack, kinds, layer, payload);
    end(stack, IPIP_END_PAYLOAD, layer->ip.protocol);
    return false;
}

/* No IPv4 header follows. True where one of IPv6 does, as announced; then it is read into `inner`. NULL: there is no room for it. */
static __attribute__((noinline)) bool read_other_inner(struct ipip_stack *stack, const struct ipip_layer *outer,
                                                       struct ipip_layer *inner, struct ipip_bytes payload)
{
    if (outer->kind == IPIP_KIND_IPIP && !has_inner(stack, IPIP_PAYLOAD_IPV4, payload))
        return false;
    if (inner == NULL) {
        end(stack, IPIP_END_NESTING_LIMIT, 0);
        return false;
    }
    read_layer_ipv6(inner, payload);
    return true;
}

/* IPv4 in IPv4 is not to be read: the stack ends at the first such header. */
static __attribute__((noinline)) void cut_at_ipip(struct ipip_stack *stack)
{
    for (unsigned k = 0; k < stack->count; k++) {
        if (stack->layers[k].kind != IPIP_KIND_IPIP)
            continue;
        stack->layers[k].kind = IPIP_KIND_NONE;
        stack->count = k + 1;
        stack->next_kind = IPIP_KIND_IPIP;
        end(stack, ipip_ip_is_fragment(&stack->layers[k].ip) ? IPIP_END_PAYLOAD : IPIP_END_UNSUPPORTED,
            IPIP_PROTOCOL_IPIP);
    }
}

/* Nothing behind the header can be read, but its protocol number announces a tunnel. */
static __attribute__((noinline)) void end_at_bad_header(struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                                        struct ipip_layer *layer)
{
    enum ipip_kind kind = ipip_kind_of_protocol(version_of(layer), layer->ip.protocol);

    if (layer->kind == IPIP_KIND_NONE && kind != IPIP_KIND_NONE && (kinds->set & IPIP_KIND_BIT(kind)) != 0 &&
        ipip_kind_about(kind)->is_read)
        layer->kind = (uint8_t)kind;
    end(stack, IPIP_END_BAD_HEADER, 0);
}

/* Walks inwards from the last layer that was read. */
static void walk(struct ipip_stack *stack, const struct ipip_kinds *kinds)
{
    struct ipip_layer *layer = &stack->layers[stack->count - 1];
    unsigned count = stack->count;

    for (;; layer++, count++) {
        struct ipip_bytes payload;

        if (!find_payload(&payload, layer)) {
            end_at_bad_header(stack, kinds, layer);
            break;
        }
        if (ipip_ip_is_fragment(&layer->ip) && !layer->is_reassembled && !is_false_first(layer, payload)) {
            end(stack, layer->kind != IPIP_KIND_NONE ? IPIP_END_FRAGMENT : end_of_fragment(kinds, layer),
                layer->ip.protocol);
            break;
        }
        if (layer->kind == IPIP_KIND_NONE && !find_inside(stack, kinds, layer, &payload))
            break;
        if (payload.captured < IPIP_IPV4_HEADER_MIN || payload.data[0] >> 4 != 4) {
            if (!read_other_inner(stack, layer, count < IPIP_STACK_MAX ? layer + 1 : NULL, payload))
                break;
            continue;
        }
        if (count == IPIP_STACK_MAX) {
            end(stack, IPIP_END_NESTING_LIMIT, 0);
            break;
        }
        read_layer(layer + 1, payload);
    }
    stack->count = count;
    if ((kinds->set & IPIP_KIND_BIT(IPIP_KIND_IPIP)) == 0)
        cut_at_ipip(stack);
}

/* Most packets without a tunnel can't be carriers: they cost little. */
static inline __attribute__((always_inline)) bool may_carry(const struct ipip_stack *stack)
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

/* The stack of the packet at `bytes`, of which the fixed header is captured. */
static inline void read_all(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes bytes)
{
    stack->count = 1;
    if (bytes.data[0] >> 4 == 4)
        read_layer(&stack->layers[0], bytes);
    else
        read_layer_ipv6(&stack->layers[0], bytes);
    walk(stack, kinds);
}

/* The stack of what `packet` carries. False, and the stack untouched, where it is no carrier. */
static __attribute__((noinline)) bool read_carried(struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                                   struct ipip_bytes packet)
{
    struct ipip_carried carried;

    if (!ipip_carried_find(&carried, kinds, packet))
        return false;
    stack->carrier_bytes = (uint32_t)(carried.ip.data - packet.data);
    read_all(stack, kinds, carried.ip);
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

static __attribute__((noinline)) enum ipip_status read_ipv6(struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                                            struct ipip_bytes packet)
{
    if (packet.captured < IPIP_IPV6_HEADER)
        return IPIP_TRUNCATED;
    read_all(stack, kinds, packet);
    if (may_carry(stack))
        read_carried(stack, kinds, packet);
    return IPIP_OK;
}

static enum ipip_status read_other_version(struct ipip_stack *stack, const struct ipip_kinds *kinds,
                                           struct ipip_bytes packet)
{
    if (packet.data[0] >> 4 == 6 && (kinds->set & IPIP_KINDS_OVER_IPV6) != 0)
        return read_ipv6(stack, kinds, packet);
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
    stack->count = 1;
    read_layer(&stack->layers[0], packet);
    walk(stack, kinds);
    if (may_carry(stack))
        read_carried(stack, kinds, packet);
    return IPIP_OK;
}

static void read_resumed(struct ipip_layer *layer, struct ipip_bytes datagram)
{
    if (datagram.data[0] >> 4 == 4)
        read_layer(layer, datagram);
    else
        read_layer_ipv6(layer, datagram);
    layer->is_reassembled = true;
}

void ipip_stack_resume(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes datagram,
                       enum ipip_ecn ecn)
{
    struct ipip_layer *layer = &stack->layers[stack->count - 1];

    read_resumed(layer, datagram);
    layer->ecn = ecn;
    walk(stack, kinds);
}

void ipip_stack_resume_partial(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes fragment)
{
    struct ipip_layer *layer = &stack->layers[stack->count - 1];
    uint32_t most = most_bytes(&layer->ip);

    fragment = ipip_bytes_first(fragment, layer->ip.total_bytes);
    fragment.wire = most;
    read_resumed(layer, fragment);
    layer->ip.total_bytes = most;
    walk(stack, kinds);
}

void ipip_stack_resume_folded(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes datagram)
{
    if (stack->count == IPIP_STACK_MAX) {
        end(stack, IPIP_END_NESTING_LIMIT, 0);
        return;
    }
    read_layer(&stack->layers[stack->count++], datagram);
    walk(stack, kinds);
}
