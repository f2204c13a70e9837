/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of what lies between an outer IP header and what it tunnels. */
#include "packet/facts.h"
#include "packet/tunnel_shims.h"

static uint64_t context_of_gre(const struct tunnel_shims *shims)
{
    uint64_t context = 0;

    if (!tunnel_shims_have(shims, IPIP_SHIM_GRE) || shims->gre_status != IPIP_OK)
        return 0;
    if ((shims->gre.flags & IPIP_GRE_CHECKSUM) != 0)
        context |= FACT_GRE_CHECKSUM;
    if ((shims->gre.flags & IPIP_GRE_SEQUENCE) != 0)
        context |= FACT_GRE_SEQUENCE;
    return context;
}

__attribute__((noinline)) struct facts facts_of_shims(const struct ipip_kinds *kinds, const struct ipip_layer *layer)
{
    struct tunnel_shims shims;
    struct facts facts = {0, 0};

    if (layer->ip.fragment_offset != 0)
        return facts;
    tunnel_shims_read(&shims, kinds, layer);
    facts.context |= context_of_gre(&shims);
    if (shims.chain.end == IPIP_END_CUT)
        facts.context |= FACT_SHIM_CUT;
    if (tunnel_shims_have(&shims, IPIP_SHIM_AH)) {
        facts.context |= FACT_SHIM;
        facts.triggers |= TRIGGER_SHIM;
    }
    return facts;
}
