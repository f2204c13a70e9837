/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy expects of a tunnel: of any, or of one that it names. */
#ifndef IPIP_CORE_STANCE_H
#define IPIP_CORE_STANCE_H

#include "ipip/policy.h"

/* What a policy makes of a rule before any packet is looked at. */
enum rule_mode {
    RULE_ASKED,
    RULE_BLIND, /* unknown wherever it applies: the capture was taken in the wrong place */
    RULE_IDLE,  /* not applicable: switched off, or of no use */
};

struct stance {
    const struct ipip_policy *policy;
    const struct ipip_profile *profile;
    const struct ipip_expectation *expectation; /* NULL: nothing in particular */
    uint8_t modes[IPIP_RULES_MAX];              /* of enum rule_mode */
    uint64_t events;                            /* for which a rule is asked */
};

/* No ICMP error reaches the encapsulator, and nothing comes back to it: rules that wait for that have nothing to judge. */
bool stance_is_source_unowned(const struct stance *stance);

/* One for every tunnel, then one for each that the policy names; NULL where there is no memory. */
struct stance *stances_new(const struct ipip_policy *policy);

/* The index of the one for this direction. */
uint16_t stance_of(const struct ipip_policy *policy, uint32_t src, uint32_t dst);

#endif
