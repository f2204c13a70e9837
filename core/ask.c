/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rules are asked, and what their answers come to. */
#include "judging.h"

static void add(struct rule_set sets[64], uint64_t wakers, size_t index)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        if ((wakers >> bit & 1) != 0)
            sets[bit].bits[index / 64] |= UINT64_C(1) << index % 64;
    }
}

void ask_init(struct ipip_judge *judge)
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

void ask_begin(struct ipip_judge *judge, enum ipip_subject subject)
{
    judge->key.subject = subject;
    judge->key.count = 0;
    judge->asked_count = 0;
}

static void remember_verdict(struct ipip_judge *judge, size_t index, enum ipip_verdict verdict)
{
    unsigned i = 0;

    while (i < judge->asked_count && judge->asked[i].rule != index)
        i++;
    if (i == judge->asked_count)
        judge->asked[judge->asked_count++] = (struct asked){index, 0, verdict};
    judge->asked[i].layers++;
    if (verdict > judge->asked[i].verdict)
        judge->asked[i].verdict = verdict;
}

static void ask_rule(struct ipip_judge *judge, const struct ipip_case *c, size_t index)
{
    const struct rule *rule = rule_at(index);
    struct outcome outcome = {
        .verdict = IPIP_FAIL,
        .severity = rule->about.severity,
        .confidence = IPIP_CERTAIN,
        .note = rule->note,
    };

    if (tally_untriggered(c->stance, index, c->facts) != IPIP_PASS)
        return;
    if (rule->check != NULL)
        rule->check(c, &outcome);
    remember_verdict(judge, index, outcome.verdict);
    if (outcome.verdict == IPIP_FAIL)
        finding_report(judge, c, index, &outcome);
}

static void merge(struct rule_set *set, const struct rule_set sets[64], uint64_t wakers)
{
    for (; wakers != 0; wakers &= wakers - 1) {
        const struct rule_set *woken = &sets[__builtin_ctzll(wakers)];

        for (size_t i = 0; i < sizeof set->bits / sizeof set->bits[0]; i++)
            set->bits[i] |= woken->bits[i];
    }
}

/* Asks the rules that the facts and events of a layer wake up. */
static __attribute__((noinline)) void wake(struct ipip_judge *judge, uint16_t stance, unsigned layer, uint64_t facts,
                                           uint64_t triggers, uint64_t events)
{
    struct ipip_case c = {&judge->policy, &judge->stances[stance], judge->packet, judge->stack, layer, facts,
                          events,         &judge->evidence};
    struct rule_set set = {{0}};

    merge(&set, judge->by_fact, triggers);
    merge(&set, judge->by_event, events);
    for (size_t i = 0; i < sizeof set.bits / sizeof set.bits[0]; i++) {
        for (uint64_t bits = set.bits[i]; bits != 0; bits &= bits - 1)
            ask_rule(judge, &c, i * 64 + (size_t)__builtin_ctzll(bits));
    }
}

void ask_layer(struct ipip_judge *judge, uint16_t stance, unsigned layer, uint64_t facts, uint64_t events,
               uint64_t habits)
{
    bool is_tunnel = judge->key.subject == IPIP_SUBJECT_TUNNEL;
    uint64_t triggers = is_tunnel ? facts & FACT_TRIGGERS & judge->triggers : 0;

    events &= judge->stances[stance].events;
    tally_key_add(&judge->key, stance, is_tunnel ? (facts & FACT_CONTEXT) | habits << TALLY_HABITS : facts);
    if ((triggers | events) != 0)
        wake(judge, stance, layer, facts, triggers, events);
}

/* The verdict of an asked rule on the whole packet: layers where it was not asked have a say too. */
static enum ipip_verdict final_verdict(const struct ipip_judge *judge, const struct asked *asked)
{
    enum ipip_verdict final = asked->verdict;
    unsigned passing = 0;

    for (unsigned k = 0; k < judge->key.count; k++) {
        enum ipip_verdict other =
            tally_counted(&judge->stances[judge->key.stances[k]], asked->rule, judge->key.masks[k]);

        passing += other == IPIP_PASS;
        if (other >= IPIP_UNKNOWN && other > final)
            final = other;
    }
    /* A rule is asked only where it would have passed; where it would have on more layers, there it did. */
    return passing > asked->layers && final < IPIP_PASS ? IPIP_PASS : final;
}

void ask_end_late(struct ipip_judge *judge, const struct tally_key *before)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        enum ipip_verdict final;

        if (rule_at(i)->about.subject != judge->key.subject || tally_verdict(&judge->tally, i, before) != IPIP_UNKNOWN)
            continue;
        final = tally_verdict(&judge->tally, i, &judge->key);
        for (unsigned a = 0; a < judge->asked_count; a++) {
            if (judge->asked[a].rule == i)
                final = final_verdict(judge, &judge->asked[a]);
        }
        tally_correct(&judge->tally, i, before, final);
    }
}

void ask_end(struct ipip_judge *judge)
{
    judge->counts.subjects[judge->key.subject]++;
    tally_add(&judge->tally, &judge->key);
    for (unsigned i = 0; i < judge->asked_count; i++) {
        judge->asked[i].verdict = final_verdict(judge, &judge->asked[i]);
        tally_correct(&judge->tally, judge->asked[i].rule, &judge->key, judge->asked[i].verdict);
    }
}
