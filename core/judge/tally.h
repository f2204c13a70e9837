/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many subjects got which verdict of each rule.
 *
 * What a rule says of a packet without triggers follows from the facts of its layers. So packets are counted by the facts
 * they have, which is one addition, and only when a count is wanted are they turned into verdicts. Where a rule was evaluated and
 * said something else, that is a correction.
 */
#ifndef IPIP_CORE_TALLY_H
#define IPIP_CORE_TALLY_H

#include <stddef.h>

#include "rules/once.h"

enum {
    /* In a mask of facts, where no verdict depends on them: the first of the tunnel's habits that fail once more. */
    TALLY_HABITS = 28,
    /* Facts of a packet: one mask a layer, two for a layer that was reassembled. */
    TALLY_MASKS_MAX = 2 * IPIP_STACK_MAX,
    TALLY_SLOTS = 64,
};

struct tally_key {
    enum ipip_subject subject;
    unsigned count;
    uint16_t tunnel_policies[TALLY_MASKS_MAX];
    uint64_t masks[TALLY_MASKS_MAX];
};

struct tally {
    const struct tunnel_policy *tunnel_policies;
    const struct once *once;
    uint64_t verdicts[IPIP_RULES_MAX][IPIP_VERDICTS];
    struct tally_slot {
        uint64_t subjects;
        struct tally_key key;
    } slots[TALLY_SLOTS];
    struct tally_slot *latest; /* mostly, the next subject is like the last one */
};

/* What the rule at `index` says of a layer with these facts if it is not triggered. */
enum ipip_verdict tally_untriggered(const struct tunnel_policy *tunnel_policy, size_t index, uint64_t facts);

_Static_assert((FACT_CONTEXT & UINT64_C(0xff) << TALLY_HABITS) == 0 && (int)TUNNEL_HABITS == 8, "they share a mask");

/* And of a layer that is counted as `mask`. */
enum ipip_verdict tally_counted(const struct tally *tally, size_t index, uint16_t tunnel_policy, uint64_t mask);

static inline void tally_key_add(struct tally_key *key, uint16_t tunnel_policy, uint64_t facts)
{
    key->tunnel_policies[key->count] = tunnel_policy;
    key->masks[key->count++] = facts;
}

static inline bool tally_key_equals(const struct tally_key *a, const struct tally_key *b)
{
    if (a->subject != b->subject || a->count != b->count)
        return false;
    for (unsigned i = 0; i < a->count; i++) {
        if (a->masks[i] != b->masks[i] || a->tunnel_policies[i] != b->tunnel_policies[i])
            return false;
    }
    return true;
}

/* The slot where subjects of this key are counted. */
struct tally_slot *tally_slot_for(struct tally *tally, const struct tally_key *key);

/* Counts a subject. */
static inline void tally_add(struct tally *tally, const struct tally_key *key)
{
    if (tally->latest == NULL || !tally_key_equals(&tally->latest->key, key))
        tally->latest = tally_slot_for(tally, key);
    tally->latest->subjects++;
}

/* And of a subject that is counted as `key`. */
enum ipip_verdict tally_verdict(const struct tally *tally, size_t index, const struct tally_key *key);

/* The rule at `index` said `final` of a subject counted as `key`, where its untriggered verdict was another. */
void tally_correct(struct tally *tally, size_t index, const struct tally_key *key, enum ipip_verdict final);

/* The rule at `index` said `before` of so many subjects, and says `final` now. */
static inline void tally_move(struct tally *tally, size_t index, enum ipip_verdict before, enum ipip_verdict final,
                              uint64_t count)
{
    tally->verdicts[index][before] -= count;
    tally->verdicts[index][final] += count;
}

/* Turns all that is counted into `verdicts`. */
void tally_settle(struct tally *tally);

#endif
