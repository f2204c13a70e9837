/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vantage declared for all directions, against the outer TTLs of each. */
#ifndef IPIP_CORE_VANTAGE_CHECK_H
#define IPIP_CORE_VANTAGE_CHECK_H

#include "judge/judge_internal.h"

/* The policy declares the entry as vantage of all directions, which holds for one of two only. */
bool vantage_is_of_one_way(const struct ipip_policy *policy);

/*
 * A packet of the direction has been observed: doubts the policy's vantage for all directions where routers have
 * decremented the TTL of this one and not that of the other, and until the other is seen, but no longer than a habit
 * takes.
 */
void vantage_check(struct ipip_judge *judge, struct tunnel *tunnel, const struct ipip_layer *outer);

/* A new direction, where the policy declares the vantage of sources. */
void vantage_meet(struct ipip_judge *judge, const struct ipip_ip *outer, bool has_back);

#endif
