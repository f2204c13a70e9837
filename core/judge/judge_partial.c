/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnel packets that never become whole: what the fragment at offset 0 shows of the relation to the header inside. */
#include <string.h>

#include "judge/judge_internal.h"
#include "judge/policy_check.h"
#include "packet/parse.h"
#include "wire/octets.h"

/* The header that the partial datagram carries is there, whole; or something else in its place. */
static bool shows_inner(const struct ipip_stack *stack, unsigned layer)
{
    if (stack->count == layer + 1)
        return stack->end == IPIP_END_INNER_VERSION;
    return stack->layers[layer + 1].bytes.captured >= stack->layers[layer + 1].ip.header_bytes;
}

bool prepare_partial(struct ipip_judge *judge)
{
    struct ipip_parsed_packet *partial = &judge->partial;
    struct ipip_stack *stack = &partial->stack;
    unsigned layer = judge->stack->count - 1;

    *partial = *judge->parsed;
    ipip_stack_resume_partial(stack, stack->layers[layer].bytes);
    return shows_inner(stack, layer);
}

/* Nothing of it goes into the flow: what it would be compared with is not all there. */
static void judge_header(struct ipip_judge *judge, unsigned layer)
{
    uint64_t facts = judge->parsed->of[layer].facts;
    uint64_t events = 0;
    struct tunnel *tunnel = meet_tunnel(judge, layer, &events);
    bool is_related =
        layer + 1 < judge->stack->count && (facts & FACT_WELL_FORMED) != 0 && (facts & FACT_INNER_BAD) == 0;

    judge->view.tunnel = tunnel;
    judge->view.has_arrived = false;
    events = judge->knows_much && is_related
                 ? policy_check_relation(&judge->tunnel_policies[tunnel->tunnel_policy], &judge->stack->layers[layer],
                                         &judge->stack->layers[layer + 1])
                 : 0;
    evaluate_layer(judge, tunnel->tunnel_policy, layer, facts, events, 0);
}

#define FACTS_OF_LENGTHS (FACT_INNER_LONG | FACT_INNER_SHORT | FACT_SUPERPACKET)

/* The layers from `first` on, which is the partial one. */
static void judge_headers(struct ipip_judge *judge, unsigned first)
{
    unsigned last;

    judge->parsed = &judge->partial;
    judge->stack = &judge->partial.stack;
    last = judge->stack->count - 1;
    parse_layers(judge->parser, judge->parsed, first);
    if ((judge->parsed->of[first].facts & FACT_INNER_BAD) == 0)
        judge->parsed->of[first].facts =
            (judge->parsed->of[first].facts & ~FACTS_OF_LENGTHS) | FACT_PAYLOAD_CUT | FACT_HELD;
    /* A fragment inside this one is judged as far as it goes, too. */
    if (judge->stack->end == IPIP_END_FRAGMENT && last > first)
        judge->parsed->of[last].facts = facts_of_header(judge->stack, last) | facts_of_relation(judge->stack, last);
    for (unsigned k = first; k <= last; k++) {
        if (judge->stack->layers[k].is_tunnel)
            judge_header(judge, k);
        else
            judge_innermost(judge, k, judge->parsed->of[k].facts);
    }
}

void judge_partial(struct ipip_judge *judge)
{
    struct ipip_parsed_packet *whole = judge->parsed;

    judge_headers(judge, judge->stack->count - 1);
    judge->parsed = whole;
    judge->stack = &whole->stack;
}

/* The fragment as a packet, as it was when it was counted, and with what is inside. False where that can't be seen. */
static bool read_lost(struct ipip_judge *judge, const struct ipip_lost_fragment *lost, uint64_t *facts)
{
    struct ipip_parsed_packet *partial = &judge->partial;
    struct ipip_stack *stack = &partial->stack;
    struct ipip_bytes start = {lost->start.data, lost->start.captured, wire_get16(lost->start.data + 2)};

    partial->packet =
        (struct ipip_packet){.ip = start, .announced = IPIP_ANNOUNCED_IPV4, .frame = lost->frame, .time = lost->time};
    partial->status = ipip_stack_read(stack, start);
    if (partial->status != IPIP_OK || stack->end != IPIP_END_FRAGMENT)
        return false;
    *facts = facts_of_header(stack, 0) | facts_of_relation(stack, 0) | FACT_HELD;
    ipip_stack_resume_partial(stack, start);
    return shows_inner(stack, 0);
}

/* The packet was counted long ago: what was unknown of it is known now. Another one may be at hand. */
static void judge_lost(struct ipip_judge *judge, uint16_t tunnel_policy, uint64_t facts)
{
    struct tally_key before = {.subject = IPIP_SUBJECT_TUNNEL};

    tally_key_add(&before, tunnel_policy, facts & FACT_CONTEXT);
    judge->packet = &judge->partial.packet;
    judge->first_frame = judge->packet->frame;
    judge->view = (struct flow_view){0};
    evaluate_begin(judge, IPIP_SUBJECT_TUNNEL);
    tally_key_add(&judge->key, tunnel_policy,
                  (facts & FACT_CONTEXT & ~(FACT_INNER_UNSEEN | FACT_VERSION_UNSEEN)) | FACT_FRAGMENT_HEADER);
    judge_headers(judge, 0);
    evaluate_end_late(judge, &before);
}

/* What the judge is at, to go on with it. */
struct at_hand {
    struct ipip_parsed_packet *parsed;
    const struct ipip_packet *packet;
    struct ipip_stack *stack;
    uint64_t first_frame;
    struct flow_view view;
    struct tally_key key;
    unsigned evaluated_count;
    struct evaluated evaluated[IPIP_RULES_MAX];
};

static void save(struct at_hand *h, const struct ipip_judge *judge)
{
    h->parsed = judge->parsed;
    h->packet = judge->packet;
    h->stack = judge->stack;
    h->first_frame = judge->first_frame;
    h->view = judge->view;
    h->key = judge->key;
    h->evaluated_count = judge->evaluated_count;
    memcpy(h->evaluated, judge->evaluated, judge->evaluated_count * sizeof *h->evaluated);
}

static void restore(struct ipip_judge *judge, const struct at_hand *h)
{
    judge->parsed = h->parsed;
    judge->packet = h->packet;
    judge->stack = h->stack;
    judge->first_frame = h->first_frame;
    judge->view = h->view;
    judge->key = h->key;
    judge->evaluated_count = h->evaluated_count;
    memcpy(judge->evaluated, h->evaluated, h->evaluated_count * sizeof *h->evaluated);
}

void judge_given_up(void *context, const struct ipip_lost_fragment *lost)
{
    struct ipip_judge *judge = context;
    struct at_hand at_hand;
    uint64_t facts;

    if (lost->note == 0 || lost->offset != 0 || !read_lost(judge, lost, &facts))
        return;
    save(&at_hand, judge);
    judge_lost(judge, (uint16_t)(lost->note - 1), facts);
    restore(judge, &at_hand);
}
