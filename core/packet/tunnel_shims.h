/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The headers between an outer IP header and what it tunnels, with their values, as far as they can be read. */
#ifndef IPIP_CORE_TUNNEL_SHIMS_H
#define IPIP_CORE_TUNNEL_SHIMS_H

#include "ipip/gre.h"
#include "ipip/stack.h"
#include "ipip/udp.h"

struct tunnel_shims {
    struct ipip_chain chain;
    /* From the first octet of each to the end of the outer payload; `data` is NULL where there is none. One that can't be read is there, too. */
    struct ipip_bytes at[IPIP_SHIMS];
    struct ipip_udp udp; /* each with `at` */
    struct ipip_gue gue;
    struct ipip_gre gre;
    enum ipip_status gue_status; /* IPIP_OK, or why its values are not all there */
    enum ipip_status gre_status;
};

/* Of the tunnel header `layer`, which was read with these kinds; no fragment but the first. */
void tunnel_shims_read(struct tunnel_shims *shims, const struct ipip_kinds *kinds, const struct ipip_layer *layer);

/* The GRE header alone, of a kind that has one: directly behind the IP header it is found without a walk. IPIP_TRUNCATED where there is none. */
enum ipip_status tunnel_shims_gre(struct ipip_gre *gre, const struct ipip_kinds *kinds, const struct ipip_layer *layer);

static inline bool tunnel_shims_have(const struct tunnel_shims *shims, enum ipip_shim shim)
{
    return shims->at[shim].data != NULL;
}

/* From where ESP or IPComp begins. */
static inline struct ipip_bytes tunnel_shims_opaque(const struct tunnel_shims *shims)
{
    return tunnel_shims_have(shims, IPIP_SHIM_ESP) ? shims->at[IPIP_SHIM_ESP] : shims->chain.inside;
}

#endif
