/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/late.h"

#include "flow/df_clear_loss.h"
#include "flow/large.h"
#include "flow/request.h"
#include "flow/transport.h"

enum { FLOWS_MANY = 3 }; /* not a host's fault */

void late_report(struct ipip_judge *judge, const struct late_finding *late, uint64_t count)
{
    struct ipip_packet packet;
    struct ipip_stack stack;
    struct ipip_rule_input c = {
        .policy = &judge->policy,
        .tunnel_policy = &judge->tunnel_policies[late->tunnel_policy],
        .packet = &packet,
        .stack = &stack,
        .layer = late->layer,
        .flow = &late->view,
    };

    if (!rule_set_has(&c.tunnel_policy->evaluated, late->rule))
        return;
    kept_packet_read(late->kept, judge->policy.kinds, &packet, &stack);
    if (c.layer >= stack.count)
        c.layer = stack.count - 1;
    c.first_frame = packet.frame;
    c.facts = facts_of_header(&stack, c.layer);
    tally_move(&judge->tally, late->rule, late->before, IPIP_FAIL, count);
    finding_report(judge, &c, late->rule, &late->ruling);
}

/* So many subjects of a rule, counted as unknown, pass after all. */
static void pass(struct ipip_judge *judge, enum rule_place rule, uint16_t tunnel_policy, uint64_t count)
{
    if (rule_set_has(&judge->tunnel_policies[tunnel_policy].evaluated, rule))
        tally_move(&judge->tally, rule, IPIP_UNKNOWN, IPIP_PASS, count);
}

/* IPIP318 */
static void settle_df_clear(struct ipip_judge *judge, struct df_clear_loss *loss)
{
    struct late_finding late = {
        .rule = RULE_318,
        .kept = &loss->third,
        .tunnel_policy = tunnel_policy_of(&judge->policy, loss->tunnel_src, loss->tunnel_dst),
        .before = IPIP_UNKNOWN,
        .ruling = ruling_of(&rule_318, IPIP_KIND_IPIP),
    };

    df_clear_loss_end(loss, judge->last_time);
    pass(judge, RULE_318, late.tunnel_policy, loss->passed_over);
    if (loss->failed == 0)
        return;
    flow_path(judge->flow, flow_key_of_ipip(judge->flow, loss->tunnel_src, loss->tunnel_dst))->has_shown_loss = true;
    late.ruling.confidence = IPIP_LIKELY;
    late.ruling.count = loss->failed;
    late.ruling.other = other_at(&loss->toobig, loss->third.packet.time);
    late.view.direction = (struct ipip_tunnel_direction){loss->tunnel_src, loss->tunnel_dst, IPIP_KIND_IPIP, 0};
    late.view.mtu = loss->mtu;
    late.view.overhead = loss->overhead;
    late.view.expected_mtu = (uint16_t)(loss->mtu - loss->overhead);
    late.view.entered_max = loss->passed_max;
    late.view.lost = loss->failed;
    late.view.lost_min = loss->lost_min;
    late.view.lost_max = loss->lost_max;
    late_report(judge, &late, loss->failed);
}

static uint16_t tunnel_policy_known(const struct ipip_judge *judge, struct ipip_addr src, struct ipip_addr dst)
{
    const struct tunnel *tunnel = flow_ipip_between(judge->flow, src, dst);

    return tunnel != NULL ? tunnel->tunnel_policy : tunnel_policy_of(&judge->policy, src, dst);
}

/* IPIP320: those that fail were counted as passing. */
static void settle_large_mss(struct ipip_judge *judge, const struct transport_direction *d)
{
    const struct large_mss *l = &d->large_mss;
    struct late_finding late = {
        .rule = RULE_320,
        .kept = &l->kept,
        .layer = l->layer,
        .tunnel_policy = tunnel_policy_known(judge, d->src, d->dst),
        .before = IPIP_PASS,
        .view = {.direction = {l->path_src, l->path_dst, IPIP_KIND_IPIP, 0},
                 .mss = l->mss,
                 .is_other_direction = !ipip_address_equal(l->path_src, d->src),
                 .overhead = l->overhead,
                 .mtu = l->mtu},
        .ruling = ruling_of(&rule_320, IPIP_KIND_IPIP),
    };

    if (l->count == 0)
        return;
    late.ruling.severity = l->mtu != 0 ? IPIP_WARNING : IPIP_NOTE;
    late.ruling.count = l->count;
    late_report(judge, &late, l->count);
}

/* IPIP319: of each flow one packet was counted as unknown. */
static void settle_segments(struct ipip_judge *judge, const struct transport_direction *d)
{
    const struct segment_sizes *s = &d->segments;
    struct segment_story story = segment_story_of(s);
    const struct path *path = flow_known_path(judge->flow, flow_key_of_ipip(judge->flow, d->src, d->dst));
    struct late_finding late = {
        .rule = RULE_319,
        .kept = &s->kept,
        .layer = s->layer,
        .tunnel_policy = tunnel_policy_known(judge, d->src, d->dst),
        .before = IPIP_UNKNOWN,
        .view = {.inner_src = s->src,
                 .inner_dst = s->dst,
                 .sport = s->sport,
                 .dport = s->dport,
                 .lost_min = story.lost,
                 .lost_max = s->size,
                 .entered_max = s->sizes.acknowledged,
                 .times = s->times,
                 .seconds = (unsigned)(ipip_age(s->last, s->first.time) / IPIP_AGE_SECOND),
                 .overhead = s->overhead,
                 .mtu = path_mtu(path, s->kept.packet.time),
                 .lost = story.flows,
                 .is_worked_around = s->is_worked_around,
                 .is_compared = story.is_compared},
        .ruling = ruling_of(&rule_319, IPIP_KIND_IPIP),
    };

    if (!story.is_failure || (path != NULL && path->has_shown_loss))
        return;
    late.ruling.confidence = story.is_compared ? IPIP_LIKELY : IPIP_HEURISTIC;
    if (late.view.mtu != 0 || (story.is_compared && story.flows >= FLOWS_MANY))
        late.ruling.severity = IPIP_ERROR;
    late.ruling.other = other_at(&s->first, s->kept.packet.time);
    late.ruling.count = story.flows;
    late_report(judge, &late, story.flows);
}

/* IPIP321: each of the first pairs of a tunnel direction, and the others together. */
static void report_request(struct ipip_judge *judge, const struct request_pair *pair, uint64_t others)
{
    struct late_finding late = {
        .rule = RULE_321,
        .kept = &pair->kept,
        .layer = pair->layer,
        .tunnel_policy = tunnel_policy_known(judge, pair->tunnel_src, pair->tunnel_dst),
        .before = IPIP_UNKNOWN,
        .view = {.inner_src = pair->src, .inner_dst = pair->dst, .echoes = pair->echoes},
        .ruling = ruling_of(&rule_321, IPIP_KIND_IPIP),
    };

    late.ruling.confidence = IPIP_LIKELY;
    late.ruling.count = others;
    late_report(judge, &late, others > 0 ? others : 1);
}

/* IPIP903: they were counted as passing. */
static void settle_large(struct ipip_judge *judge, const struct large_packets *large)
{
    struct late_finding late = {
        .rule = RULE_903,
        .kept = &large->first,
        .tunnel_policy = tunnel_policy_known(judge, large->src, large->dst),
        .before = IPIP_PASS,
        .view = {.large = large->count, .largest = large->largest},
        .ruling = ruling_of(&rule_903, IPIP_KIND_IPIP),
    };

    late.ruling.count = large->count;
    late_report(judge, &late, large->count);
}

static void settle_direction(struct ipip_judge *judge, const struct transport_direction *d)
{
    settle_segments(judge, d);
    settle_large_mss(judge, d);
}

static void settle_requests(struct ipip_judge *judge)
{
    enum { PAIRS_EACH = 8 };
    struct lru *rows = &judge->flow->requests;

    for (uint32_t row = rows->oldest; row != 0; row = lru_newer(rows, row))
        request_end(judge->flow, lru_row(rows, row), judge->last_time);
    for (uint32_t row = rows->oldest; row != 0; row = lru_newer(rows, row)) {
        const struct request_pair *pair = lru_row(rows, row);
        struct request_others others = {0, 0};

        if (pair->has_failed)
            others = request_others(judge->flow, row);
        if (pair->has_failed && others.before <= PAIRS_EACH)
            report_request(judge, pair, others.before == PAIRS_EACH ? 1 + others.after : 0);
    }
}

void late_settle(struct ipip_judge *judge)
{
    struct lru *rows = &judge->flow->df_clear;

    for (uint32_t row = rows->oldest; row != 0; row = lru_newer(rows, row))
        settle_df_clear(judge, lru_row(rows, row));
    rows = &judge->flow->large;
    for (uint32_t row = rows->oldest; row != 0; row = lru_newer(rows, row))
        settle_large(judge, lru_row(rows, row));
    rows = &judge->flow->directions;
    for (uint32_t row = rows->oldest; row != 0; row = lru_newer(rows, row))
        settle_direction(judge, lru_row(rows, row));
    settle_requests(judge);
}
