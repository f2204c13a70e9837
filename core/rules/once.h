/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that are a habit of a tunnel, reported once and counted in its record from then on: which of its counts is whose. */
#ifndef IPIP_CORE_RULES_ONCE_H
#define IPIP_CORE_RULES_ONCE_H

#include "flow/tunnel.h"
#include "rules/rule.h"

/* Of a rule that is no habit: where it is reported once, it is counted apart (flow/reported.h). */
enum { ONCE_NONE = 31 };

struct once {
    uint8_t count_of[IPIP_RULES_MAX]; /* by rule */
    /* By the tunnel's kind: rules that are never about the same kind share a count. RULE_COUNT: none. */
    uint8_t rule_of[IPIP_KINDS][TUNNEL_HABITS];
};

/* False where a tunnel has too few counts for the catalogue. */
bool once_init(struct once *once);

#endif
