/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams of which no more fragments will come, and those that should have come into a tunnel and did not. */
#include "ipip/age.h"
#include "judge/judge_internal.h"

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

void judge_all_expired(struct ipip_judge *judge, const struct ipip_packet *packet)
{
    struct ipip_expired expired;

    while (ipip_reassembly_expire(judge->reassembly, packet->time, &expired))
        report_expired(judge, packet, &expired);
    if (judge->flow->sides.missing.count > 0)
        miss(judge, packet->time);
}
