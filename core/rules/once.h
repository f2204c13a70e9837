/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that are reported once per tunnel, and counted there from then on: which of a tunnel's counts is whose. */
#ifndef IPIP_CORE_RULES_ONCE_H
#define IPIP_CORE_RULES_ONCE_H

#include "flow/tunnel.h"
#include "rules/rule.h"

enum { ONCE_NONE = 31 }; /* of a rule that is reported with every packet */

struct once {
    uint8_t count_of[IPIP_RULES_MAX]; /* by rule; habits first, so that a tunnel has a bit for each of them */
    /* By the tunnel's kind: rules that are never about the same kind share a count. RULE_COUNT: none. */
    uint8_t rule_of[IPIP_KINDS][TUNNEL_COUNTS];
};

/* False where a tunnel has too few counts for the catalogue. */
bool once_init(struct once *once);

#endif
