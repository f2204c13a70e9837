/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/chain.h"

#include <stddef.h>

#include "ipip/erspan.h"
#include "ipip/gre.h"
#include "ipip/ip.h"
#include "ipip/ipv6.h"
#include "ipip/link.h"
#include "ipip/minimal.h"
#include "ipip/udp.h"
#include "packet/extensions.h"
#include "wire/ethertype.h"

enum { ANY_VERSION = IPIP_PAYLOAD_IPV4 | IPIP_PAYLOAD_IPV6, LINKTYPE_ETHERNET = 1 };

/* A walk: the chain so far, and what is to be read. */
struct walk {
    struct ipip_chain *chain;
    const struct ipip_kinds *kinds;
    enum ipip_payload outer;
};

static void end(const struct walk *w, enum ipip_end why)
{
    w->chain->end = why;
}

/* Why a header can't be read. */
static void end_unread(const struct walk *w, enum ipip_status why)
{
    end(w, why == IPIP_TRUNCATED ? IPIP_END_CUT : IPIP_END_BAD_SHIM);
}

/* Adds a header of `bytes` octets. False, and the chain has ended, where there are fewer, or too many in all. */
static bool add(const struct walk *w, enum ipip_shim shim, uint32_t bytes)
{
    struct ipip_chain *chain = w->chain;

    if (bytes > chain->inside.wire || chain->bytes + bytes > UINT16_MAX || chain->count == IPIP_CHAIN_MAX) {
        end(w, IPIP_END_BAD_SHIM);
        return false;
    }
    chain->links[chain->count++] =
        (struct ipip_chain_link){.shim = (uint8_t)shim, .offset = chain->bytes, .bytes = (uint16_t)bytes};
    chain->bytes = (uint16_t)(chain->bytes + bytes);
    chain->inside = ipip_bytes_after(chain->inside, bytes);
    return true;
}

/* An IP header follows, of this version, or of either. */
static void announce(const struct walk *w, unsigned version)
{
    w->chain->announced = (uint8_t)version;
    end(w, IPIP_END_COUNT);
}

static bool is_read(const struct ipip_kinds *kinds, enum ipip_kind kind)
{
    return (kinds->set & IPIP_KIND_BIT(kind)) != 0 && ipip_kind_about(kind)->is_read;
}

/* It is a tunnel of this kind. False, and the chain has ended, where that is not to be read. */
static bool take_kind(const struct walk *w, enum ipip_kind kind)
{
    w->chain->kind = (uint8_t)kind;
    if (is_read(w->kinds, kind))
        return true;
    end(w, IPIP_END_UNSUPPORTED);
    return false;
}

/* A header of the walk, as part of the last link where that is of the same sort. */
static bool add_extension(const struct walk *w, const struct ipip_extension *extension)
{
    struct ipip_chain *chain = w->chain;
    enum ipip_shim shim = extension->type == IPIP_PROTOCOL_AH ? IPIP_SHIM_AH : IPIP_SHIM_EXTENSIONS;

    if (chain->count == 0 || chain->links[chain->count - 1].shim != shim)
        return add(w, shim, extension->bytes);
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
    return kind != IPIP_KIND_NONE && is_read(w->kinds, kind) ? kind : IPIP_KIND_NONE;
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
        end(w, IPIP_END_BAD_HEADER);
        return false;
    }
    if (is_ipv6 && ipip_ipv6_is_extension(headers.next)) {
        end(w, chain->inside.captured < chain->inside.wire ? IPIP_END_CUT : IPIP_END_BAD_HEADER);
        return false;
    }
    return true;
}

static void read_frame(const struct walk *w)
{
    struct ipip_bytes frame = w->chain->inside;
    struct ipip_link link;

    switch (ipip_link_find_ip(&link, LINKTYPE_ETHERNET, frame)) {
    case IPIP_LINK_IP:
        if (!add(w, IPIP_SHIM_ETHERNET, link.link_bytes))
            return;
        announce(w, link.announced == IPIP_ANNOUNCED_IPV4   ? IPIP_PAYLOAD_IPV4
                    : link.announced == IPIP_ANNOUNCED_IPV6 ? IPIP_PAYLOAD_IPV6
                                                            : ANY_VERSION);
        break;
    case IPIP_LINK_TRUNCATED:
        end(w, frame.captured < frame.wire ? IPIP_END_CUT : IPIP_END_BAD_SHIM);
        break;
    default:
        end(w, IPIP_END_NOT_IP);
    }
}

static void read_labels(const struct walk *w)
{
    struct ipip_bytes at = w->chain->inside;
    struct ipip_link link = {.frame = at};

    switch (ethertype_find_ip(&link, &at, IPIP_GRE_TYPE_MPLS)) {
    case IPIP_LINK_IP:
        if (add(w, IPIP_SHIM_MPLS, (uint32_t)(at.data - w->chain->inside.data)))
            announce(w, ANY_VERSION);
        break;
    case IPIP_LINK_TRUNCATED:
        end(w, at.captured < at.wire ? IPIP_END_CUT : IPIP_END_BAD_SHIM);
        break;
    default:
        end(w, IPIP_END_NOT_IP);
    }
}

static void read_mirrored(const struct walk *w, const struct ipip_gre *gre)
{
    struct ipip_erspan erspan;
    enum ipip_status status = ipip_erspan_read(&erspan, gre, w->chain->inside);

    if (status != IPIP_OK) {
        end_unread(w, status);
        return;
    }
    if (erspan.header_bytes > 0 && !add(w, IPIP_SHIM_ERSPAN, erspan.header_bytes))
        return;
    if (erspan.is_ip)
        announce(w, ANY_VERSION);
    else
        read_frame(w);
}

/* What GRE carries, by its type; the kinds of tunnel over IPv4 and over IPv6. */
static const struct gre_type {
    uint16_t type;
    uint8_t payload;
    uint8_t over_ipv4;
    uint8_t over_ipv6;
} gre_types[] = {
    {IPIP_GRE_TYPE_IPV4, IPIP_PAYLOAD_IPV4, IPIP_KIND_GRE, IPIP_KIND_GRE6},
    {IPIP_GRE_TYPE_IPV6, IPIP_PAYLOAD_IPV6, IPIP_KIND_GRE, IPIP_KIND_GRE6},
    {IPIP_GRE_TYPE_MPLS, IPIP_PAYLOAD_MPLS, IPIP_KIND_GRE, IPIP_KIND_GRE6},
    {IPIP_GRE_TYPE_MPLS_MULTICAST, IPIP_PAYLOAD_MPLS, IPIP_KIND_GRE, IPIP_KIND_GRE6},
    {IPIP_GRE_TYPE_ETHERNET, IPIP_PAYLOAD_ETHERNET, IPIP_KIND_GRETAP, IPIP_KIND_GRETAP6},
    {IPIP_GRE_TYPE_ERSPAN, IPIP_PAYLOAD_ETHERNET, IPIP_KIND_ERSPAN, IPIP_KIND_ERSPAN6},
    {IPIP_GRE_TYPE_ERSPAN_3, IPIP_PAYLOAD_ETHERNET, IPIP_KIND_ERSPAN, IPIP_KIND_ERSPAN6},
};

/* All others: what they carry is no IP packet. */
static const struct gre_type gre_other = {0, IPIP_PAYLOAD_OPAQUE, IPIP_KIND_GRE, IPIP_KIND_GRE6};

static const struct gre_type *gre_type_of(uint16_t type)
{
    for (size_t i = 0; i < sizeof gre_types / sizeof gre_types[0]; i++) {
        if (gre_types[i].type == type)
            return &gre_types[i];
    }
    return &gre_other;
}

static enum ipip_kind gre_kind(const struct walk *w, const struct gre_type *type)
{
    return (enum ipip_kind)(w->outer == IPIP_PAYLOAD_IPV4 ? type->over_ipv4 : type->over_ipv6);
}

static void read_gre_payload(const struct walk *w, const struct ipip_gre *gre, const struct gre_type *type)
{
    if (!add(w, IPIP_SHIM_GRE, gre->header_bytes))
        return;
    if (type->over_ipv4 == IPIP_KIND_ERSPAN)
        read_mirrored(w, gre);
    else if (type->payload == IPIP_PAYLOAD_ETHERNET)
        read_frame(w);
    else if (type->payload == IPIP_PAYLOAD_MPLS)
        read_labels(w);
    else if (type->payload == IPIP_PAYLOAD_OPAQUE)
        end(w, IPIP_END_NOT_IP);
    else
        announce(w, type->payload);
}

/* GRE behind UDP is of the kind that UDP's port announced. */
static void read_gre(const struct walk *w)
{
    struct ipip_gre gre = {.type = IPIP_GRE_TYPE_IPV4};
    enum ipip_status status = ipip_gre_read(&gre, w->chain->inside);
    const struct gre_type *type = gre_type_of(gre.type);
    bool is_pptp = (gre.flags & IPIP_GRE_VERSION) == 1 && gre.type == IPIP_GRE_TYPE_PPP;

    if (w->chain->kind == IPIP_KIND_NONE && !take_kind(w, is_pptp ? IPIP_KIND_PPTP : gre_kind(w, type)))
        return;
    if (status != IPIP_OK)
        end_unread(w, status);
    else if ((gre.flags & IPIP_GRE_VERSION) != 0)
        end(w, IPIP_END_BAD_SHIM);
    else
        read_gre_payload(w, &gre, type);
}

/* By the number that follows UDP or GUE: an IP header, or GRE. */
static void read_protocol(const struct walk *w, uint8_t protocol)
{
    switch (protocol) {
    case IPIP_PROTOCOL_IPIP:
        announce(w, IPIP_PAYLOAD_IPV4);
        break;
    case IPIP_PROTOCOL_IPV6:
        announce(w, IPIP_PAYLOAD_IPV6);
        break;
    case IPIP_PROTOCOL_GRE:
        read_gre(w);
        break;
    default:
        end(w, IPIP_END_NOT_IP);
    }
}

static void read_gue(const struct walk *w)
{
    struct ipip_gue gue;
    enum ipip_status status = ipip_gue_read(&gue, w->chain->inside);

    if (status != IPIP_OK)
        end_unread(w, status);
    else if (gue.variant == 1)
        announce(w, ANY_VERSION);
    else if (!add(w, IPIP_SHIM_GUE, gue.header_bytes))
        return;
    else if (gue.is_control)
        end(w, IPIP_END_NOT_IP);
    else
        read_protocol(w, gue.protocol);
}

/* What a port is declared for, else what it is registered for; of a kind that is to be read. */
static struct ipip_udp_tunnel tunnel_at_port(const struct ipip_kinds *kinds, uint16_t port)
{
    static const struct ipip_udp_tunnel registered[] = {
        {IPIP_UDP_PORT_GUE, IPIP_KIND_GUE, 0},
        {IPIP_UDP_PORT_GRE, IPIP_KIND_GRE_UDP, IPIP_PROTOCOL_GRE},
    };

    for (unsigned i = 0; i < kinds->udp_count && i < IPIP_UDP_TUNNELS_MAX; i++) {
        if (kinds->udp[i].port == port)
            return kinds->udp[i];
    }
    for (size_t i = 0; i < sizeof registered / sizeof registered[0]; i++) {
        if (registered[i].port == port)
            return registered[i];
    }
    return (struct ipip_udp_tunnel){0};
}

static void read_udp(const struct walk *w)
{
    struct ipip_chain *chain = w->chain;
    struct ipip_udp_tunnel tunnel;
    struct ipip_udp udp;
    enum ipip_status status = ipip_udp_read(&udp, chain->inside);

    if (status != IPIP_OK) {
        end(w, IPIP_END_PAYLOAD);
        return;
    }
    tunnel = tunnel_at_port(w->kinds, udp.destination);
    if (tunnel.kind == IPIP_KIND_NONE || !is_read(w->kinds, tunnel.kind)) {
        end(w, IPIP_END_PAYLOAD);
        return;
    }
    chain->kind = (uint8_t)tunnel.kind;
    if (udp.length != 0 && (udp.length < IPIP_UDP_HEADER || udp.length > chain->inside.wire)) {
        end(w, IPIP_END_BAD_SHIM);
        return;
    }
    if (udp.length != 0)
        chain->inside = ipip_bytes_first(chain->inside, udp.length);
    if (!add(w, IPIP_SHIM_UDP, IPIP_UDP_HEADER))
        return;
    if (tunnel.kind == IPIP_KIND_GUE)
        read_gue(w);
    else
        read_protocol(w, tunnel.kind == IPIP_KIND_GRE_UDP ? (uint8_t)IPIP_PROTOCOL_GRE : tunnel.protocol);
}

static void read_minimal(const struct walk *w)
{
    struct ipip_minimal minimal;
    enum ipip_status status = ipip_minimal_read(&minimal, w->chain->inside);

    if (status != IPIP_OK)
        end_unread(w, status);
    else if (add(w, IPIP_SHIM_MINIMAL, minimal.header_bytes))
        end(w, IPIP_END_FOLDED);
}

/* A kind that the protocol number announces: by its row. */
static void read_row(const struct walk *w, enum ipip_kind kind)
{
    const struct ipip_kind_about *row = ipip_kind_about(kind);

    if (!take_kind(w, kind))
        return;
    if (row->shims[0] == IPIP_SHIM_MINIMAL)
        read_minimal(w);
    else if (row->payload == IPIP_PAYLOAD_MPLS)
        read_labels(w);
    else if (row->payload == IPIP_PAYLOAD_OPAQUE)
        end(w, IPIP_END_OPAQUE);
    else
        announce(w, row->payload);
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
    if (chain->protocol == IPIP_PROTOCOL_UDP && (kinds->set & IPIP_KINDS_OVER_UDP) != 0)
        read_udp(&w);
    else if (chain->protocol == IPIP_PROTOCOL_GRE &&
             (kinds->set & (IPIP_KINDS_WITH_GRE | IPIP_KIND_BIT(IPIP_KIND_PPTP))) != 0)
        read_gre(&w);
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
