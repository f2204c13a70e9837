/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels of several kinds between one pair of addresses. */
#include "flow/mixed.h"
#include "judge/judge_internal.h"

void judge_mixed(const struct ipip_judge *judge, const struct tunnel *tunnel, struct rule_set *triggered)
{
    if (judge->policy.kinds->set != IPIP_KIND_BIT(IPIP_KIND_IPIP) &&
        mixed_kind_of(judge->flow, tunnel) != IPIP_KIND_NONE)
        rule_set_add(triggered, RULE_851);
}
