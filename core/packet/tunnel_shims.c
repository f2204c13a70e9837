/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/tunnel_shims.h"

#include <stddef.h>

#include "ipip/ip.h"

/*
 * Which header ended the walk because it can't be read: the next one that the kind has. Behind all that a kind over UDP has, only GRE
 * can end it so.
 */
static enum ipip_shim unread_shim(const struct tunnel_shims *shims)
{
    const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)shims->chain.kind);

    if (about == NULL || (shims->chain.end != IPIP_END_BAD_SHIM && shims->chain.end != IPIP_END_CUT))
        return IPIP_SHIM_NONE;
    for (unsigned i = 0; i < IPIP_KIND_SHIMS_MAX && about->shims[i] != IPIP_SHIM_NONE; i++) {
        if (!tunnel_shims_have(shims, (enum ipip_shim)about->shims[i]))
            return (enum ipip_shim)about->shims[i];
    }
    return about->shims[0] == IPIP_SHIM_UDP && !tunnel_shims_have(shims, IPIP_SHIM_GRE) ? IPIP_SHIM_GRE
                                                                                        : IPIP_SHIM_NONE;
}

/* Where each header stands; what is in UDP ends where its length says. */
static void find_links(struct tunnel_shims *shims, struct ipip_bytes payload)
{
    for (unsigned i = 0; i < shims->chain.count; i++) {
        const struct ipip_chain_link *link = &shims->chain.links[i];

        shims->at[link->shim] = ipip_bytes_after(payload, link->offset);
        if (link->shim == IPIP_SHIM_UDP) {
            ipip_udp_read(&shims->udp, shims->at[IPIP_SHIM_UDP]);
            if (shims->udp.length != 0)
                payload = ipip_bytes_first(payload, link->offset + shims->udp.length);
        }
    }
}

void tunnel_shims_read(struct tunnel_shims *shims, const struct ipip_kinds *kinds, const struct ipip_layer *layer)
{
    struct ipip_chain *chain = &shims->chain;
    enum ipip_shim unread;

    *shims = (struct tunnel_shims){.gue_status = IPIP_TRUNCATED, .gre_status = IPIP_TRUNCATED};
    ipip_layer_chain(chain, kinds, layer);
    find_links(shims, ipip_layer_payload(layer));
    unread = unread_shim(shims);
    if (unread != IPIP_SHIM_NONE)
        shims->at[unread] = chain->inside;
    if (unread == IPIP_SHIM_UDP)
        ipip_udp_read(&shims->udp, shims->at[IPIP_SHIM_UDP]);
    if (tunnel_shims_have(shims, IPIP_SHIM_GUE))
        shims->gue_status = ipip_gue_read(&shims->gue, shims->at[IPIP_SHIM_GUE]);
    if (tunnel_shims_have(shims, IPIP_SHIM_GRE))
        shims->gre_status = ipip_gre_read(&shims->gre, shims->at[IPIP_SHIM_GRE]);
}

enum ipip_status tunnel_shims_gre(struct ipip_gre *gre, const struct ipip_kinds *kinds, const struct ipip_layer *layer)
{
    struct tunnel_shims shims;

    if (layer->ip.protocol == IPIP_PROTOCOL_GRE && ipip_ip_has_payload(&layer->ip))
        return ipip_gre_read(gre, ipip_layer_payload(layer));
    tunnel_shims_read(&shims, kinds, layer);
    *gre = shims.gre;
    return shims.gre_status;
}
