/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A GRE header, compared with those before it: all but its sequence number. */
#include "flow/gre_fields.h"
#include "flow/gre_keys.h"
#include "judge/judge_internal.h"

/* The header is one of version 0, all of it is there, and what it carries was made for the tunnel: no keepalive on its way back. */
static bool is_comparable(const struct tunnel_shims *shims)
{
    return tunnel_shims_have(shims, IPIP_SHIM_GRE) && shims->gre_status == IPIP_OK &&
           (shims->gre.flags & IPIP_GRE_VERSION) == 0 && shims->gre.type != 0;
}

__attribute__((noinline)) void judge_gre(struct ipip_judge *judge, struct evaluation *e,
                                         const struct parsed_packet *parsed, unsigned layer, struct facts *facts,
                                         struct rule_set *triggered)
{
    struct ipip_tunnel_direction direction;
    struct tunnel_shims shims;

    tunnel_shims_read(&shims, judge->policy.kinds, &parsed->stack.layers[layer]);
    if (!is_comparable(&shims))
        return;
    e->view.gre_varied = gre_fields_take(judge->flow, parsed->of[layer].addresses, shims.gre.flags);
    if (e->view.gre_varied != 0)
        rule_set_add(triggered, RULE_813);
    direction = tunnel_direction(e->view.tunnel);
    e->view.keys =
        gre_keys_take(judge->flow, &direction, gre_key_of((shims.gre.flags & IPIP_GRE_KEY) != 0, shims.gre.key));
    if (e->view.keys.is_news)
        rule_set_add(triggered, RULE_809);
    facts->context |= e->view.keys.is_few ? FACT_KEYS_FEW : 0;
}
