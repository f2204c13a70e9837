/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/leaving.h"

#include "ipip/gre.h"

enum { FRAMES_OR_LABELS = IPIP_PAYLOAD_ETHERNET | IPIP_PAYLOAD_MPLS, NO_TYPE = 0 };

static bool may_hold_more_than_ip(const struct ipip_layer *layer)
{
    const struct ipip_kind_about *row = ipip_kind_about((enum ipip_kind)layer->kind);

    return row != NULL && (row->payload & FRAMES_OR_LABELS) != 0;
}

/* What GRE announces. */
static unsigned announced_by_gre(const struct ipip_layer *layer, const struct ipip_chain *chain)
{
    const struct ipip_chain_link *link = ipip_chain_find(chain, IPIP_SHIM_GRE);
    struct ipip_gre gre;

    if (link == NULL || ipip_gre_read(&gre, ipip_bytes_after(ipip_layer_payload(layer), link->offset)) != IPIP_OK)
        return NO_TYPE;
    switch (gre.type) {
    case IPIP_GRE_TYPE_ETHERNET:
    case IPIP_GRE_TYPE_ERSPAN:
    case IPIP_GRE_TYPE_ERSPAN_3:
        return IPIP_PAYLOAD_ETHERNET;
    case IPIP_GRE_TYPE_MPLS:
    case IPIP_GRE_TYPE_MPLS_MULTICAST:
        return IPIP_PAYLOAD_MPLS;
    default:
        return NO_TYPE;
    }
}

/* A frame or labels without an IP packet, as far as they are read. */
static unsigned find_without_ip(struct ipip_bytes *bytes, const struct ipip_layer *layer,
                                const struct ipip_chain *chain)
{
    if (chain->end != IPIP_END_NOT_IP)
        return NO_TYPE;
    *bytes = chain->inside;
    return layer->kind == IPIP_KIND_MPLS ? (unsigned)IPIP_PAYLOAD_MPLS : announced_by_gre(layer, chain);
}

/* A frame or labels; NO_TYPE where there are none. */
static unsigned find_around_ip(struct ipip_bytes *bytes, const struct ipip_chain *chain)
{
    const struct ipip_chain_link *last;

    if (chain->count == 0)
        return NO_TYPE;
    last = &chain->links[chain->count - 1];
    if (last->shim != IPIP_SHIM_ETHERNET && last->shim != IPIP_SHIM_MPLS)
        return NO_TYPE;
    *bytes = chain->inside;
    bytes->data -= last->bytes;
    bytes->captured += last->bytes;
    bytes->wire += last->bytes;
    return last->shim == IPIP_SHIM_ETHERNET ? IPIP_PAYLOAD_ETHERNET : IPIP_PAYLOAD_MPLS;
}

static unsigned find_in_chain(struct ipip_bytes *bytes, const struct ipip_layer *layer, const struct ipip_kinds *kinds)
{
    struct ipip_chain chain;
    unsigned type;

    if (!may_hold_more_than_ip(layer))
        return NO_TYPE;
    ipip_layer_chain(&chain, kinds, layer);
    type = find_around_ip(bytes, &chain);
    return type != NO_TYPE ? type : find_without_ip(bytes, layer, &chain);
}

bool leaving_find_other(struct leaving *leaving, const struct ipip_stack *stack, const struct ipip_kinds *kinds,
                        unsigned depth)
{
    const struct ipip_layer *inner = &stack->layers[depth];
    unsigned type = NO_TYPE;

    if (depth == stack->count && (stack->end == IPIP_END_FRAGMENT || stack->end == IPIP_END_CUT))
        return false;
    if (depth == stack->count || !inner->is_reassembled)
        type = find_in_chain(&leaving->bytes, &stack->layers[depth - 1], kinds);
    if (type == NO_TYPE && depth < stack->count) {
        leaving->bytes = inner->bytes;
        type = inner->ip.version == 6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;
    }
    leaving->type = (enum ipip_payload)type;
    return type != NO_TYPE;
}

bool leaving_merges_ecn_other(const struct ipip_layer *layer, const struct ipip_kinds *kinds)
{
    struct ipip_bytes bytes;

    return find_in_chain(&bytes, layer, kinds) != IPIP_PAYLOAD_MPLS;
}

enum ipip_status leaving_version(const struct ipip_layer *layer, const struct ipip_kinds *kinds)
{
    struct ipip_chain chain;

    if (layer->kind == IPIP_KIND_IPIP)
        return IPIP_NOT_IPV4;
    ipip_layer_chain(&chain, kinds, layer);
    return chain.announced == IPIP_PAYLOAD_IPV4 ? IPIP_NOT_IPV4 : IPIP_NOT_IPV6;
}
