/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every rule by its place in the catalogue: RULE_105 for IPIP105. And sets of them, one bit each. */
#ifndef IPIP_CORE_CATALOGUE_RULE_SET_H
#define IPIP_CORE_CATALOGUE_RULE_SET_H

#include "catalogue/list.h"
#include "ipip/rules.h"

#define RULE_PLACE(number) RULE_##number,
enum rule_place { RULES(RULE_PLACE) RULE_COUNT };

_Static_assert((int)RULE_COUNT <= (int)IPIP_RULES_MAX, "raise IPIP_RULES_MAX");

enum { RULE_SET_WORDS = 4 };

struct rule_set {
    uint64_t words[RULE_SET_WORDS];
};

_Static_assert(64 * (int)RULE_SET_WORDS == (int)IPIP_RULES_MAX, "a bit for every rule");

static inline void rule_set_add(struct rule_set *set, size_t rule)
{
    set->words[rule / 64] |= UINT64_C(1) << rule % 64;
}

static inline void rule_set_remove(struct rule_set *set, size_t rule)
{
    set->words[rule / 64] &= ~(UINT64_C(1) << rule % 64);
}

static inline bool rule_set_has(const struct rule_set *set, size_t rule)
{
    return (set->words[rule / 64] >> rule % 64 & 1) != 0;
}

static inline void rule_set_add_all(struct rule_set *set, struct rule_set others)
{
    for (unsigned i = 0; i < RULE_SET_WORDS; i++)
        set->words[i] |= others.words[i];
}

static inline struct rule_set rule_set_both(struct rule_set a, struct rule_set b)
{
    for (unsigned i = 0; i < RULE_SET_WORDS; i++)
        a.words[i] &= b.words[i];
    return a;
}

static inline bool rule_set_is_empty(struct rule_set set)
{
    return (set.words[0] | set.words[1] | set.words[2] | set.words[3]) == 0;
}

#endif
