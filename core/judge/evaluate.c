/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rules are evaluated, and what their rulings come to. */
#include "judge/judge_internal.h"
#include "judge/policy_unexpected.h"

bool evaluate_init(struct ipip_judge *judge)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        uint64_t triggers = judge->policy.is_off[i] ? 0 : rule_at(i)->triggers;

        judge->triggers |= triggers;
        for (; triggers != 0; triggers &= triggers - 1)
            rule_set_add(&judge->by_fact[__builtin_ctzll(triggers)], i);
    }
    return once_init(&judge->once);
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
    struct ruling ruling = ruling_of(rule, rule_kind(rule, facts_kind(c->facts.context)));

    if (tally_untriggered(c->tunnel_policy, index, c->facts.context) != IPIP_PASS)
        return;
    if (rule->check != NULL)
        rule->check(c, &ruling);
    remember_verdict(e, index, ruling.verdict);
    if (ruling.verdict == IPIP_FAIL)
        finding_report(judge, c, index, &ruling);
}

struct rule_set triggered_by(const struct ipip_judge *judge, struct facts facts)
{
    struct rule_set triggered = {{0}};

    for (uint64_t triggers = facts.triggers & judge->triggers; triggers != 0; triggers &= triggers - 1)
        rule_set_add_all(&triggered, judge->by_fact[__builtin_ctzll(triggers)]);
    return triggered;
}

void evaluate_triggered(const struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                        uint16_t tunnel_policy, unsigned layer, struct facts facts, struct rule_set triggered)
{
    const struct ipip_layer *header = &parsed->stack.layers[layer];
    struct tunnel_shims shims;
    struct ipip_rule_input c = {
        .policy = &judge->policy,
        .tunnel_policy = &judge->tunnel_policies[tunnel_policy],
        .packet = &parsed->packet,
        .first_frame = e->first_frame,
        .stack = &parsed->stack,
        .layer = layer,
        .facts = facts,
        .flow = &e->view,
    };

    if (header->kind > IPIP_KIND_IPIP && header->ip.fragment_offset == 0) {
        tunnel_shims_read(&shims, judge->policy.kinds, header);
        c.shims = &shims;
    }
    if (rule_set_has(&triggered, RULE_120))
        c.unexpected = policy_unexpected(c.tunnel_policy, header, header + 1);
    rule_set_add_all(&triggered, triggered_by(judge, facts));
    for (size_t i = 0; i < RULE_SET_WORDS; i++) {
        for (uint64_t bits = triggered.words[i]; bits != 0; bits &= bits - 1)
            evaluate_rule(judge, e, &c, i * 64 + (size_t)__builtin_ctzll(bits));
    }
}

/* The verdict of an evaluated rule on the whole packet: layers where it was not evaluated count, too. */
static enum ipip_verdict final_verdict(const struct ipip_judge *judge, const struct evaluation *e,
                                       const struct evaluated *evaluated)
{
    enum ipip_verdict final = evaluated->verdict;
    unsigned passing = 0;

    for (unsigned k = 0; k < e->key.count; k++) {
        enum ipip_verdict other = tally_counted(&judge->tally, evaluated->rule, (uint16_t)e->key.parts[k].tunnel_policy,
                                                e->key.parts[k].context);

        passing += other == IPIP_PASS;
        if (other >= IPIP_UNKNOWN && other > final)
            final = other;
    }
    /* A rule is evaluated only where it would have passed; where it would have on more layers, there it did. */
    return passing > evaluated->layers && final < IPIP_PASS ? IPIP_PASS : final;
}

static void add_unknown(const struct tally *tally, struct rule_set *set, const struct tally_key *key)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (rule_at(i)->about.subject == key->subject && tally_verdict(tally, i, key) == IPIP_UNKNOWN)
            rule_set_add(set, i);
    }
}

/* What is late is mostly like what was late before. */
static const struct rule_set *unknown_of(struct ipip_judge *judge, const struct tally_key *key)
{
    struct late *late = &judge->late;

    if (!tally_key_equals(&late->key, key)) {
        late->key = *key;
        late->unknown = (struct rule_set){{0}};
        add_unknown(&judge->tally, &late->unknown, key);
    }
    return &late->unknown;
}

/* Rules that fail though none triggered them. */
static void add_habits(struct rule_set *set, const struct tally_key *key)
{
    uint64_t habits = 0;

    for (unsigned k = 0; k < key->count; k++)
        habits |= key->parts[k].context >> TALLY_HABITS;
    for (size_t i = 0; habits != 0 && i < ipip_rules_count(); i++) {
        if (rule_at(i)->about.subject == key->subject && rule_at(i)->report == REPORT_HABIT)
            rule_set_add(set, i);
    }
}

static void correct_late(struct ipip_judge *judge, const struct evaluation *e, const struct tally_key *before,
                         const struct rule_set *then, size_t rule)
{
    enum ipip_verdict final = tally_verdict(&judge->tally, rule, &e->key);

    for (unsigned a = 0; a < e->evaluated_count; a++) {
        if (e->evaluated[a].rule == rule)
            final = final_verdict(judge, e, &e->evaluated[a]);
    }
    /* What was known stays, but for a header further inside that fails. */
    if (rule_set_has(&judge->late.unknown, rule) || (final == IPIP_FAIL && !rule_set_has(then, rule)))
        tally_correct(&judge->tally, rule, before, final);
}

void evaluate_end_late(struct ipip_judge *judge, const struct evaluation *e, const struct tally_key *before,
                       const struct rule_set *then)
{
    struct rule_set rules = *unknown_of(judge, before);

    add_habits(&rules, &e->key);
    for (unsigned a = 0; a < e->evaluated_count; a++) {
        if (rule_at(e->evaluated[a].rule)->about.subject == e->key.subject)
            rule_set_add(&rules, e->evaluated[a].rule);
    }
    for (size_t i = 0; i < RULE_SET_WORDS; i++) {
        for (uint64_t bits = rules.words[i]; bits != 0; bits &= bits - 1)
            correct_late(judge, e, before, then, i * 64 + (size_t)__builtin_ctzll(bits));
    }
}

void evaluate_correct(struct ipip_judge *judge, struct evaluation *e)
{
    for (unsigned i = 0; i < e->evaluated_count; i++) {
        e->evaluated[i].verdict = final_verdict(judge, e, &e->evaluated[i]);
        tally_correct(&judge->tally, e->evaluated[i].rule, &e->key, e->evaluated[i].verdict);
    }
}
