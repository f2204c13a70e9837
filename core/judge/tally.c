/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/tally.h"

/* The rule is about tunnels of that kind. */
static bool is_of_kind(const struct tunnel_policy *tunnel_policy, const struct rule *rule, uint64_t context)
{
    uint32_t more = tunnel_policy->judges_frames && rule->is_of_frames ? KINDS_OF_FRAMES : 0;

    return ((rule_kinds(rule) | more) & IPIP_KIND_BIT(facts_kind(context))) != 0;
}

static uint64_t excluded_by(const struct rule *rule, uint64_t context)
{
    bool is_outside = (rule->outside & IPIP_KIND_BIT(facts_kind(context))) != 0;

    return rule->excludes & ~(is_outside ? FACT_INNER_BAD : 0);
}

enum ipip_verdict tally_untriggered(const struct tunnel_policy *tunnel_policy, size_t index, uint64_t context)
{
    const struct rule *rule = rule_at(index);
    uint8_t mode = tunnel_policy->modes[index];

    if (mode == RULE_IDLE || !is_of_kind(tunnel_policy, rule, context) || (context & rule->applies) != rule->applies ||
        (rule->needs != 0 && (context & rule->needs) == 0) || (context & excluded_by(rule, context)) != 0)
        return IPIP_NOT_APPLICABLE;
    return mode == RULE_BLIND || (context & rule->blind) != 0 ? IPIP_UNKNOWN : IPIP_PASS;
}

enum ipip_verdict tally_counted(const struct tally *tally, size_t index, uint16_t tunnel_policy, uint64_t context)
{
    enum ipip_verdict verdict = tally_untriggered(&tally->tunnel_policies[tunnel_policy], index, context);
    uint64_t habits = context >> TALLY_HABITS;

    if (verdict != IPIP_PASS || rule_at(index)->report != REPORT_HABIT)
        return verdict;
    return (habits >> tally->once->count_of[index] & 1) != 0 ? IPIP_FAIL : IPIP_PASS;
}

enum ipip_verdict tally_verdict(const struct tally *tally, size_t index, const struct tally_key *key)
{
    enum ipip_verdict gravest = IPIP_NOT_APPLICABLE;

    for (unsigned i = 0; i < key->count; i++) {
        enum ipip_verdict verdict =
            tally_counted(tally, index, (uint16_t)key->parts[i].tunnel_policy, key->parts[i].context);

        if (verdict > gravest)
            gravest = verdict;
    }
    return gravest;
}

static void settle_slot(struct tally *tally, size_t slot)
{
    uint64_t subjects = tally->slots[slot].subjects;
    const struct tally_key *key = &tally->slots[slot].key;

    if (subjects == 0)
        return;
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (rule_at(i)->about.subject == key->subject)
            tally->verdicts[i][tally_verdict(tally, i, key)] += subjects;
    }
    tally->slots[slot].subjects = 0;
}

static size_t slot_of(const struct tally_key *key)
{
    uint64_t hash = key->count + (uint64_t)key->subject * 64;

    for (unsigned i = 0; i < key->count; i++)
        hash = (hash ^ key->parts[i].context ^ key->parts[i].tunnel_policy << 32) * 0x9e3779b97f4a7c15;
    return hash >> 58;
}

_Static_assert(TALLY_SLOTS == 1 << (64 - 58), "slot_of() makes 6 bits");

struct tally_slot *tally_slot_for(struct tally *tally, const struct tally_key *key)
{
    size_t slot = slot_of(key);

    if (!tally_key_equals(&tally->slots[slot].key, key)) {
        settle_slot(tally, slot);
        tally->slots[slot].key = *key;
    }
    return &tally->slots[slot];
}

void tally_correct(struct tally *tally, size_t index, const struct tally_key *key, enum ipip_verdict final)
{
    tally_move(tally, index, tally_verdict(tally, index, key), final, 1);
}

void tally_settle(struct tally *tally)
{
    if (tally->latest == NULL)
        return;
    for (size_t slot = 0; slot < TALLY_SLOTS; slot++)
        settle_slot(tally, slot);
    tally->latest = tally->before = NULL;
}
