/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tally.h"

#include <string.h>

static enum rule_mode mode_of(const struct rule *rule, const struct ipip_policy *policy)
{
    if (rule->is_idle != NULL && rule->is_idle(policy->profile))
        return RULE_IDLE;
    return rule->needs_entry && !ipip_policy_sees_entry(policy) ? RULE_BLIND : RULE_ASKED;
}

void tally_init(struct tally *tally, const struct ipip_policy *policy)
{
    for (size_t i = 0; i < ipip_rules_count(); i++)
        tally->modes[i] = policy->is_off[i] ? RULE_IDLE : mode_of(rule_at(i), policy);
}

enum ipip_verdict tally_untriggered(const struct tally *tally, size_t index, uint64_t facts)
{
    const struct rule *rule = rule_at(index);

    if (tally->modes[index] == RULE_IDLE || (facts & rule->applies) != rule->applies || (facts & rule->excludes) != 0)
        return IPIP_NOT_APPLICABLE;
    return tally->modes[index] == RULE_BLIND || (facts & rule->blind) != 0 ? IPIP_UNKNOWN : IPIP_PASS;
}

static enum ipip_verdict untriggered(const struct tally *tally, size_t index, const struct tally_key *key)
{
    enum ipip_verdict gravest = IPIP_NOT_APPLICABLE;

    for (unsigned i = 0; i < key->count; i++) {
        enum ipip_verdict verdict = tally_untriggered(tally, index, key->masks[i]);

        if (verdict > gravest)
            gravest = verdict;
    }
    return gravest;
}

static void settle_slot(struct tally *tally, size_t slot)
{
    uint64_t packets = tally->slots[slot].packets;

    if (packets == 0)
        return;
    for (size_t i = 0; i < ipip_rules_count(); i++)
        tally->verdicts[i][untriggered(tally, i, &tally->slots[slot].key)] += packets;
    tally->slots[slot].packets = 0;
}

static size_t slot_of(const struct tally_key *key)
{
    uint64_t hash = key->count;

    for (unsigned i = 0; i < key->count; i++)
        hash = (hash ^ key->masks[i]) * 0x9e3779b97f4a7c15;
    return hash >> 58;
}

_Static_assert(TALLY_SLOTS == 1 << (64 - 58), "slot_of() makes 6 bits");

void tally_add(struct tally *tally, const struct tally_key *key)
{
    size_t slot = slot_of(key);
    const struct tally_key *held = &tally->slots[slot].key;

    if (held->count != key->count || memcmp(held->masks, key->masks, key->count * sizeof key->masks[0]) != 0) {
        settle_slot(tally, slot);
        tally->slots[slot].key = *key;
    }
    tally->slots[slot].packets++;
}

void tally_correct(struct tally *tally, size_t index, const struct tally_key *key, enum ipip_verdict final)
{
    tally->verdicts[index][untriggered(tally, index, key)]--;
    tally->verdicts[index][final]++;
}

void tally_settle(struct tally *tally)
{
    for (size_t slot = 0; slot < TALLY_SLOTS; slot++)
        settle_slot(tally, slot);
}
