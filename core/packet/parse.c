/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/parse.h"

#include <stdlib.h>
#include <string.h>

#include "packet/facts.h"
#include "packet/fingerprint.h"
#include "packet/plain.h"
#include "packet/transport.h"

/* The facts of a layer that was reassembled: its fragments' headers have been judged already. */
static const struct facts facts_of_whole = {
    FACT_WHOLE | FACT_FRAGMENT | FACT_WELL_FORMED | FACT_TUNNEL | FACT_NON_ATOMIC, TRIGGER_FRAGMENT};

enum { NESTING_USUAL = 3 }; /* IP headers: Mobile IP and VPNs over tunnels stay within */

struct ipip_parser {
    struct hash_keys keys;
    struct ipip_kinds kinds;
    bool reads_ipip;                 /* `kinds` has IPv4 in IPv4 */
    ipip_carrier_sink *carrier_sink; /* NULL: none */
    void *carrier_context;
};

_Static_assert(sizeof(struct ipip_parser) <= 1024, "as ipip/batch.h promises");

struct ipip_parser *parser_new(const struct hash_keys *keys, const struct ipip_kinds *kinds)
{
    struct ipip_parser *parser = calloc(1, sizeof *parser);

    if (parser == NULL)
        return NULL;
    parser->keys = *keys;
    parser->kinds = *kinds;
    parser->reads_ipip = (kinds->set & IPIP_KIND_BIT(IPIP_KIND_IPIP)) != 0;
    return parser;
}

void parser_free(struct ipip_parser *parser)
{
    free(parser);
}

/*
 * The facts of the headers from `first` on. Those of the fragment in which a stack ends are found out later: what it carries may not be
 * at hand.
 */
/* It ends in a fragment that shows that it is one of a tunnel packet. */
static inline bool is_open(const struct ipip_stack *stack)
{
    return stack->end == IPIP_END_FRAGMENT && stack->layers[stack->count - 1].kind != IPIP_KIND_NONE;
}

static void parse_headers(const struct ipip_kinds *kinds, struct parsed_packet *parsed, unsigned first)
{
    const struct ipip_stack *stack = &parsed->stack;
    unsigned last = stack->count - 1;

    for (unsigned k = first; k < last; k++)
        parsed->of[k].facts = facts_of_tunnel(stack, kinds, &stack->layers[k]);
    if (!is_open(stack))
        parsed->of[last].facts = facts_of_innermost(stack, kinds);
}

/* Of the innermost layer's payload, and of the stack as a whole. `of_header` are those of its header. */
static inline struct facts facts_of_payload(const struct ipip_stack *stack, const struct ipip_layer *innermost,
                                            struct ipip_bytes payload, struct facts of_header)
{
    struct facts facts = {0, 0};

    if ((stack->end == IPIP_END_PAYLOAD || (stack->end == IPIP_END_UNSUPPORTED && stack->next == IPIP_PROTOCOL_UDP)) &&
        stack->count > 1 && innermost->ip.total_bytes != 0 &&
        (of_header.context & (FACT_WELL_FORMED | FACT_FRAGMENT)) == FACT_WELL_FORMED)
        facts = transport_facts(innermost, payload);
    if (stack->count > NESTING_USUAL)
        facts.triggers |= TRIGGER_DEEP;
    return facts;
}

/* The hashes of the layers from `first` on, and what depends on the payload. */
static inline void parse_contents(const struct ipip_parser *parser, struct parsed_packet *parsed, unsigned first)
{
    const struct hash_keys *keys = &parser->keys;
    const struct ipip_stack *stack = &parsed->stack;
    const struct ipip_layer *layer = &stack->layers[first];
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
    struct ipip_bytes payload = ipip_layer_payload(innermost);
    struct parsed_layer *of = &parsed->of[first];

    of->addresses = fingerprint_of_layer(keys, &parser->kinds, layer);
    while (layer < innermost) {
        layer++;
        of++;
        of->addresses = fingerprint_of_layer(keys, &parser->kinds, layer);
        of->content = fingerprint_of_content(keys, layer, layer == innermost ? payload : ipip_layer_payload(layer));
    }
    if (!is_open(stack))
        of->facts = facts_of_both(of->facts, facts_of_payload(stack, innermost, payload, of->facts));
}

static struct facts facts_of_reassembled(const struct ipip_parser *parser, const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];
    struct facts facts = facts_of_both(facts_of_whole, facts_of_relation(stack, &parser->kinds, k));

    facts.context |= FACTS_OF_KIND(layer->kind) | (facts_is_ipv6(layer) ? FACT_IPV6 : 0);
    return facts;
}

void parse_layers(const struct ipip_parser *parser, struct parsed_packet *parsed, unsigned first)
{
    const struct ipip_stack *stack = &parsed->stack;

    parse_headers(&parser->kinds, parsed, first);
    if (first + 1 < stack->count || !is_open(stack))
        parsed->of[first].facts = facts_of_reassembled(parser, stack, first);
    parse_contents(parser, parsed, first);
}

void parse_unfolded(const struct ipip_parser *parser, struct parsed_packet *parsed, unsigned first)
{
    const struct ipip_stack *stack = &parsed->stack;

    parse_headers(&parser->kinds, parsed, first);
    if (stack->layers[first].is_reassembled)
        parsed->of[first].facts = facts_of_reassembled(parser, stack, first);
    parse_contents(parser, parsed, first);
}

void parser_set_carrier_sink(struct ipip_parser *parser, ipip_carrier_sink *sink, void *context)
{
    parser->carrier_sink = sink;
    parser->carrier_context = context;
}

/* From now on the packet is the one inside, whose direction is unknown. */
static __attribute__((noinline)) void step_out_of_carrier(const struct ipip_parser *parser,
                                                          struct parsed_packet *parsed)
{
    struct ipip_packet *packet = &parsed->packet;
    struct ipip_carried carried;
    bool is_found = parser->carrier_sink != NULL && ipip_carried_find(&carried, &parser->kinds, packet->ip);

    packet->ip = parsed->stack.layers[0].bytes;
    packet->announced = IPIP_ANNOUNCED_IPV4;
    packet->direction = IPIP_DIRECTION_UNKNOWN;
    packet->is_loopback = false;
    if (is_found)
        parser->carrier_sink(parser->carrier_context, packet, &carried.carriers,
                             parsed->stack.layers[0].kind != IPIP_KIND_NONE);
}

/* But for its version the header at `data` is one of a tunnel packet: protocol 4, and the checksum holds, as it is or with 4. */
static bool is_tunnel_but_for_version(struct ipip_bytes packet)
{
    uint8_t header[IPIP_IPV4_HEADER_MAX];
    size_t header_bytes;

    if (packet.captured < IPIP_IPV4_HEADER_MIN || packet.data[9] != IPIP_PROTOCOL_IPIP)
        return false;
    header_bytes = (size_t)4 * (packet.data[0] & 15);
    if (header_bytes < IPIP_IPV4_HEADER_MIN || header_bytes > packet.captured)
        return false;
    memcpy(header, packet.data, header_bytes);
    header[0] = (uint8_t)(4 << 4 | (header[0] & 15));
    return ipip_ipv4_checksum_ok(header, header_bytes) || ipip_ipv4_checksum_ok(packet.data, header_bytes);
}

/* A version other than 4 where IPv4 was announced: a tunnel packet for IPIP601, if the rest looks like one. */
static __attribute__((noinline)) void parse_despite_version(const struct hash_keys *keys, struct parsed_packet *parsed)
{
    const struct ipip_packet *packet = &parsed->packet;
    struct ipip_stack *stack = &parsed->stack;

    parsed->status = IPIP_NOT_IPV4;
    stack->carrier_bytes = 0;
    stack->count = 1;
    stack->end = IPIP_END_BAD_HEADER;
    stack->layers[0] = (struct ipip_layer){.bytes = packet->ip, .kind = IPIP_KIND_IPIP};
    ipip_ipv4_read(&stack->layers[0].ip, packet->ip.data, packet->ip.captured);
    parsed_packet_close(parsed);
    parsed->of[0] = (struct parsed_layer){
        .facts = facts_of_header(stack, 0),
        .addresses = fingerprint_of_addresses(keys, stack->layers[0].ip.src, stack->layers[0].ip.dst),
    };
}

static inline bool is_despite_version(const struct ipip_parser *parser, const struct ipip_packet *packet)
{
    return packet->announced == IPIP_ANNOUNCED_IPV4 && packet->ip.captured > 0 && packet->ip.data[0] >> 4 != 4 &&
           parser->reads_ipip && is_tunnel_but_for_version(packet->ip);
}

/* The stack, with the facts of its headers. False where it is no tunnel packet. */
static __attribute__((noinline)) bool parse_unusual(const struct ipip_parser *parser, struct parsed_packet *parsed)
{
    if (is_despite_version(parser, &parsed->packet)) {
        parse_despite_version(&parser->keys, parsed);
        return false;
    }
    parsed->status = ipip_stack_read(&parsed->stack, &parser->kinds, parsed->packet.ip);
    parsed_packet_close(parsed);
    if (parsed->status != IPIP_OK)
        return false;
    if (parsed->stack.carrier_bytes != 0)
        step_out_of_carrier(parser, parsed);
    if (parsed->stack.layers[0].kind == IPIP_KIND_NONE)
        return false;
    parse_headers(&parser->kinds, parsed, 0);
    return true;
}

void parse_beside(const struct ipip_parser *parser, struct parsed_packet *parsed)
{
    const struct ipip_layer *layer = &parsed->stack.layers[0];

    parsed->of[0].addresses = fingerprint_of_addresses(&parser->keys, layer->ip.src, layer->ip.dst);
    parsed->of[0].content = fingerprint_of_content(&parser->keys, layer, ipip_layer_payload(layer));
}

static inline void leave_beside(const struct ipip_parser *parser, struct parsed_packet *parsed, bool hashes_beside)
{
    parsed->of[0].content = 0;
    if (hashes_beside && parsed->stack.end == IPIP_END_PAYLOAD)
        parse_beside(parser, parsed);
}

__attribute__((noinline)) void parser_parse(const struct ipip_parser *parser, struct parsed_room *room,
                                            const struct ipip_packet *packet, bool hashes_beside)
{
    struct parsed_packet *parsed = &room->parsed;

    parsed->packet = *packet;
    parsed->status = IPIP_OK;
    parsed->is_plain = parsed->is_brief = parser->reads_ipip && plain_parse(&parser->keys, &parser->kinds, parsed);
    if (parsed->is_plain)
        return;
    if (parse_unusual(parser, parsed))
        parse_contents(parser, parsed, 0);
    else if (parsed->status == IPIP_OK)
        leave_beside(parser, parsed, hashes_beside);
}
