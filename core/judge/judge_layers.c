/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnel headers of a packet, one after the other; fragments as soon as the datagram is whole. */
#include "flow/transport.h"
#include "ipip/age.h"
#include "judge/judge_internal.h"
#include "judge/policy_check.h"
#include "judge/vantage_check.h"
#include "packet/parse.h"

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
    }
    judge_mixed(judge, tunnel, triggered);
    if (judge->has_met_source != NULL)
        vantage_meet(judge, ip, back != NULL);
    judge->counts.tunnels++;
}

/* The direction's record, with what follows from the mere sight of it. */
static inline struct tunnel *meet(struct ipip_judge *judge, const struct parsed_packet *parsed, unsigned layer,
                                  struct rule_set *triggered)
{
    bool is_new;
    struct tunnel *tunnel = flow_tunnel(judge->flow, parsed->of[layer].addresses, &is_new);
    int64_t now = parsed->packet.time;

    if (is_new)
        meet_first(judge, tunnel, &parsed->stack.layers[layer], now, triggered);
    if (ipip_age_exceeds(tunnel->last_time, now, IPIP_AGE_SECOND))
        rule_set_add(triggered, RULE_908);
    if (now > tunnel->last_time)
        tunnel->last_time = now;
    tunnel->met++;
    return tunnel;
}

struct tunnel *meet_tunnel(struct ipip_judge *judge, const struct parsed_packet *parsed, unsigned layer,
                           struct rule_set *triggered)
{
    return meet(judge, parsed, layer, triggered);
}

void judge_innermost(struct ipip_judge *judge, struct evaluation *e, const struct parsed_packet *parsed, unsigned layer,
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
                                                   const struct parsed_packet *parsed, unsigned layer,
                                                   struct tunnel *tunnel, struct facts facts)
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
    uint64_t again = 0;

    for (unsigned habits = tunnel->habits; habits != 0; habits &= habits - 1) {
        unsigned count = (unsigned)__builtin_ctz(habits);
        unsigned rule = once->rule_of[tunnel->kind][count];
        uint64_t fact = facts->triggers & rule_at(rule)->triggers;

        if (fact != 0 &&
            tally_untriggered(&judge->tunnel_policies[tunnel->tunnel_policy], rule, facts->context) == IPIP_PASS)
            facts->triggers ^= fact;
        else if (rule_set_has(triggered, rule))
            rule_set_remove(triggered, rule);
        else
            continue;
        tunnel->counts[count]++;
        again |= UINT64_C(1) << count;
    }
    return again;
}

/* A tunnel header, with what the flow knows of it. Returns the record of the direction. */
static inline struct tunnel *judge_tunnel_layer(struct ipip_judge *judge, struct evaluation *e,
                                                const struct parsed_packet *parsed, unsigned layer,
                                                struct rule_set triggered)
{
    struct facts facts = parsed->of[layer].facts;
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    struct flow_context context = policy_check_context(&judge->policy, &parsed->packet);
    bool is_related = layer + 1 < parsed->stack.count && (facts.context & FACT_INNER_BAD) == 0;
    struct tunnel *tunnel;
    uint64_t habits = 0;

    e->view.has_arrived = false;
    tunnel = meet(judge, parsed, layer, &triggered);
    if ((facts.triggers & (TRIGGER_SHIM | TRIGGER_SAME_PAIR | TRIGGER_CHECKSUM_WRONG)) != 0)
        meet_unusual(judge, e, parsed, layer, tunnel, facts);
    e->view.tunnel = tunnel;
    if (__builtin_expect(has_more(facts.context), 0))
        judge_more(judge, e, parsed, layer, &facts, &triggered);
    if ((facts.context & FACT_WELL_FORMED) != 0) {
        if (judge->has_policy_checks)
            rule_set_add_all(&triggered, policy_check_header(&judge->tunnel_policies[tunnel->tunnel_policy], tunnel,
                                                             outer, facts.context, &e->view));
        if (is_related) {
            rule_set_add_all(&triggered,
                             flow_take_tunnel_packet(judge->flow, &context, parsed, layer, tunnel, &facts, &e->view));
            if (judge->has_policy_checks) {
                if (judge->is_vantage_open)
                    vantage_check(judge, tunnel, outer);
                rule_set_add_all(&triggered, policy_check_relation(&judge->tunnel_policies[tunnel->tunnel_policy],
                                                                   outer, outer + 1));
            }
        }
    }
    if (tunnel->habits != 0)
        habits = count_habits(judge, tunnel, &facts, &triggered);
    evaluate_layer(judge, e, parsed, tunnel->tunnel_policy, layer, facts, triggered, habits);
    return tunnel;
}

/* The innermost datagram, by its transport. */
static __attribute__((noinline)) uint64_t take_transport(struct ipip_judge *judge, const struct parsed_packet *parsed,
                                                         unsigned layer, struct tunnel *tunnel)
{
    struct flow_context context = policy_check_context(&judge->policy, &parsed->packet);

    return transport_take(judge->flow, &context, &parsed->stack, layer, tunnel);
}

/* The innermost layer, that no tunnel header is; `carrier` is the direction of the one outside. */
static inline void judge_carried(struct ipip_judge *judge, struct evaluation *e, const struct parsed_packet *parsed,
                                 unsigned layer, struct tunnel *carrier)
{
    struct facts facts = parsed->of[layer].facts;

    if ((facts.context & FACT_WELL_FORMED) != 0 && carrier->kind == IPIP_KIND_IPIP &&
        !transport_is_idle(judge->flow, carrier, &parsed->stack.layers[layer], &facts.context))
        facts.context |= take_transport(judge, parsed, layer, carrier);
    judge_innermost(judge, e, parsed, layer, carrier->tunnel_policy, facts);
}

/* What a fragment shows, compared with the others of its datagram. */
static void check_fragment(struct ipip_fragment_peer peer, enum ipip_reassembly_result result,
                           struct rule_set *triggered, struct flow_view *e)
{
    e->fragment = (struct other){.frame = peer.frame, .is_known = true};
    e->is_conflicting = peer.is_conflicting;
    if (result == IPIP_REASSEMBLY_DUPLICATE) {
        e->copy = e->fragment;
        rule_set_add(triggered, RULE_905);
        return;
    }
    /* Between two places of capture routers may remark, and fragment once more. */
    if (peer.is_elsewhere) {
        peer.disagreements &= ~(unsigned)(IPIP_DISAGREE_DSCP | IPIP_DISAGREE_ECN);
        peer.is_overlapping &= peer.is_conflicting;
    }
    e->disagreements = peer.disagreements;
    if (peer.is_overlapping)
        rule_set_add(triggered, RULE_635);
    if (peer.disagreements != 0)
        rule_set_add(triggered, RULE_637);
}

/* What the fragments of a whole datagram show of the path. */
static void check_whole(const struct ipip_whole *whole, struct rule_set *triggered, struct flow_view *e)
{
    unsigned largest = 0;
    unsigned payload = 0;

    e->fragment_bytes = 0;
    for (unsigned i = 0; i < whole->count; i++) {
        const struct ipip_fragment *f = &whole->fragments[i];

        payload += f->bytes;
        if (f->bytes > largest)
            largest = f->bytes;
        if (f->bytes + f->header_bytes > e->fragment_bytes)
            e->fragment_bytes = (uint16_t)(f->bytes + f->header_bytes);
    }
    e->fragments = whole->count;
    e->fragments_needed = largest > 0 ? (payload + largest - 1) / largest : 0;
    rule_set_add(triggered, RULE_639);
    if (whole->count > e->fragments_needed)
        rule_set_add(triggered, RULE_638);
}

/* The datagram's first fragment, which was not seen before, and the datagram will never be whole. */
static bool is_partial(struct flow *flow, uint64_t key, const struct ipip_layer *fragment, int64_t now,
                       enum ipip_reassembly_result result)
{
    const struct history_entry *before;

    if (fragment->ip.fragment_offset != 0 || result == IPIP_REASSEMBLY_HELD || result == IPIP_REASSEMBLY_COMPLETE ||
        result == IPIP_REASSEMBLY_DUPLICATE)
        return false;
    before = flow_find_id(flow, key, &fragment->ip);
    return before == NULL || history_is(before, HISTORY_CONTENT) ||
           ipip_age_distance(now, before->time) > IPIP_REASSEMBLY_SECONDS * IPIP_AGE_SECOND;
}

/* The innermost layer, a fragment of a tunnel packet, on its way through the judge. */
struct fragment_passage {
    enum ipip_reassembly_result result;
    struct ipip_whole whole; /* where it completes the datagram */
    bool has_partial;        /* it never will be complete: `partial` shows what can be seen of it */
    struct parsed_room partial;
};

/*
 * Its header is judged as it is, and the relation to what it carries once the datagram is complete, or at the first fragment where it
 * never will be. Returns the rules that it triggers.
 */
static __attribute__((noinline)) struct rule_set take_fragment(struct ipip_judge *judge, struct evaluation *e,
                                                               struct parsed_packet *parsed,
                                                               struct fragment_passage *passage)
{
    const struct ipip_packet *packet = &parsed->packet;
    unsigned layer = parsed->stack.count - 1;
    const struct ipip_layer *fragment = &parsed->stack.layers[layer];
    struct facts facts = facts_of_header(&parsed->stack, layer);
    bool is_orphan =
        fragment->ip.fragment_offset != 0 && ipip_reassembly_first(judge->reassembly, fragment).data == NULL;
    enum ipip_reassembly_result result = IPIP_REASSEMBLY_CUT;
    struct rule_set triggered = {{0}};

    passage->has_partial = false;
    if ((facts.context & FACT_WELL_FORMED) != 0) {
        result = ipip_reassembly_add(judge->reassembly, fragment, packet->frame, packet->time, &passage->whole);
        check_fragment(ipip_reassembly_peer(judge->reassembly), result, &triggered, &e->view);
        passage->has_partial = is_partial(judge->flow, parsed->of[layer].addresses, fragment, packet->time, result) &&
                               prepare_partial(judge->policy.kinds, &passage->partial, parsed);
        if (fragment->ip.fragment_offset == 0 && result != IPIP_REASSEMBLY_DUPLICATE)
            flow_take_fragment(judge->flow, parsed, layer);
    }
    if (result == IPIP_REASSEMBLY_COMPLETE || passage->has_partial) {
        facts.context |= FACT_FRAGMENT_HEADER;
    } else {
        facts = facts_of_both(facts, facts_of_relation(&parsed->stack, judge->policy.kinds, layer));
        facts.context |= result == IPIP_REASSEMBLY_HELD ? FACT_HELD : 0;
        if (is_orphan && result != IPIP_REASSEMBLY_DUPLICATE)
            facts.triggers |= TRIGGER_ORPHAN;
    }
    parsed->of[layer].facts = facts;
    passage->result = result;
    return triggered;
}

/* Its header has been judged. True where the datagram is whole: the stack goes on, and the layer is the whole one, which triggers these. */
static __attribute__((noinline)) bool leave_fragment(struct ipip_judge *judge, struct evaluation *e,
                                                     struct parsed_packet *parsed, struct fragment_passage *passage,
                                                     struct rule_set *triggered)
{
    unsigned layer = parsed->stack.count - 1;

    /* Only what stands alone can be judged later as it would have been now. */
    if (passage->result == IPIP_REASSEMBLY_HELD && layer == 0 && parsed->stack.layers[0].ip.fragment_offset == 0)
        ipip_reassembly_note(judge->reassembly, e->key.tunnel_policies[0] + 1U);
    if (passage->has_partial)
        judge_partial(judge, e, &passage->partial.parsed, layer);
    if (passage->result != IPIP_REASSEMBLY_COMPLETE)
        return false;
    e->first_frame = passage->whole.fragments[0].frame;
    check_whole(&passage->whole, triggered, &e->view);
    ipip_stack_resume(&parsed->stack, judge->policy.kinds, passage->whole.datagram, passage->whole.ecn);
    parse_layers(judge->parser, parsed, layer);
    judge_unfold(judge, parsed);
    return true;
}

/* From the outside in; what a fragment completes goes on with the whole datagram, which may be a fragment again. */
static inline void judge_layers(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed)
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
                judge_carried(judge, e, parsed, k, carrier);
            break;
        }
        if (is_fragment)
            triggered = take_fragment(judge, e, parsed, &passage);
        carrier = judge_tunnel_layer(judge, e, parsed, k, triggered);
        if (!is_fragment || !leave_fragment(judge, e, parsed, &passage, &by_whole))
            k++;
        triggered = by_whole;
    }
}

void judge_tunnel_packet(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    struct evaluation e;

    evaluate_begin(&e, IPIP_SUBJECT_TUNNEL, parsed->packet.frame);
    e.view.sides.is_there = false;
    history_begin(&judge->flow->history);
    judge_layers(judge, &e, parsed);
    judge->flow->tunnel_packets++;
    evaluate_end(judge, &e);
    if (e.is_unfilled)
        unfilled_close(judge, &e);
    if (e.view.sides.is_there)
        judge_sides(judge, parsed, &e.view.sides);
}

static __attribute__((noinline)) void report_expired(struct ipip_judge *judge, const struct ipip_packet *packet,
                                                     const struct ipip_expired *expired)
{
    static const struct ipip_stack nothing;
    uint16_t tunnel_policy = tunnel_policy_of(&judge->policy, expired->src, expired->dst);
    struct tally_key waiting = {.subject = IPIP_SUBJECT_TUNNEL};
    struct flow_view view = {
        .direction = {expired->src, expired->dst, expired->kind, 0},
        .fragments = expired->fragments,
        .fragment = {.frame = expired->frame, .age = ipip_age(packet->time, expired->time), .is_known = true},
        .fragment_header = {expired->header, expired->header_bytes, expired->header_bytes},
    };
    struct ipip_rule_input c = {
        .policy = &judge->policy,
        .tunnel_policy = &judge->tunnel_policies[tunnel_policy],
        .packet = packet,
        .first_frame = packet->frame,
        .stack = &nothing,
        .flow = &view,
    };
    enum ipip_kind kind = expired->kind != IPIP_KIND_NONE ? expired->kind : IPIP_KIND_IPIP;
    struct ruling ruling = ruling_of(rule_at(RULE_636), kind);

    if (!rule_set_has(&c.tunnel_policy->evaluated, RULE_636))
        return;
    ruling.confidence = IPIP_LIKELY;
    ruling.other = view.fragment;
    finding_report(judge, &c, RULE_636, &ruling);
    tally_key_add(&waiting, tunnel_policy,
                  FACT_WELL_FORMED | FACT_TUNNEL | FACT_FRAGMENT | FACT_HELD | FACTS_OF_KIND(kind));
    tally_correct(&judge->tally, RULE_636, &waiting, IPIP_FAIL);
}

static __attribute__((noinline)) void miss(struct ipip_judge *judge, int64_t now)
{
    struct sides_missing missing;

    while (sides_next_missing(&judge->flow->sides.missing, now, false, &missing))
        judge_missing(judge, &missing, false);
}

void judge_expired(struct ipip_judge *judge, const struct ipip_packet *packet)
{
    struct ipip_expired expired;

    while (ipip_reassembly_expire(judge->reassembly, packet->time, &expired))
        report_expired(judge, packet, &expired);
    if (judge->flow->sides.missing.count > 0)
        miss(judge, packet->time);
}
