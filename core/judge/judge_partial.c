/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnel packets that never become whole: what the fragment at offset 0 shows of the relation to the header inside. */
#include "ipip/ipv6.h"
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

bool prepare_partial(const struct ipip_kinds *kinds, struct parsed_room *room, struct parsed_packet *parsed)
{
    struct parsed_packet *partial = parsed_room_take(room, parsed);
    unsigned layer = partial->stack.count - 1;

    ipip_stack_resume_partial(&partial->stack, kinds, parsed->stack.layers[layer].bytes);
    return shows_inner(&partial->stack, layer);
}

/* Nothing of it goes into the flow: what it would be compared with is not all there. */
static void judge_header(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *partial, unsigned layer)
{
    const struct ipip_layer *outer = &partial->stack.layers[layer];
    struct facts facts = partial->of[layer].facts;
    struct rule_set triggered = {{0}};
    struct tunnel *tunnel = meet_tunnel(judge, partial, layer, &triggered);
    bool is_related = layer + 1 < partial->stack.count && (facts.context & FACT_WELL_FORMED) != 0 &&
                      (facts.context & FACT_INNER_BAD) == 0;

    e->view.tunnel = tunnel;
    e->view.has_arrived = false;
    triggered = judge->has_policy_checks && is_related
                    ? policy_check_relation(&judge->tunnel_policies[tunnel->tunnel_policy], outer, outer + 1)
                    : (struct rule_set){{0}};
    evaluate_layer(judge, e, partial, tunnel->tunnel_policy, layer, facts, triggered, 0);
}

/* How long the whole is, is not known. */
static void forget_length(struct facts *facts)
{
    facts->triggers &= ~(TRIGGER_INNER_LONG | TRIGGER_INNER_SHORT | TRIGGER_SUPERPACKET);
    facts->context &= ~FACT_SUPERPACKET;
    facts->context |= FACT_PAYLOAD_CUT | FACT_HELD;
}

void judge_partial(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *partial, unsigned layer)
{
    const struct ipip_stack *stack = &partial->stack;
    unsigned last = stack->count - 1;

    parse_layers(judge->parser, partial, layer);
    if ((partial->of[layer].facts.context & FACT_INNER_BAD) == 0)
        forget_length(&partial->of[layer].facts);
    /* A fragment inside this one is judged as far as it goes, too. */
    if (stack->end == IPIP_END_FRAGMENT && last > layer)
        partial->of[last].facts =
            facts_of_both(facts_of_header(stack, last), facts_of_relation(stack, judge->policy.kinds, last));
    for (unsigned k = layer; k <= last; k++) {
        uint16_t carrier = (uint16_t)e->key.parts[e->key.count - 1].tunnel_policy;
        struct facts facts = partial->of[k].facts;

        if (stack->layers[k].kind != IPIP_KIND_NONE) {
            judge_header(judge, e, partial, k);
            continue;
        }
        facts.context = context_of_inner(judge, carrier, facts.context);
        judge_innermost(judge, e, partial, k, carrier, facts);
    }
}

/* As long as its header says. */
static struct ipip_bytes fragment_of(const struct ipip_lost_fragment *lost)
{
    enum { IPV4_TOTAL_LENGTH = 2, IPV6_PAYLOAD_LENGTH = 4 };
    struct ipip_bytes packet = lost->start;

    packet.wire = packet.data[0] >> 4 == 4 ? wire_get16(packet.data + IPV4_TOTAL_LENGTH)
                                           : IPIP_IPV6_HEADER + wire_get16(packet.data + IPV6_PAYLOAD_LENGTH);
    return packet;
}

/* The fragment as a packet, as it was when it was counted, and with what is inside. False where that can't be seen. */
static bool read_lost(const struct ipip_kinds *kinds, struct parsed_packet *partial,
                      const struct ipip_lost_fragment *lost, struct facts *then)
{
    struct ipip_stack *stack = &partial->stack;
    struct ipip_bytes packet = fragment_of(lost);

    partial->packet = (struct ipip_packet){.ip = packet, .frame = lost->frame, .time = lost->time};
    partial->status = ipip_stack_read(stack, kinds, packet);
    partial->is_plain = partial->is_brief = false;
    if (partial->status != IPIP_OK || stack->end != IPIP_END_FRAGMENT)
        return false;
    *then = facts_of_both(facts_of_header(stack, 0), facts_of_relation(stack, kinds, 0));
    then->context |= FACT_HELD;
    ipip_stack_resume_partial(stack, kinds, packet);
    return shows_inner(stack, 0);
}

/* The packet was counted long ago: what was unknown of it is known now. */
static void judge_lost(struct ipip_judge *judge, struct parsed_packet *partial, uint16_t tunnel_policy,
                       struct facts then)
{
    struct tally_key before = {.subject = IPIP_SUBJECT_TUNNEL};
    struct rule_set triggered = triggered_by(judge, then);
    struct evaluation e;

    tally_key_add(&before, tunnel_policy, then.context);
    evaluate_begin(&e, IPIP_SUBJECT_TUNNEL, partial->packet.frame);
    tally_key_add(&e.key, tunnel_policy,
                  (then.context & ~(FACT_INNER_UNSEEN | FACT_VERSION_UNSEEN)) | FACT_FRAGMENT_HEADER);
    judge_partial(judge, &e, partial, 0);
    evaluate_end_late(judge, &e, &before, &triggered);
}

void judge_given_up(void *context, const struct ipip_lost_fragment *lost)
{
    struct ipip_judge *judge = context;
    struct parsed_room partial;
    struct facts then;

    partial.parsed.of = partial.of;
    if (lost->note != 0 && lost->offset == 0 && read_lost(judge->policy.kinds, &partial.parsed, lost, &then))
        judge_lost(judge, &partial.parsed, (uint16_t)(lost->note - 1), then);
}
