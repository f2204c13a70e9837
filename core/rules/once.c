/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/once.h"

bool once_init(struct once *once)
{
    static const enum rule_report reports[] = {REPORT_HABIT, REPORT_ONCE};
    uint8_t counts = 0;

    for (size_t i = 0; i < IPIP_RULES_MAX; i++)
        once->count_of[i] = ONCE_NONE;
    for (size_t r = 0; r < sizeof reports / sizeof reports[0]; r++) {
        for (size_t i = 0; i < RULE_COUNT; i++) {
            if (rule_at(i)->report != reports[r])
                continue;
            if (counts == (reports[r] == REPORT_HABIT ? TUNNEL_HABITS : TUNNEL_COUNTS))
                return false;
            once->rule_of[counts] = (uint8_t)i;
            if (reports[r] == REPORT_HABIT)
                once->trigger_of[counts] = rule_at(i)->triggers;
            once->count_of[i] = counts++;
        }
    }
    return true;
}
