/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/offload.h"

#include "flow/state.h"
#include "packet/transport.h"

static bool has_partial_sum(const struct ipip_layer *innermost)
{
    return !ipip_ip_is_fragment(&innermost->ip) &&
           (transport_facts(innermost, ipip_layer_payload(innermost)).triggers & TRIGGER_TRANSPORT_PARTIAL) != 0;
}

bool offload_is_pending(const struct ipip_rule_input *c)
{
    const struct ipip_stack *stack = c->stack;
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];

    if ((c->facts.context & FACT_SUPERPACKET) != 0)
        return true;
    if (stack->count == c->layer + 1 || (c->flow->tunnel != NULL && c->flow->tunnel->is_wire))
        return false;
    return flow_is_segments(innermost) || has_partial_sum(innermost);
}
