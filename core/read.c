/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a packet says by itself, before the judge takes it. */
#include <stdlib.h>

#include "facts.h"
#include "judging.h"
#include "shape.h"

/* The facts of a layer that was reassembled: its fragments' headers have been judged already. */
#define FACTS_OF_WHOLE (FACT_WHOLE | FACT_FRAGMENT | FACT_WELL_FORMED | FACT_TUNNEL | FACT_NON_ATOMIC)

struct ipip_reader {
    struct hash_keys keys;
    struct shapes shapes;
};

struct ipip_reader *ipip_reader_new(const struct ipip_flow *flow)
{
    struct ipip_reader *reader = calloc(1, sizeof *reader);

    if (reader != NULL)
        reader->keys = flow->tunnels.keys;
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

        reading->of[k].addresses = flow_hash(keys, ip->src, ip->dst);
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
        reading->of[k].content = recent_content(keys, &stack->layers[k]);
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

/* So many stay in the cache by themselves. */
enum { CACHED_ROWS = 1000 };

/* A packet whose tables' rows are worth while to fetch: the outermost tunnel's. */
static bool has_tunnel(const struct ipip_reading *reading)
{
    return reading->status == IPIP_OK && reading->stack.count > 1;
}

void ipip_judge_expect(const struct ipip_judge *judge, const struct ipip_reading *soon,
                       const struct ipip_reading *later)
{
    const struct ipip_flow *flow = judge->flow;
    bool is_large = flow->tunnels.count + flow->inners.count > CACHED_ROWS;

    if (has_tunnel(later)) {
        if (is_large) {
            lru_prefetch_place(&flow->tunnels, later->of[0].addresses);
            lru_prefetch_place(&flow->inners, later->of[1].addresses);
        }
        recents_prefetch_head(&flow->recents, RECENT_BY_ID,
                              recent_id_slot(later->of[0].addresses, &later->stack.layers[0].ip));
        recents_prefetch_head(&flow->recents, RECENT_BY_CONTENT, recent_content_slot(later->of[1].content));
    }
    if (has_tunnel(soon)) {
        if (is_large) {
            lru_prefetch_row(&flow->tunnels, soon->of[0].addresses);
            lru_prefetch_row(&flow->inners, soon->of[1].addresses);
        }
        recents_prefetch_entry(&flow->recents, RECENT_BY_CONTENT, recent_content_slot(soon->of[1].content));
    }
}
