/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/once.h"

#include <string.h>

_Static_assert((int)RULE_COUNT <= (int)UINT8_MAX, "a rule's place is a uint8_t, and so is that of none");

/* The kinds of tunnels with which the rule is reported once. */
static uint32_t kinds_once(const struct rule *rule)
{
    uint32_t kinds = 0;

    for (unsigned kind = 0; kind < IPIP_KINDS; kind++)
        kinds |= rule_is_once(rule, kind) ? IPIP_KIND_BIT(kind) : 0;
    return kinds & rule_kinds(rule);
}

/* No other rule about these kinds has it. */
static bool is_free(const struct once *once, uint32_t kinds, unsigned count)
{
    for (unsigned kind = 0; kind < IPIP_KINDS; kind++) {
        if ((kinds & IPIP_KIND_BIT(kind)) != 0 && once->rule_of[kind][count] != RULE_COUNT)
            return false;
    }
    return true;
}

static bool place(struct once *once, size_t rule, unsigned end)
{
    uint32_t kinds = kinds_once(rule_at(rule));
    unsigned count = 0;

    while (count < end && !is_free(once, kinds, count))
        count++;
    if (count == end)
        return false;
    once->count_of[rule] = (uint8_t)count;
    for (unsigned kind = 0; kind < IPIP_KINDS; kind++) {
        if ((kinds & IPIP_KIND_BIT(kind)) != 0)
            once->rule_of[kind][count] = (uint8_t)rule;
    }
    return true;
}

bool once_init(struct once *once)
{

    memset(once->count_of, ONCE_NONE, sizeof once->count_of);
    memset(once->rule_of, RULE_COUNT, sizeof once->rule_of);
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (rule_at(i)->report == REPORT_HABIT && !place(once, i, TUNNEL_HABITS))
            return false;
    }
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (rule_at(i)->report != REPORT_HABIT && kinds_once(rule_at(i)) != 0 && !place(once, i, TUNNEL_COUNTS))
            return false;
    }
    return true;
}
