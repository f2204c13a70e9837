/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/parse.h"

#include <stdlib.h>

#include "packet/facts.h"
#include "packet/fingerprint.h"
#include "packet/microflow.h"

/* The facts of a layer that was reassembled: its fragments' headers have been judged already. */
static const struct facts facts_of_whole = {
    FACT_WHOLE | FACT_FRAGMENT | FACT_WELL_FORMED | FACT_TUNNEL | FACT_NON_ATOMIC, TRIGGER_FRAGMENT};

struct ipip_parser {
    struct hash_keys keys;
    struct microflows microflows;
    ipip_carrier_sink *carrier_sink; /* NULL: none */
    void *carrier_context;
};

_Static_assert(sizeof(struct ipip_parser) <= 1 << 20, "as ipip/batch.h promises");

struct ipip_parser *parser_new(const struct hash_keys *keys)
{
    struct ipip_parser *parser = calloc(1, sizeof *parser);

    if (parser != NULL)
        parser->keys = *keys;
    return parser;
}

void parser_free(struct ipip_parser *parser)
{
    free(parser);
}

/* The facts of the headers from `first` on. That of a fragment is judged by itself, as what it carries may not be at hand. */
static void parse_headers(const struct hash_keys *keys, struct parsed_packet *parsed, unsigned first)
{
    const struct ipip_stack *stack = &parsed->stack;
    unsigned end = stack->end == IPIP_END_FRAGMENT ? stack->count - 1 : stack->count;

    for (unsigned k = first; k < stack->count; k++)
        parsed->of[k].addresses = fingerprint_of_addresses(keys, stack->layers[k].ip.src, stack->layers[k].ip.dst);
    for (unsigned k = first; k < end; k++)
        parsed->of[k].facts = facts_of_both(facts_of_header(stack, k), facts_of_relation(stack, k));
}

/* What depends on the payload. */
static void parse_payload(const struct hash_keys *keys, struct parsed_packet *parsed, unsigned first)
{
    const struct ipip_stack *stack = &parsed->stack;
    struct facts *innermost = &parsed->of[stack->count - 1].facts;

    for (unsigned k = first + 1; k < stack->count; k++)
        parsed->of[k].content = fingerprint_of_content(keys, &stack->layers[k]);
    if (stack->end != IPIP_END_FRAGMENT)
        *innermost = facts_of_both(*innermost, facts_of_innermost(stack));
}

void parse_layers(const struct ipip_parser *parser, struct parsed_packet *parsed, unsigned first)
{
    const struct ipip_stack *stack = &parsed->stack;

    parse_headers(&parser->keys, parsed, first);
    if (first + 1 < stack->count || stack->end != IPIP_END_FRAGMENT)
        parsed->of[first].facts = facts_of_both(facts_of_whole, facts_of_relation(stack, first));
    parse_payload(&parser->keys, parsed, first);
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
    bool is_found = parser->carrier_sink != NULL && ipip_carried_find(&carried, packet->ip);

    packet->ip = parsed->stack.layers[0].bytes;
    packet->announced = IPIP_ANNOUNCED_IPV4;
    packet->direction = IPIP_DIRECTION_UNKNOWN;
    packet->is_loopback = false;
    if (is_found)
        parser->carrier_sink(parser->carrier_context, packet, &carried.carriers, parsed->stack.layers[0].is_tunnel);
}

void parser_parse(struct ipip_parser *parser, struct parsed_packet *parsed, const struct ipip_packet *packet)
{
    uint64_t words[MICROFLOW_WORDS];
    struct microflow *microflow = microflow_of(&parser->microflows, packet->ip, words);

    parsed->packet = *packet;
    if (microflow != NULL && microflow_is(microflow, words)) {
        parsed->status = IPIP_OK;
        microflow_apply(microflow, parsed);
    } else {
        parsed->status = ipip_stack_read(&parsed->stack, packet->ip);
        if (parsed->status != IPIP_OK)
            return;
        if (parsed->stack.carrier_bytes != 0)
            step_out_of_carrier(parser, parsed);
        if (!parsed->stack.layers[0].is_tunnel)
            return;
        parse_headers(&parser->keys, parsed, 0);
        if (microflow != NULL)
            microflow_learn(microflow, parsed, words);
    }
    parse_payload(&parser->keys, parsed, 0);
}
