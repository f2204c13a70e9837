/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/tunnel_shims.h"

#include <stddef.h>

#include "ipip/ip.h"

/* Where the header stands that ended the walk because it can't be read: the next one that the kind has. */
static enum ipip_shim unread_shim(const struct tunnel_shims *shims)
{
    const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)shims->chain.kind);

    if (about == NULL || (shims->chain.end != IPIP_END_BAD_SHIM && shims->chain.end != IPIP_END_CUT))
        return IPIP_SHIM_NONE;
    for (unsigned i = 0; i < IPIP_KIND_SHIMS_MAX && about->shims[i] != IPIP_SHIM_NONE; i++) {
        if (!tunnel_shims_have(shims, (enum ipip_shim)about->shims[i]))
            return (enum ipip_shim)about->shims[i];
    }
    return IPIP_SHIM_NONE;
}

void tunnel_shims_read(struct tunnel_shims *shims, const struct ipip_kinds *kinds, const struct ipip_layer *layer)
{
    struct ipip_bytes payload = ipip_layer_payload(layer);
    struct ipip_chain *chain = &shims->chain;
    enum ipip_shim unread;

    *shims = (struct tunnel_shims){.gue_status = IPIP_TRUNCATED, .gre_status = IPIP_TRUNCATED};
    ipip_layer_chain(chain, kinds, layer);
    for (unsigned i = 0; i < chain->count; i++)
        shims->at[chain->links[i].shim] = ipip_bytes_after(payload, chain->links[i].offset);
    unread = unread_shim(shims);
    if (unread != IPIP_SHIM_NONE)
        shims->at[unread] = chain->inside;
    if (tunnel_shims_have(shims, IPIP_SHIM_UDP))
        ipip_udp_read(&shims->udp, shims->at[IPIP_SHIM_UDP]);
    if (tunnel_shims_have(shims, IPIP_SHIM_GUE))
        shims->gue_status = ipip_gue_read(&shims->gue, shims->at[IPIP_SHIM_GUE]);
    if (tunnel_shims_have(shims, IPIP_SHIM_GRE))
        shims->gre_status = ipip_gre_read(&shims->gre, shims->at[IPIP_SHIM_GRE]);
}
