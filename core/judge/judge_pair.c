/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams that a pairing has found on one side of a tunnel only. */
#include "ipip/pair.h"
#include "judge/judge_internal.h"

/* Whether the captures explain it; the others can't tell, as the other capture may lack what there was. */
enum explanation { EXPLAINED, UNEXPLAINED, OPEN };

static const enum explanation explanations[IPIP_PAIR_REASONS] = {
    [IPIP_PAIR_MISSED] = OPEN,      [IPIP_PAIR_OPAQUE] = OPEN,         [IPIP_PAIR_BEFORE] = OPEN,
    [IPIP_PAIR_AFTER] = OPEN,       [IPIP_PAIR_IN_PART] = UNEXPLAINED, [IPIP_PAIR_ALTERED] = UNEXPLAINED,
    [IPIP_PAIR_LOST] = UNEXPLAINED,
};

static const char *what_is_there(enum ipip_pair_reason reason)
{
    if (reason == IPIP_PAIR_IN_PART)
        return "only some of its fragments or TCP segments are there";
    return reason == IPIP_PAIR_ALTERED ? "one with its header and another payload" : "it is not there";
}

void ipip_judge_take_one_sided(struct ipip_judge *judge, const struct ipip_pair_event *event,
                               enum ipip_pair_relation relation)
{
    bool is_inside = relation == IPIP_PAIR_INNER_OUTER && event->side == IPIP_PAIR_FIRST;
    enum explanation explanation = explanations[event->reason];
    struct parsed_packet parsed = {
        .packet = {.frame = event->frame[event->side], .time = event->time[event->side]},
    };
    struct one_sided datagram = {
        .reason = ipip_pair_reason_name(event->reason),
        .where = is_inside                           ? "before the tunnel, and not in it"
                 : relation == IPIP_PAIR_OUTER_OUTER ? "at one end of the tunnel, and not at the other"
                                                     : "in the tunnel, and not behind it",
        .there = what_is_there(event->reason),
        .src = event->src,
        .dst = event->dst,
        .bytes = event->bytes,
        .protocol = event->protocol,
    };
    struct rule_set triggered = {{0}};
    struct evaluation e;
    struct facts facts;

    if (event->is_match || event->direction == NULL)
        return;
    facts =
        (struct facts){FACTS_OF_KIND(event->direction->kind) | (is_inside ? SIDES_FACT_NOT_IN : SIDES_FACT_NOT_OUT) |
                           (explanation == OPEN ? SIDES_FACT_MAY_BE_THERE : 0U),
                       0};
    if (explanation == UNEXPLAINED)
        rule_set_add(&triggered, is_inside ? RULE_412 : RULE_411);
    judge->counts.one_sided++;
    evaluate_begin(&e, IPIP_SUBJECT_SIDES, parsed.packet.frame);
    e.view = (struct flow_view){.direction = *event->direction, .one_sided = &datagram};
    evaluate_layer(judge, &e, &parsed, tunnel_policy_of(&judge->policy, event->direction->src, event->direction->dst),
                   0, facts, triggered, 0);
    evaluate_end(judge, &e);
}
