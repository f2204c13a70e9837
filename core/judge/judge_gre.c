/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A GRE header, compared with those before it: all but its sequence number. */
#include "flow/gre_fields.h"
#include "flow/gre_keys.h"
#include "flow/keepalive.h"
#include "judge/judge_internal.h"

/* The header is one of version 0, all of it is there, and what it carries was made for the tunnel: no keepalive on its way back. */
static bool is_comparable(enum ipip_status status, const struct ipip_gre *gre)
{
    return status == IPIP_OK && (gre->flags & IPIP_GRE_VERSION) == 0 && gre->type != 0;
}

/* Keepalives, and those that come back; the packet inside one is neither. */
static void take_keepalive(struct ipip_judge *judge, struct parsed_packet *parsed, unsigned layer, bool is_without_type,
                           struct facts *facts, struct rule_set *triggered)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    enum keepalive_role role = KEEPALIVE_NONE;
    struct keepalive_step step;

    if (layer > 0 && keepalive_is(outer - 1))
        return;
    if (is_without_type)
        role = KEEPALIVE_BACK;
    else if (layer + 1 < parsed->stack.count && keepalive_is(outer))
        role = KEEPALIVE_SENT;
    step = keepalive_take(judge->flow, &outer->ip, role, parsed->packet.time);
    if (step.is_unanswered)
        rule_set_add(triggered, RULE_814);
    facts->context |= step.is_open ? FACT_KEEPALIVE_OPEN : 0;
}

__attribute__((noinline)) void judge_gre(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                                         unsigned layer, struct facts *facts, struct rule_set *triggered)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    struct ipip_tunnel_direction direction;
    struct ipip_gre gre;
    enum ipip_status status = tunnel_shims_gre(&gre, judge->policy.kinds, outer);

    if (outer->kind == IPIP_KIND_GRE)
        take_keepalive(judge, parsed, layer, status == IPIP_OK && gre.type == 0, facts, triggered);
    if (!is_comparable(status, &gre))
        return;
    e->view.gre_varied = gre_fields_take(judge->flow, parsed->of[layer].addresses, gre.flags);
    if (e->view.gre_varied != 0)
        rule_set_add(triggered, RULE_813);
    direction = tunnel_direction(e->view.tunnel);
    e->view.keys = gre_keys_take(judge->flow, &direction, gre_key_of((gre.flags & IPIP_GRE_KEY) != 0, gre.key));
    if (e->view.keys.is_news)
        rule_set_add(triggered, RULE_809);
    facts->context |= e->view.keys.is_few ? FACT_KEYS_FEW : 0;
}
