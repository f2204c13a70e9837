/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/plain.h"

#include <string.h>

#include "packet/fingerprint.h"
#include "packet/transport.h"
#include "packet/udp_tunnel.h"
#include "wire/address_set.h"
#include "wire/ipv4_fields.h"

enum {
    INNER = IPIP_IPV4_HEADER_MIN, /* where the inner header begins */
    HEADERS = 2 * IPIP_IPV4_HEADER_MIN,
    DF = 0x40, /* in octet 6 of a header */
};

/* Both headers as words: the bits that make them usual, and what these are. The others vary. */
static const uint8_t fixed[HEADERS] = {
    [0] = 255,     [6] = 0xbf,         [7] = 255, /* version and IHL, flags but DF, offset */
    [INNER] = 255, [INNER + 6] = 0xbf, [INNER + 7] = 255,
};
static const uint8_t usual[HEADERS] = {[0] = IPV4_PLAIN, [INNER] = IPV4_PLAIN};

static inline uint64_t difference(const uint8_t *headers, size_t word)
{
    return (sum_load(headers + 8 * word) & sum_load(fixed + 8 * word)) ^ sum_load(usual + 8 * word);
}

/* What makes a header a trigger of nothing, whatever the other one is. */
static inline bool is_sound(const uint8_t *header)
{
    return sum_is_right(sum_of_20(header)) && header[8] != 0;
}

static inline bool is_transport(uint8_t protocol)
{
    return protocol == IPIP_PROTOCOL_TCP || protocol == IPIP_PROTOCOL_UDP || protocol == IPIP_PROTOCOL_ICMP;
}

static inline bool is_plain(struct ipip_bytes packet)
{
    const uint8_t *outer = packet.data;
    const uint8_t *inner = outer + INNER;
    uint32_t total = wire_get16(outer + 2);
    uint32_t inner_total = wire_get16(inner + 2);

    return (difference(outer, 0) | difference(outer, 2) | difference(outer, 3)) == 0 && is_transport(inner[9]) &&
           total <= packet.captured && total <= FACTS_LINK_MTU_MAX && inner_total + INNER == total &&
           total >= HEADERS && is_sound(outer) && is_sound(inner) &&
           ((outer[6] & DF) != 0 || (outer[4] | outer[5]) != 0);
}

/* The addresses have nothing to do with each other. */
static inline bool are_apart(const uint8_t *outer, const uint8_t *inner)
{
    return !wire_is_equal32(outer + 12, outer + 16) && !wire_is_equal32(inner + 12, outer + 12) &&
           !wire_is_equal32(inner + 12, outer + 16);
}

void parsed_fill_layers(struct parsed_packet *parsed)
{
    parsed->stack.layers[0] = plain_outer(parsed);
    parsed->stack.layers[1] = plain_inner(parsed);
    parsed->is_brief = false;
}

bool plain_parse(const struct hash_keys *keys, const struct ipip_kinds *kinds, struct parsed_packet *restrict parsed)
{
    struct ipip_bytes packet = parsed->packet.ip;
    struct ipip_stack *stack = &parsed->stack;
    struct ipip_layer innermost;
    struct parsed_layer *of;
    const uint8_t *outer = packet.data;
    const uint8_t *inner = outer + INNER;
    struct facts facts = {FACT_OUTERMOST | FACT_TUNNEL | FACT_WELL_FORMED | FACTS_OF_KIND(IPIP_KIND_IPIP), 0};
    unsigned outside;
    unsigned inside;
    struct ipip_bytes datagram;
    struct ipip_bytes payload;

    if (packet.captured < HEADERS || outer[9] != IPIP_PROTOCOL_IPIP ||
        __builtin_expect(!is_plain(packet) || !are_apart(outer, inner), 0))
        return false;
    outside = ipv4_header_kinds(outer);
    inside = ipv4_header_kinds(inner);
    if (((outside & FACTS_SPECIAL_OUTSIDE) | (inside & ~FACTS_USUAL_INSIDE)) != 0)
        return false;
    datagram = (struct ipip_bytes){inner, wire_get16(inner + 2), wire_get16(inner + 2)};
    payload = (struct ipip_bytes){inner + IPIP_IPV4_HEADER_MIN, datagram.wire - IPIP_IPV4_HEADER_MIN,
                                  datagram.wire - IPIP_IPV4_HEADER_MIN};
    if (inner[9] == IPIP_PROTOCOL_UDP && __builtin_expect(udp_tunnel_may_be(kinds, payload), 0))
        return false;
    stack->count = 2;
    stack->end = IPIP_END_PAYLOAD;
    stack->next = inner[9];
    stack->carrier_bytes = 0;
    parsed_packet_close(parsed);
#ifdef IPIP_POISON
    memset(stack->layers, 0xee, 2 * sizeof *stack->layers); /* so that a read without parsed_layers() shows */
#endif
    of = parsed->of;
    innermost = plain_layer(datagram, IPIP_KIND_NONE);

    if (outside == FACTS_KIND(GLOBAL) && inside != FACTS_KIND(GLOBAL))
        facts.triggers |= TRIGGER_SCOPE_MIX;
    facts.triggers |= facts_of_tos(outer[1], inner[1]);
    if ((outer[6] & DF) == 0) {
        facts.triggers |= (inner[6] & DF) != 0 ? TRIGGER_DF_LOST : TRIGGER_DF_NEITHER;
        facts.context |= FACT_NON_ATOMIC;
    }
    of[0].facts = facts;
    of[0].addresses = fingerprint_of_ipv4(keys, wire_get32(outer + 12), wire_get32(outer + 16));
    of[1].facts = facts_of_both((struct facts){FACT_ENCAPSULATED | FACT_WELL_FORMED | FACTS_OF_KIND(IPIP_KIND_IPIP), 0},
                                transport_facts(&innermost, payload));
    of[1].addresses = fingerprint_of_ipv4(keys, wire_get32(inner + 12), wire_get32(inner + 16));
    of[1].content = fingerprint_of_octets(keys, inner, inner[9], true, payload.data,
                                          payload.captured < FINGERPRINT_PAYLOAD ? payload.captured
                                                                                 : (uint32_t)FINGERPRINT_PAYLOAD);
    return true;
}
