/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many subjects got which verdict of each rule.
 *
 * The verdict on a packet without triggers follows from the context of its layers. So packets are counted by the
 * contexts they have, which is one addition, and they become verdicts only where a count is read. Where a rule was
 * evaluated to another verdict, that is a correction.
 */
#ifndef IPIP_CORE_TALLY_H
#define IPIP_CORE_TALLY_H

#include <stddef.h>

#include "rules/once.h"

enum {
    /* From this bit of a context on: the habits of the tunnel that fail once more (rules/once.h). */
    TALLY_HABITS = 64 - TUNNEL_HABITS,
    /* Of a packet: one context a layer, two for a layer that was reassembled. */
    TALLY_CONTEXTS_MAX = 2 * IPIP_STACK_MAX,
    TALLY_SLOTS = 64,
};

struct tally_key {
    enum ipip_subject subject;
    uint64_t count; /* too wide to be compared together with `subject`: two writes that one read covers make it wait */
    struct tally_part {
        uint64_t context;
        uint64_t tunnel_policy; /* its number */
    } parts[TALLY_CONTEXTS_MAX];
};

struct tally {
    const struct tunnel_policy *tunnel_policies;
    const struct once *once;
    uint64_t verdicts[IPIP_RULES_MAX][IPIP_VERDICTS];
    struct tally_slot {
        uint64_t subjects;
        struct tally_key key;
    } slots[TALLY_SLOTS];
    /* Mostly, the next subject is like the last one, or the one before: data and ACKs take turns. NULL: nothing was counted since tally_settle(). */
    struct tally_slot *latest, *before;
};

/* The verdict of the rule at `index` on a layer in this context if it is not triggered. */
enum ipip_verdict tally_untriggered(const struct tunnel_policy *tunnel_policy, size_t index, uint64_t context);

_Static_assert((int)FACT_CONTEXT_BITS <= (int)TALLY_HABITS, "they share a word");

/* And of a layer that is counted as `context`. */
enum ipip_verdict tally_counted(const struct tally *tally, size_t index, uint16_t tunnel_policy, uint64_t context);

static inline void tally_key_add(struct tally_key *key, uint16_t tunnel_policy, uint64_t context)
{
    key->parts[key->count++] = (struct tally_part){context, tunnel_policy};
}

static inline uint64_t tally_part_difference(const struct tally_part *a, const struct tally_part *b)
{
    return (a->context ^ b->context) | (a->tunnel_policy ^ b->tunnel_policy);
}

static inline bool tally_key_equals(const struct tally_key *a, const struct tally_key *b)
{
    uint64_t difference = 0;

    if (a->subject != b->subject || a->count != b->count)
        return false;
    if (__builtin_expect(a->count == 2, 1)) /* a tunnel header and what is inside */
        return (tally_part_difference(&a->parts[0], &b->parts[0]) |
                tally_part_difference(&a->parts[1], &b->parts[1])) == 0;
    for (unsigned i = 0; i < a->count; i++)
        difference |= tally_part_difference(&a->parts[i], &b->parts[i]);
    return difference == 0;
}

/* The slot where subjects of this key are counted. */
struct tally_slot *tally_slot_for(struct tally *tally, const struct tally_key *key);

/* Counts a subject. */
static inline void tally_add(struct tally *tally, const struct tally_key *key)
{
    struct tally_slot *slot = tally->latest;

    if (slot == NULL || !tally_key_equals(&slot->key, key)) {
        slot = tally->before != NULL && tally_key_equals(&tally->before->key, key) ? tally->before
                                                                                   : tally_slot_for(tally, key);
        tally->before = tally->latest;
        tally->latest = slot;
    }
    slot->subjects++;
}

/* And of a subject that is counted as `key`. */
enum ipip_verdict tally_verdict(const struct tally *tally, size_t index, const struct tally_key *key);

/* The verdict of the rule at `index` on a subject counted as `key` is `final`; its untriggered one was another. */
void tally_correct(struct tally *tally, size_t index, const struct tally_key *key, enum ipip_verdict final);

/* The verdict of the rule at `index` on so many subjects was `before`, and is `final` now. */
static inline void tally_move(struct tally *tally, size_t index, enum ipip_verdict before, enum ipip_verdict final,
                              uint64_t count)
{
    tally->verdicts[index][before] -= count;
    tally->verdicts[index][final] += count;
}

/* Turns all that is counted into `verdicts`. */
void tally_settle(struct tally *tally);

#endif
