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

static void remember_verdict(struct evaluation *e, size_t index, enum ipip_verdict verdict)
{
    unsigned i = 0;

    while (i < e->evaluated_count && e->evaluated[i].rule != index)
        i++;
    if (i == e->evaluated_count)
        e->evaluated[e->evaluated_count++] = (struct evaluated){index, 0, verdict};
    e->evaluated[i].layers++;
    if (verdict > e->evaluated[i].verdict)
        e->evaluated[i].verdict = verdict;
}

static void evaluate_rule(const struct ipip_judge *judge, struct evaluation *e, const struct ipip_rule_input *c,
                          size_t index)
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
    remember_verdict(e, index, ruling.verdict);
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

void evaluate_triggered(const struct ipip_judge *judge, struct evaluation *e, const struct ipip_parsed_packet *parsed,
                        uint16_t tunnel_policy, unsigned layer, uint64_t facts, uint64_t triggers, uint64_t events)
{
    const struct ipip_layer *header = &parsed->stack.layers[layer];
    struct ipip_rule_input c = {
        .policy = &judge->policy,
        .tunnel_policy = &judge->tunnel_policies[tunnel_policy],
        .packet = &parsed->packet,
        .first_frame = e->first_frame,
        .stack = &parsed->stack,
        .layer = layer,
        .facts = facts,
        .events = events,
        .flow = &e->view,
    };
    struct rule_set set = {{0}};

    if ((events & EVENT(UNEXPECTED)) != 0)
        c.unexpected = policy_check_unexpected(c.tunnel_policy, header, header + 1);
    merge(&set, judge->by_fact, triggers);
    merge(&set, judge->by_event, events);
    for (size_t i = 0; i < sizeof set.bits / sizeof set.bits[0]; i++) {
        for (uint64_t bits = set.bits[i]; bits != 0; bits &= bits - 1)
            evaluate_rule(judge, e, &c, i * 64 + (size_t)__builtin_ctzll(bits));
    }
}

/* The verdict of an evaluated rule on the whole packet: layers where it was not evaluated have a say too. */
static enum ipip_verdict final_verdict(const struct ipip_judge *judge, const struct evaluation *e,
                                       const struct evaluated *evaluated)
{
    enum ipip_verdict final = evaluated->verdict;
    unsigned passing = 0;

    for (unsigned k = 0; k < e->key.count; k++) {
        enum ipip_verdict other =
            tally_counted(&judge->tunnel_policies[e->key.tunnel_policies[k]], evaluated->rule, e->key.masks[k]);

        passing += other == IPIP_PASS;
        if (other >= IPIP_UNKNOWN && other > final)
            final = other;
    }
    /* A rule is evaluated only where it would have passed; where it would have on more layers, there it did. */
    return passing > evaluated->layers && final < IPIP_PASS ? IPIP_PASS : final;
}

void evaluate_end_late(struct ipip_judge *judge, const struct evaluation *e, const struct tally_key *before)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        enum ipip_verdict final;

        if (rule_at(i)->about.subject != e->key.subject || tally_verdict(&judge->tally, i, before) != IPIP_UNKNOWN)
            continue;
        final = tally_verdict(&judge->tally, i, &e->key);
        for (unsigned a = 0; a < e->evaluated_count; a++) {
            if (e->evaluated[a].rule == i)
                final = final_verdict(judge, e, &e->evaluated[a]);
        }
        tally_correct(&judge->tally, i, before, final);
    }
}

void evaluate_end(struct ipip_judge *judge, struct evaluation *e)
{
    judge->counts.subjects[e->key.subject]++;
    tally_add(&judge->tally, &e->key);
    for (unsigned i = 0; i < e->evaluated_count; i++) {
        e->evaluated[i].verdict = final_verdict(judge, e, &e->evaluated[i]);
        tally_correct(&judge->tally, e->evaluated[i].rule, &e->key, e->evaluated[i].verdict);
    }
}
