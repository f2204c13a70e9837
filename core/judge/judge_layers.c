/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnel headers of a packet, one after the other. */
#include "flow/transport.h"
#include "flow/tunnel_packet.h"
#include "ipip/age.h"
#include "judge/judge_fragment.h"
#include "judge/policy_check.h"
#include "judge/vantage_check.h"
#include "packet/plain.h"
#include "wire/always_inline.h"

static __attribute__((noinline)) void meet_first(struct ipip_judge *judge, struct tunnel *tunnel,
                                                 const struct ipip_layer *layer, int64_t now,
                                                 struct rule_set *triggered)
{
    const struct ipip_ip *ip = &layer->ip;
    struct tunnel *back;

    tunnel->src = ip->src;
    tunnel->dst = ip->dst;
    tunnel->kind = layer->kind & ((1U << FACT_KIND_BITS) - 1);
    tunnel->discriminator = ipip_discriminator_of(judge->policy.kinds, layer) & ((UINT64_C(1) << 56) - 1);
    back = flow_back_of(judge->flow, tunnel);
    tunnel->is_learnt = judge->flow->tunnel_packets < judge->policy.learn;
    tunnel_take_policy(judge, tunnel, tunnel_policy_of(&judge->policy, ip->src, ip->dst));
    tunnel->first_time = tunnel->last_time = now;
    if (back != NULL) {
        back->is_answered = tunnel->is_answered = true;
        tunnel->is_to_router = back->is_from_router;
        tunnel->is_to_relay = back->is_from_relay;
    }
    judge_mixed(judge, tunnel, triggered);
    if (judge->has_met_source != NULL)
        vantage_meet(judge, ip, back != NULL);
    judge->counts.tunnels++;
}

/* The direction's record, with what follows from the mere sight of it. */
static inline struct tunnel *meet(struct ipip_judge *judge, struct parsed_packet *parsed, unsigned layer,
                                  struct rule_set *triggered)
{
    bool is_new;
    struct tunnel *tunnel = flow_tunnel(judge->flow, parsed->of[layer].addresses, &is_new);
    int64_t now = parsed->packet.time;

    if (is_new)
        meet_first(judge, tunnel, &parsed_layers(parsed)[layer], now, triggered);
    if (ipip_age_exceeds(tunnel->last_time, now, IPIP_AGE_SECOND))
        rule_set_add(triggered, RULE_908);
    if (now > tunnel->last_time)
        tunnel->last_time = now;
    tunnel->met++;
    return tunnel;
}

struct tunnel *meet_tunnel(struct ipip_judge *judge, struct parsed_packet *parsed, unsigned layer,
                           struct rule_set *triggered)
{
    return meet(judge, parsed, layer, triggered);
}

void judge_innermost(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
                     uint16_t tunnel_policy, struct facts facts)
{
    e->view.tunnel = NULL;
    e->view.has_arrived = false;
    evaluate_layer(judge, e, parsed, tunnel_policy, layer, facts, (struct rule_set){{0}}, 0);
}

/* The ends of the tunnel talk to each other through it. */
static void meet_own_traffic(struct ipip_judge *judge, struct tunnel *tunnel)
{
    struct tunnel *back = flow_back_of(judge->flow, tunnel);

    tunnel->has_own_traffic = true;
    if (back != NULL && back->has_own_traffic)
        back->is_own_answered = tunnel->is_own_answered = true;
}

/* What few packets have, and what the tunnel is to be remembered for. */
static __attribute__((noinline)) void meet_unusual(struct ipip_judge *judge, struct evaluation *e,
                                                   struct parsed_packet *parsed, unsigned layer, struct tunnel *tunnel,
                                                   struct facts facts)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];

    if (layer == 0 && (facts.triggers & TRIGGER_CHECKSUM_WRONG) != 0 && outer->ip.checksum == 0)
        e->is_unfilled = unfilled_meet(judge, &parsed->packet, tunnel);
    if ((facts.context & FACT_SHIM) != 0)
        tunnel_take_policy(judge, tunnel, tunnel_policy_authenticated(&judge->policy, tunnel->tunnel_policy));
    if ((facts.triggers & TRIGGER_SAME_PAIR) != 0)
        meet_own_traffic(judge, tunnel);
}

/* Habits of the tunnel that have been reported, and are triggered once more: counts them, and need not be evaluated. */
static uint64_t count_habits(const struct ipip_judge *judge, struct tunnel *tunnel, struct facts *facts,
                             struct rule_set *triggered)
{
    const struct once *once = &judge->once;
    bool is_again = (facts->triggers & TRIGGER_RECURSIVE) != 0;
    uint64_t again = 0;

    for (unsigned habits = tunnel->habits; habits != 0; habits &= habits - 1) {
        unsigned count = (unsigned)__builtin_ctz(habits);
        unsigned rule = once->rule_of[tunnel->kind][count];
        uint64_t fact = facts->triggers & rule_at(rule)->triggers;

        if ((fact == 0 && !rule_set_has(triggered, rule)) ||
            tally_untriggered(&judge->tunnel_policies[tunnel->tunnel_policy], rule, facts->context) != IPIP_PASS)
            continue;
        facts->triggers ^= fact;
        rule_set_remove(triggered, rule);
        tunnel->counts[count] += !is_again; /* the packet has been counted for a header further out */
        again |= UINT64_C(1) << count;
    }
    return again;
}

/* What the policy declares of a tunnel header and the one inside. */
static __attribute__((noinline)) struct rule_set check_relation(struct ipip_judge *judge, struct tunnel *tunnel,
                                                                const struct ipip_layer *outer)
{
    if (judge->is_vantage_open)
        vantage_check(judge, tunnel, outer);
    return policy_check_relation(&judge->tunnel_policies[tunnel->tunnel_policy], outer, outer + 1);
}

/*
 * A tunnel header, with what the flow knows of it. `outer` and `inner` are its layer and the one inside, if there is one: of a plain packet they
 * need not be filled in where `parsed` has them. Returns the record of the direction.
 */
static ALWAYS_INLINE struct tunnel *judge_tunnel_layer(struct ipip_judge *judge, struct evaluation *e,
                                                       struct parsed_packet *parsed, unsigned layer, bool is_plain,
                                                       const struct ipip_layer *outer, const struct ipip_layer *inner,
                                                       struct rule_set triggered)
{
    struct facts facts = parsed->of[layer].facts;
    struct flow_context context = policy_check_context(&judge->policy, &parsed->packet);
    struct tunnel *tunnel;
    uint64_t habits = 0;

    e->view.has_arrived = false;
    tunnel = meet(judge, parsed, layer, &triggered);
    if (!is_plain && (facts.triggers & (TRIGGER_SHIM | TRIGGER_SAME_PAIR | TRIGGER_CHECKSUM_WRONG)) != 0)
        meet_unusual(judge, e, parsed, layer, tunnel, facts);
    e->view.tunnel = tunnel;
    if (!is_plain && has_more(facts.context))
        judge_more(judge, e, parsed, layer, tunnel, &facts, &triggered);
    if (is_plain || (facts.context & FACT_WELL_FORMED) != 0) {
        if (judge->has_policy_checks)
            rule_set_add_all(&triggered, policy_check_header(&judge->tunnel_policies[tunnel->tunnel_policy], tunnel,
                                                             &parsed_layers(parsed)[layer], facts.context, &e->view));
        if (is_plain || (layer + 1 < parsed->stack.count && (facts.context & FACT_INNER_BAD) == 0)) {
            if (judge->flow->home_agents.count > 0)
                judge_reverse(judge, outer, inner, parsed->packet.time, &facts, &triggered);
            flow_take_tunnel_packet(judge->flow, &context, parsed, layer, is_plain, outer, inner, tunnel, &facts,
                                    &triggered, &e->view);
            if (judge->has_policy_checks)
                rule_set_add_all(&triggered, check_relation(judge, tunnel, &parsed_layers(parsed)[layer]));
        }
    }
    if (tunnel->habits != 0)
        habits = count_habits(judge, tunnel, &facts, &triggered);
    evaluate_layer(judge, e, parsed, tunnel->tunnel_policy, layer, facts, triggered, habits);
    return tunnel;
}

/* The innermost datagram, by its transport. */
static __attribute__((noinline)) uint64_t take_transport(struct ipip_judge *judge, struct parsed_packet *parsed,
                                                         unsigned layer, struct tunnel *tunnel)
{
    struct flow_context context = policy_check_context(&judge->policy, &parsed->packet);

    parsed_layers(parsed);
    return transport_take(judge->flow, &context, &parsed->stack, layer, tunnel);
}

/* The innermost layer, `inner`, that no tunnel header is; `carrier` is the direction of the one outside, `outer`. */
static ALWAYS_INLINE void judge_carried(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                                        unsigned layer, bool is_plain, const struct ipip_layer *outer,
                                        const struct ipip_layer *inner, struct tunnel *carrier)
{
    struct facts facts = parsed->of[layer].facts;

    if (!is_plain && (facts.context & FACT_FOREIGN) != 0)
        facts.context = context_of_inner(judge, carrier->tunnel_policy, facts.context);
    if ((is_plain || ((facts.context & FACT_WELL_FORMED) != 0 && carrier->kind == IPIP_KIND_IPIP)) &&
        !transport_is_idle(judge->flow, carrier, outer, inner, &facts.context))
        facts.context |= take_transport(judge, parsed, layer, carrier);
    judge_innermost(judge, e, parsed, layer, carrier->tunnel_policy, facts);
}

/* From the outside in; what a fragment completes goes on with the whole datagram, which may be a fragment again. */
static __attribute__((noinline)) void judge_layers(struct ipip_judge *judge, struct evaluation *e,
                                                   struct parsed_packet *parsed)
{
    const struct ipip_stack *stack = &parsed->stack;
    struct tunnel *carrier = NULL; /* layer 0 is a tunnel header */
    struct rule_set triggered = {{0}};
    unsigned k = 0;

    while (k < stack->count) {
        bool is_fragment = stack->end == IPIP_END_FRAGMENT && k + 1 == stack->count;
        struct fragment_passage passage;
        struct rule_set by_whole = {{0}};

        if (stack->layers[k].kind == IPIP_KIND_NONE) {
            if (carrier != NULL)
                judge_carried(judge, e, parsed, k, false, &stack->layers[k - 1], &stack->layers[k], carrier);
            break;
        }
        if (is_fragment)
            triggered = judge_fragment(judge, e, parsed, &passage);
        carrier = judge_tunnel_layer(judge, e, parsed, k, false, &stack->layers[k], &stack->layers[k + 1], triggered);
        if (!is_fragment || !judge_fragment_whole(judge, e, parsed, &passage, &by_whole))
            k++;
        triggered = by_whole;
    }
}

/* Of a plain packet: from its octets, so that the layers are filled in only where they are needed. */
static ALWAYS_INLINE void judge_plain(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed)
{
    const struct ipip_layer outer = plain_outer(parsed);
    const struct ipip_layer inner = plain_inner(parsed);
    struct tunnel *carrier = judge_tunnel_layer(judge, e, parsed, 0, true, &outer, &inner, (struct rule_set){{0}});

    judge_carried(judge, e, parsed, 1, true, &outer, &inner, carrier);
}

void judge_tunnel_packet(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    struct evaluation e;

    evaluate_begin(&e, IPIP_SUBJECT_TUNNEL, parsed->packet.frame);
    e.view.sides.is_there = false;
    history_begin(&judge->flow->history);
    if (parsed->is_plain)
        judge_plain(judge, &e, parsed);
    else
        judge_layers(judge, &e, parsed);
    judge->flow->tunnel_packets++;
    evaluate_end(judge, &e);
    if (e.is_unfilled)
        unfilled_close(judge, &e);
    if (e.view.sides.is_there) {
        parsed_layers(parsed);
        judge_sides(judge, parsed, &e.view.sides);
    }
}
