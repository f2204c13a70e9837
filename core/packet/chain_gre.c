/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GRE, and what it carries beside IP packets: Ethernet frames, mirrored ones, MPLS. */
#include <stddef.h>

#include "ipip/erspan.h"
#include "ipip/gre.h"
#include "ipip/link.h"
#include "packet/chain_walk.h"
#include "wire/ethertype.h"

enum { LINKTYPE_ETHERNET = 1 };

static void read_frame(const struct walk *w)
{
    struct ipip_bytes frame = w->chain->inside;
    struct ipip_link link;

    switch (ipip_link_find_ip(&link, LINKTYPE_ETHERNET, frame)) {
    case IPIP_LINK_IP:
        if (!walk_add(w, IPIP_SHIM_ETHERNET, link.link_bytes))
            return;
        walk_announce(w, link.announced == IPIP_ANNOUNCED_IPV4   ? IPIP_PAYLOAD_IPV4
                         : link.announced == IPIP_ANNOUNCED_IPV6 ? IPIP_PAYLOAD_IPV6
                                                                 : CHAIN_ANY_VERSION);
        break;
    case IPIP_LINK_TRUNCATED:
        walk_end(w, frame.captured < frame.wire ? IPIP_END_CUT : IPIP_END_BAD_SHIM);
        break;
    default:
        walk_end(w, IPIP_END_NOT_IP);
    }
}

void walk_labels(const struct walk *w)
{
    struct ipip_bytes at = w->chain->inside;
    struct ipip_link link = {.frame = at};

    switch (ethertype_find_ip(&link, &at, IPIP_GRE_TYPE_MPLS)) {
    case IPIP_LINK_IP:
        if (walk_add(w, IPIP_SHIM_MPLS, (uint32_t)(at.data - w->chain->inside.data)))
            walk_announce(w, CHAIN_ANY_VERSION);
        break;
    case IPIP_LINK_TRUNCATED:
        walk_end(w, at.captured < at.wire ? IPIP_END_CUT : IPIP_END_BAD_SHIM);
        break;
    default:
        walk_end(w, IPIP_END_NOT_IP);
    }
}

static void read_mirrored(const struct walk *w, const struct ipip_gre *gre)
{
    struct ipip_erspan erspan;
    enum ipip_status status = ipip_erspan_read(&erspan, gre, w->chain->inside);

    if (status != IPIP_OK) {
        walk_end_unread(w, status);
        return;
    }
    if (erspan.header_bytes > 0 && !walk_add(w, IPIP_SHIM_ERSPAN, erspan.header_bytes))
        return;
    if (erspan.is_ip)
        walk_announce(w, CHAIN_ANY_VERSION);
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
    if (!walk_add(w, IPIP_SHIM_GRE, gre->header_bytes))
        return;
    if (type->over_ipv4 == IPIP_KIND_ERSPAN)
        read_mirrored(w, gre);
    else if (type->payload == IPIP_PAYLOAD_ETHERNET)
        read_frame(w);
    else if (type->payload == IPIP_PAYLOAD_MPLS)
        walk_labels(w);
    else if (type->payload == IPIP_PAYLOAD_OPAQUE)
        walk_end(w, IPIP_END_NOT_IP);
    else
        walk_announce(w, type->payload);
}

/* GRE behind UDP is of the kind that UDP's port announced. */
void walk_gre(const struct walk *w)
{
    struct ipip_gre gre = {.type = IPIP_GRE_TYPE_IPV4};
    enum ipip_status status = ipip_gre_read(&gre, w->chain->inside);
    const struct gre_type *type = gre_type_of(gre.type);
    bool is_pptp = (gre.flags & IPIP_GRE_VERSION) == 1 && gre.type == IPIP_GRE_TYPE_PPP;

    if (w->chain->kind == IPIP_KIND_NONE && !walk_take_kind(w, is_pptp ? IPIP_KIND_PPTP : gre_kind(w, type)))
        return;
    if (status != IPIP_OK)
        walk_end_unread(w, status);
    else if ((gre.flags & IPIP_GRE_VERSION) != 0)
        walk_end(w, IPIP_END_BAD_SHIM);
    else
        read_gre_payload(w, &gre, type);
}
