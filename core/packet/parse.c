/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/parse.h"

#include <stdlib.h>

#include "packet/facts.h"
#include "packet/fingerprint.h"
#include "packet/microflow.h"

/* The facts of a layer that was reassembled: its fragments' headers have been judged already. */
#define FACTS_OF_WHOLE (FACT_WHOLE | FACT_FRAGMENT | FACT_WELL_FORMED | FACT_TUNNEL | FACT_NON_ATOMIC)

struct ipip_reader {
    struct hash_keys keys;
    struct shapes shapes;
};

struct ipip_reader *reader_new(const struct hash_keys *keys)
{
    struct ipip_reader *reader = calloc(1, sizeof *reader);

    if (reader != NULL)
        reader->keys = *keys;
    return reader;
}

void ipip_reader_free(struct ipip_reader *reader)
{
    free(reader);
}

/* The facts of the headers from `first` on. */
static void read_headers(const struct hash_keys *keys, struct ipip_reading *reading, unsigned first, bool is_whole)
{
    const struct ipip_stack *stack = &reading->stack;

    for (unsigned k = first; k < stack->count; k++) {
        const struct ipip_ipv4 *ip = &stack->layers[k].ip;
        bool is_this_whole = k == first && is_whole;

        reading->of[k].addresses = fingerprint_of_addresses(keys, ip->src, ip->dst);
        /* The header of a fragment is judged by itself, as what it carries may not be at hand. */
        if (k + 1 < stack->count || stack->end != IPIP_END_FRAGMENT)
            reading->of[k].facts =
                (is_this_whole ? FACTS_OF_WHOLE : facts_of_header(stack, k)) | facts_of_relation(stack, k);
    }
}

/* What depends on the payload. */
static void read_payload(const struct hash_keys *keys, struct ipip_reading *reading, unsigned first)
{
    const struct ipip_stack *stack = &reading->stack;

    for (unsigned k = first + 1; k < stack->count; k++)
        reading->of[k].content = fingerprint_of_content(keys, &stack->layers[k]);
    if (stack->end != IPIP_END_FRAGMENT)
        reading->of[stack->count - 1].facts |= facts_of_innermost(stack);
}

void read_layers(const struct ipip_reader *reader, struct ipip_reading *reading, unsigned first)
{
    read_headers(&reader->keys, reading, first, true);
    read_payload(&reader->keys, reading, first);
}

void ipip_reader_read(struct ipip_reader *reader, struct ipip_reading *reading, const struct ipip_packet *packet)
{
    uint64_t words[SHAPE_WORDS];
    struct shape *shape = shape_of(&reader->shapes, packet->ip, words);

    reading->packet = *packet;
    if (shape != NULL && shape_is(shape, words)) {
        reading->status = IPIP_OK;
        shape_apply(shape, reading);
    } else {
        reading->status = ipip_stack_read(&reading->stack, packet->ip);
        if (reading->status != IPIP_OK || !reading->stack.layers[0].is_tunnel)
            return;
        read_headers(&reader->keys, reading, 0, false);
        if (shape != NULL)
            shape_learn(shape, reading, words);
    }
    read_payload(&reader->keys, reading, 0);
}
