/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/judge_sides.h"

#include <stdlib.h>

#include "ipip/ipv6.h"
#include "judge/judge_internal.h"
#include "judge/policy_check.h"
#include "wire/octets.h"

static enum sides_way way_of(const struct sides_match *match)
{
    return (match->facts & SIDES_FACT_IN) != 0 ? SIDES_IN : SIDES_OUT;
}

/* How many hops lie between the LAN and this direction's entry is declared. */
static bool has_hops(const struct ipip_policy *policy, const struct sides_match *match)
{
    const struct ipip_expectation *expectation =
        ipip_policy_expectation(policy, match->direction.src, match->direction.dst);

    return expectation != NULL && expectation->encap_hops > 0 && way_of(match) == SIDES_IN;
}

/* More than one router's decrement, which nothing that is known contradicts. */
static bool may_be_routers(const struct ipip_policy *policy, const struct sides_match *match)
{
    const struct sides_steps *steps = &match->steps;

    return !has_hops(policy, match) && policy->inner_side == IPIP_INNER_SIDE_UNKNOWN && match->step > 1 &&
           !steps->varies && (steps->matches < SIDES_STEADY || match->step == steps->step);
}

/* It came from ends that the policy does not know, and was let out all the same. */
static bool is_from_unknown(const struct ipip_judge *judge, uint16_t tunnel_policy, const struct parsed_packet *parsed,
                            const struct sides_match *match, uint64_t *learnt)
{
    const struct tunnel *tunnel;

    if (!judge->has_policy_checks || (match->facts & SIDES_FACT_OUT) == 0)
        return false;
    tunnel = flow_known_tunnel(judge->flow, &match->direction);
    return tunnel != NULL && !policy_check_is_accepted(&judge->tunnel_policies[tunnel_policy], tunnel,
                                                       &parsed->stack.layers[parsed->stack.count - 1].ip, learnt);
}

static void evaluate(const struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                     const struct sides_match *match, uint32_t facts)
{
    struct rule_set triggered = match->triggered;
    uint16_t tunnel_policy = tunnel_policy_of(&judge->policy, match->direction.src, match->direction.dst);
    struct facts of_kind = {facts | FACTS_OF_KIND(match->direction.kind), 0};

    evaluate_begin(e, IPIP_SUBJECT_SIDES, parsed->packet.frame);
    /* All that these rules look at. */
    e->view.tunnel = NULL;
    e->view.direction = match->direction;
    e->view.sides = *match;
    if (is_from_unknown(judge, tunnel_policy, parsed, match, &e->view.learnt))
        rule_set_add(&triggered, RULE_410);
    evaluate_layer(judge, e, parsed, tunnel_policy, match->layer, of_kind, triggered, 0);
}

/* Until it is known whether the step is the rule. */
static void wait_for_others(struct ipip_judge *judge, const struct ipip_packet *packet, const struct sides_match *match)
{
    struct unsettled_list *list = &judge->unsettled;
    struct unsettled *row;

    if (match->steps.matches >= SIDES_STEADY || list->count == UNSETTLED_MAX)
        return;
    if (list->rows == NULL)
        list->rows = calloc(UNSETTLED_MAX, sizeof *list->rows);
    if (list->rows == NULL) {
        list->is_starved = true;
        return;
    }
    row = &list->rows[list->count++];
    row->match = *match;
    kept_packet_take(&row->kept, packet);
}

void judge_sides(struct ipip_judge *judge, struct parsed_packet *parsed, const struct sides_match *match)
{
    bool is_open = may_be_routers(&judge->policy, match);
    struct evaluation e;

    evaluate(judge, &e, parsed, match, match->facts | (is_open ? SIDES_FACT_ROUTERS : 0U));
    evaluate_end(judge, &e);
    if (is_open)
        wait_for_others(judge, &parsed->packet, match);
}

static void settle(struct ipip_judge *judge, struct unsettled *row)
{
    const struct sides_match *match = &row->match;
    const struct side *side = flow_side(judge->flow, flow_key(judge->flow, &match->direction));
    const struct sides_steps *steps = &side->steps[way_of(match)];
    struct parsed_packet parsed;
    struct tally_key before = {.subject = IPIP_SUBJECT_SIDES};
    struct evaluation e;

    if (steps->matches >= SIDES_STEADY && !steps->varies)
        return;
    parsed.is_plain = parsed.is_brief = false;
    kept_packet_read(&row->kept, judge->policy.kinds, &parsed.packet, &parsed.stack);
    if (parsed.stack.count <= match->layer + (parsed.stack.layers[0].kind != IPIP_KIND_NONE ? 1U : 0U))
        return;
    evaluate(judge, &e, &parsed, match, match->facts);
    tally_key_add(&before, (uint16_t)e.key.parts[0].tunnel_policy,
                  match->facts | SIDES_FACT_ROUTERS | FACTS_OF_KIND(match->direction.kind));
    evaluate_end_late(judge, &e, &before, &match->triggered);
}

void unsettled_settle(struct ipip_judge *judge)
{
    struct unsettled_list *list = &judge->unsettled;

    for (uint32_t i = 0; i < list->count; i++)
        settle(judge, &list->rows[i]);
    list->count = 0;
}

/* Header and payload, as the header of either family has it. */
static uint32_t total_bytes(const uint8_t *header)
{
    return header[0] >> 4 == 6 ? IPIP_IPV6_HEADER + (uint32_t)wire_get16(header + 4) : wire_get16(header + 2);
}

void judge_missing(struct ipip_judge *judge, const struct sides_missing *missing, bool is_end)
{
    const struct side *side = flow_side(judge->flow, flow_key(judge->flow, &missing->direction));
    bool is_known = !is_end && side->steps[SIDES_IN].matches >= SIDES_MATCHES;
    struct sides_match match = {
        .direction = missing->direction,
        .facts = is_known ? 0 : SIDES_FACT_FEW,
    };
    struct parsed_packet parsed = {
        .packet = {.frame = missing->frame, .time = missing->time, .place = missing->place},
    };
    struct evaluation e;

    if (!missing->is_expiring && !missing->is_told)
        return;
    match.facts |= missing->is_expiring ? SIDES_FACT_EXPIRES : SIDES_FACT_REFUSED;
    if (!missing->is_expiring)
        rule_set_add(&match.triggered, RULE_313);
    else if (!missing->is_told)
        rule_set_add(&match.triggered, RULE_409);
    if (missing->is_told) {
        match.is_there = true;
        match.other_frame = missing->told_frame;
        match.other_age = ipip_age_distance(missing->told_time, missing->time);
    }
    parsed.packet.ip = (struct ipip_bytes){missing->header, missing->header_bytes, total_bytes(missing->header)};
    parsed.status = ipip_stack_read(&parsed.stack, judge->policy.kinds, parsed.packet.ip);
    if (parsed.status != IPIP_OK)
        return;
    match.is_ipv6 = parsed.stack.layers[0].ip.version == 6;
    judge->counts.one_sided++;
    evaluate(judge, &e, &parsed, &match, match.facts);
    evaluate_end(judge, &e);
}
