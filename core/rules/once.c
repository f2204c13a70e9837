/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/once.h"

#include <string.h>

_Static_assert((int)RULE_COUNT <= (int)UINT8_MAX, "a rule's place is a uint8_t, and so is that of none");

/* No other rule about these kinds has it. */
static bool is_free(const struct once *once, uint32_t kinds, unsigned count)
{
    for (unsigned kind = 0; kind < IPIP_KINDS; kind++) {
        if ((kinds & IPIP_KIND_BIT(kind)) != 0 && once->rule_of[kind][count] != RULE_COUNT)
            return false;
    }
    return true;
}

static bool place(struct once *once, size_t rule)
{
    uint32_t kinds = rule_kinds(rule_at(rule)) | (rule_at(rule)->is_of_frames ? KINDS_OF_FRAMES : 0);
    unsigned count = 0;

    while (count < TUNNEL_HABITS && !is_free(once, kinds, count))
        count++;
    if (count == TUNNEL_HABITS)
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
        if (rule_at(i)->report == REPORT_HABIT && !place(once, i))
            return false;
    }
    return true;
}
