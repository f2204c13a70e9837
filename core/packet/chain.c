/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/chain.h"

#include <stddef.h>

#include "ipip/ip.h"
#include "ipip/ipv6.h"
#include "ipip/minimal.h"
#include "packet/chain_walk.h"
#include "packet/extensions.h"

/* A header of the walk, as part of the last link where that is of the same sort. */
static bool add_extension(const struct walk *w, const struct ipip_extension *extension)
{
    struct ipip_chain *chain = w->chain;
    enum ipip_shim shim = extension->type == IPIP_PROTOCOL_AH ? IPIP_SHIM_AH : IPIP_SHIM_EXTENSIONS;

    if (chain->count == 0 || chain->links[chain->count - 1].shim != shim)
        return walk_add(w, shim, extension->bytes);
    chain->links[chain->count - 1].bytes = (uint16_t)(chain->links[chain->count - 1].bytes + extension->bytes);
    chain->bytes = (uint16_t)(chain->bytes + extension->bytes);
    chain->inside = ipip_bytes_after(chain->inside, extension->bytes);
    return true;
}

/* Behind more headers than are read: which tunnel it is, as far as its number alone tells. */
static enum ipip_kind kind_behind(const struct walk *w, struct ipip_extension_walk headers)
{
    struct ipip_extension extension;
    enum ipip_kind kind;

    while (headers.count == IPIP_IPV6_EXTENSIONS_MAX) {
        headers.count = 0;
        while (extensions_next(w->outer == IPIP_PAYLOAD_IPV6, &headers, &extension))
            continue;
    }
    kind = headers.is_behind_first ? IPIP_KIND_NONE : ipip_kind_of_protocol(w->outer, headers.next);
    return kind != IPIP_KIND_NONE && walk_reads(w->kinds, kind) ? kind : IPIP_KIND_NONE;
}

/* Authentication headers, and what of IPv6 follows them or a first fragment's header. False where the chain ends there. */
static bool step_over_headers(const struct walk *w, struct ipip_extension_walk headers)
{
    struct ipip_chain *chain = w->chain;
    bool is_ipv6 = w->outer == IPIP_PAYLOAD_IPV6;
    struct ipip_extension extension;

    while (extensions_next(is_ipv6, &headers, &extension)) {
        bool is_fragment = extension.type == IPIP_PROTOCOL_FRAGMENT && extensions_is_piece(chain->inside);

        if (!add_extension(w, &extension) || is_fragment)
            return false;
    }
    chain->protocol = headers.next;
    if (headers.count == IPIP_IPV6_EXTENSIONS_MAX && extensions_may_be(is_ipv6, headers.next)) {
        chain->kind = (uint8_t)kind_behind(w, headers);
        walk_end(w, IPIP_END_BAD_HEADER);
        return false;
    }
    if (is_ipv6 && ipip_ipv6_is_extension(headers.next)) {
        walk_end(w, chain->inside.captured < chain->inside.wire ? IPIP_END_CUT : IPIP_END_BAD_HEADER);
        return false;
    }
    return true;
}

static void read_minimal(const struct walk *w)
{
    struct ipip_minimal minimal;
    enum ipip_status status = ipip_minimal_read(&minimal, w->chain->inside);

    if (status != IPIP_OK)
        walk_end_unread(w, status);
    else if (walk_add(w, IPIP_SHIM_MINIMAL, minimal.header_bytes))
        walk_end(w, IPIP_END_FOLDED);
}

/* A kind that the protocol number announces: by its row. */
static void read_row(const struct walk *w, enum ipip_kind kind)
{
    const struct ipip_kind_about *row = ipip_kind_about(kind);

    if (!walk_take_kind(w, kind))
        return;
    if (row->shims[0] == IPIP_SHIM_MINIMAL)
        read_minimal(w);
    else if (row->payload == IPIP_PAYLOAD_MPLS)
        walk_labels(w);
    else if (row->payload != IPIP_PAYLOAD_OPAQUE)
        walk_announce(w, row->payload);
    else if (kind != IPIP_KIND_ESP || !walk_esp(w))
        walk_end(w, IPIP_END_OPAQUE);
}

void ipip_chain_read(struct ipip_chain *chain, const struct ipip_kinds *kinds, const struct ipip_ip *header,
                     struct ipip_bytes packet)
{
    const enum ipip_payload outer = header->version == 6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;
    const struct walk w = {chain, kinds, outer};
    enum ipip_kind kind;

    chain->end = ipip_ip_has_payload(header) ? IPIP_END_PAYLOAD : IPIP_END_BAD_HEADER;
    chain->kind = IPIP_KIND_NONE;
    chain->protocol = header->protocol;
    chain->announced = 0;
    chain->bytes = 0;
    chain->count = 0;
    chain->inside = extensions_promised(header, packet, header->header_bytes);
    if (chain->end == IPIP_END_BAD_HEADER || (extensions_may_be(outer == IPIP_PAYLOAD_IPV6, header->protocol) &&
                                              !step_over_headers(&w, extensions_behind(header, packet))))
        return;
    kind = ipip_kind_of_protocol(outer, chain->protocol);
    if (chain->protocol == IPIP_PROTOCOL_UDP && (kinds->set & (IPIP_KINDS_OVER_UDP | IPIP_KINDS_NAMED_OVER_UDP)) != 0)
        walk_udp(&w);
    else if (chain->protocol == IPIP_PROTOCOL_GRE &&
             (kinds->set & (IPIP_KINDS_WITH_GRE | IPIP_KIND_BIT(IPIP_KIND_PPTP))) != 0)
        walk_gre(&w);
    else if (kind != IPIP_KIND_NONE)
        read_row(&w, kind);
}

const struct ipip_chain_link *ipip_chain_find(const struct ipip_chain *chain, enum ipip_shim shim)
{
    for (unsigned i = 0; i < chain->count; i++) {
        if (chain->links[i].shim == shim)
            return &chain->links[i];
    }
    return NULL;
}
