/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rules are evaluated, and what their rulings come to. */
#include "judge/judge_internal.h"
#include "judge/policy_check.h"

static void add(struct rule_set sets[64], uint64_t triggering, size_t index)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        if ((triggering >> bit & 1) != 0)
            sets[bit].bits[index / 64] |= UINT64_C(1) << index % 64;
    }
}

void evaluate_init(struct ipip_judge *judge)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const struct rule *rule = rule_at(i);

        if (judge->policy.is_off[i])
            continue;
        add(judge->by_fact, rule->triggers, i);
        add(judge->by_event, rule->events, i);
        judge->triggers |= rule->triggers;
    }
}

void evaluate_begin(struct ipip_judge *judge, enum ipip_subject subject)
{
    judge->key.subject = subject;
    judge->key.count = 0;
    judge->evaluated_count = 0;
}

static void remember_verdict(struct ipip_judge *judge, size_t index, enum ipip_verdict verdict)
{
    unsigned i = 0;

    while (i < judge->evaluated_count && judge->evaluated[i].rule != index)
        i++;
    if (i == judge->evaluated_count)
        judge->evaluated[judge->evaluated_count++] = (struct evaluated){index, 0, verdict};
    judge->evaluated[i].layers++;
    if (verdict > judge->evaluated[i].verdict)
        judge->evaluated[i].verdict = verdict;
}

static void evaluate_rule(struct ipip_judge *judge, const struct ipip_rule_input *c, size_t index)
{
    const struct rule *rule = rule_at(index);
    struct ruling ruling = {
        .verdict = IPIP_FAIL,
        .severity = rule->about.severity,
        .confidence = IPIP_CERTAIN,
        .note = rule->note,
    };

    if (tally_untriggered(c->tunnel_policy, index, c->facts) != IPIP_PASS)
        return;
    if (rule->check != NULL)
        rule->check(c, &ruling);
    remember_verdict(judge, index, ruling.verdict);
    if (ruling.verdict == IPIP_FAIL)
        finding_report(judge, c, index, &ruling);
}

static void merge(struct rule_set *set, const struct rule_set sets[64], uint64_t triggering)
{
    for (; triggering != 0; triggering &= triggering - 1) {
        const struct rule_set *triggered = &sets[__builtin_ctzll(triggering)];

        for (size_t i = 0; i < sizeof set->bits / sizeof set->bits[0]; i++)
            set->bits[i] |= triggered->bits[i];
    }
}

/* Evaluates the rules that the facts and events of a layer trigger. */
static __attribute__((noinline)) void trigger(struct ipip_judge *judge, uint16_t tunnel_policy, unsigned layer,
                                              uint64_t facts, uint64_t triggers, uint64_t events)
{
    struct ipip_rule_input c = {
        .policy = &judge->policy,
        .tunnel_policy = &judge->tunnel_policies[tunnel_policy],
        .packet = judge->packet,
        .stack = judge->stack,
        .layer = layer,
        .facts = facts,
        .events = events,
        .flow = &judge->view,
    };
    struct rule_set set = {{0}};

    if ((events & EVENT(UNEXPECTED)) != 0)
        c.unexpected =
            policy_check_unexpected(c.tunnel_policy, &judge->stack->layers[layer], &judge->stack->layers[layer + 1]);
    merge(&set, judge->by_fact, triggers);
    merge(&set, judge->by_event, events);
    for (size_t i = 0; i < sizeof set.bits / sizeof set.bits[0]; i++) {
        for (uint64_t bits = set.bits[i]; bits != 0; bits &= bits - 1)
            evaluate_rule(judge, &c, i * 64 + (size_t)__builtin_ctzll(bits));
    }
}

void evaluate_layer(struct ipip_judge *judge, uint16_t tunnel_policy, unsigned layer, uint64_t facts, uint64_t events,
                    uint64_t habits)
{
    bool is_tunnel = judge->key.subject == IPIP_SUBJECT_TUNNEL;
    uint64_t triggers = is_tunnel ? facts & FACT_TRIGGERS & judge->triggers : 0;

    events &= judge->tunnel_policies[tunnel_policy].events;
    tally_key_add(&judge->key, tunnel_policy, is_tunnel ? (facts & FACT_CONTEXT) | habits << TALLY_HABITS : facts);
    if ((triggers | events) != 0)
        trigger(judge, tunnel_policy, layer, facts, triggers, events);
}

/* The verdict of an evaluated rule on the whole packet: layers where it was not evaluated have a say too. */
static enum ipip_verdict final_verdict(const struct ipip_judge *judge, const struct evaluated *evaluated)
{
    enum ipip_verdict final = evaluated->verdict;
    unsigned passing = 0;

    for (unsigned k = 0; k < judge->key.count; k++) {
        enum ipip_verdict other =
            tally_counted(&judge->tunnel_policies[judge->key.tunnel_policies[k]], evaluated->rule, judge->key.masks[k]);

        passing += other == IPIP_PASS;
        if (other >= IPIP_UNKNOWN && other > final)
            final = other;
    }
    /* A rule is evaluated only where it would have passed; where it would have on more layers, there it did. */
    return passing > evaluated->layers && final < IPIP_PASS ? IPIP_PASS : final;
}

void evaluate_end_late(struct ipip_judge *judge, const struct tally_key *before)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        enum ipip_verdict final;

        if (rule_at(i)->about.subject != judge->key.subject || tally_verdict(&judge->tally, i, before) != IPIP_UNKNOWN)
            continue;
        final = tally_verdict(&judge->tally, i, &judge->key);
        for (unsigned a = 0; a < judge->evaluated_count; a++) {
            if (judge->evaluated[a].rule == i)
                final = final_verdict(judge, &judge->evaluated[a]);
        }
        tally_correct(&judge->tally, i, before, final);
    }
}

void evaluate_end(struct ipip_judge *judge)
{
    judge->counts.subjects[judge->key.subject]++;
    tally_add(&judge->tally, &judge->key);
    for (unsigned i = 0; i < judge->evaluated_count; i++) {
        judge->evaluated[i].verdict = final_verdict(judge, &judge->evaluated[i]);
        tally_correct(&judge->tally, judge->evaluated[i].rule, &judge->key, judge->evaluated[i].verdict);
    }
}
