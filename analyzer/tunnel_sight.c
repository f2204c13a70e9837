/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_sight.h"

#include "ipip/erspan.h"
#include "ipip/gre.h"
#include "ipip/ipv6.h"
#include "ipip/udp.h"
#include "outcomes.h"

enum { LIMIT_HEADER = 8, NEXT_HEADER = 6 };

static struct ipip_bytes link_at(const struct ipip_chain_link *link, const struct ipip_layer *outer)
{
    return ipip_bytes_after(ipip_layer_payload(outer), link->offset);
}

/* What RFC 2473 section 4.1.1 has there, in a header of its own. */
static void read_extensions(struct tunnel_sight *s, const struct ipip_layer *outer, const struct ipip_layer *inner)
{
    uint32_t bytes = outer->ip.header_bytes - (uint32_t)IPIP_IPV6_HEADER;

    s->values.label = ipip_ipv6_flow_label(outer->bytes.data);
    if (bytes == 0) {
        s->limit = SIGHT_NO_LIMIT;
        return;
    }
    s->limit = ipip_ipv6_limit_offset(outer->bytes);
    if (bytes != LIMIT_HEADER || outer->bytes.data[NEXT_HEADER] != IPIP_PROTOCOL_DESTINATION_OPTIONS || s->limit == 0 ||
        s->limit >= outer->ip.header_bytes)
        s->reason = ROUNDTRIP_EXTENSION;
    else if (inner != NULL && inner->ip.version == 6 && ipip_ipv6_limit_offset(inner->bytes) != 0)
        s->limit = SIGHT_LIMIT_OF_INSIDE;
    else
        s->limit = outer->bytes.data[s->limit];
}

static void read_udp(struct tunnel_sight *s, struct ipip_bytes at)
{
    struct ipip_udp udp;

    if (ipip_udp_read(&udp, at) != IPIP_OK)
        return;
    s->port = udp.destination;
    s->values.source_port = udp.source;
    s->options |= udp.checksum != 0 ? SIGHT_UDP_CHECKSUM : 0;
    s->encap = IPIP_UDP_ENCAP_FOU;
}

static void read_gue(struct tunnel_sight *s, struct ipip_bytes at)
{
    struct ipip_gue gue;

    s->encap = IPIP_UDP_ENCAP_GUE;
    if (ipip_gue_read(&gue, at) != IPIP_OK || gue.header_bytes != IPIP_GUE_HEADER || gue.is_control)
        s->reason = ROUNDTRIP_GUE;
}

static void read_erspan(struct tunnel_sight *s, const struct ipip_gre *gre, struct ipip_bytes at)
{
    enum { BASE_3 = 12 };
    struct ipip_erspan erspan;

    if (ipip_erspan_read(&erspan, gre, at) != IPIP_OK)
        return;
    s->key = erspan.session;
    s->index = erspan.index;
    s->values.timestamp = erspan.timestamp;
    s->options |= (uint32_t)(erspan.type - 1) * SIGHT_ERSPAN_VERSION;
    s->options |=
        (uint32_t)erspan.direction * SIGHT_ERSPAN_DIRECTION + (uint32_t)erspan.hardware * SIGHT_ERSPAN_HARDWARE;
    if (erspan.is_cut || erspan.is_ip || erspan.header_bytes > BASE_3)
        s->reason = ROUNDTRIP_MIRROR;
}

static void read_gre(struct tunnel_sight *s, const struct ipip_layer *outer, const struct ipip_chain_link *link)
{
    struct ipip_gre gre;

    if (ipip_gre_read(&gre, link_at(link, outer)) != IPIP_OK)
        return;
    s->gre_type = gre.type;
    s->values.sequence = gre.sequence;
    s->options |= gre.flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_SEQUENCE);
    s->has_key = (gre.flags & IPIP_GRE_KEY) != 0;
    s->key = gre.key;
    if ((gre.flags & IPIP_GRE_ROUTING) != 0)
        s->reason = ROUNDTRIP_ROUTING;
    else if (gre.type == IPIP_GRE_TYPE_ERSPAN || gre.type == IPIP_GRE_TYPE_ERSPAN_3)
        read_erspan(s, &gre, ipip_bytes_after(link_at(link, outer), gre.header_bytes));
}

/* Behind UDP, as if UDP was not there. */
static enum ipip_kind kind_behind_udp(const struct tunnel_sight *s, const struct ipip_layer *outer,
                                      const struct ipip_layer *inner)
{
    bool is_over_ipv6 = outer->ip.version == 6;

    if (ipip_chain_find(&s->chain, IPIP_SHIM_GRE) == NULL) {
        if (inner != NULL && inner->ip.version == 6)
            return is_over_ipv6 ? IPIP_KIND_6IN6 : IPIP_KIND_6IN4;
        return is_over_ipv6 ? IPIP_KIND_4IN6 : IPIP_KIND_IPIP;
    }
    switch (s->gre_type) {
    case IPIP_GRE_TYPE_ETHERNET:
        return is_over_ipv6 ? IPIP_KIND_GRETAP6 : IPIP_KIND_GRETAP;
    case IPIP_GRE_TYPE_ERSPAN:
    case IPIP_GRE_TYPE_ERSPAN_3:
        return is_over_ipv6 ? IPIP_KIND_ERSPAN6 : IPIP_KIND_ERSPAN;
    default:
        return is_over_ipv6 ? IPIP_KIND_GRE6 : IPIP_KIND_GRE;
    }
}

void tunnel_sight_read(struct tunnel_sight *sight, const struct ipip_kinds *kinds, const struct ipip_layer *outer,
                       const struct ipip_layer *inner)
{
    const struct ipip_chain_link *link;

    *sight = (struct tunnel_sight){.kind = (enum ipip_kind)outer->kind, .values.id = (uint16_t)outer->ip.id};
    ipip_layer_chain(&sight->chain, kinds, outer);
    if (outer->ip.version == 6)
        read_extensions(sight, outer, inner);
    if ((link = ipip_chain_find(&sight->chain, IPIP_SHIM_UDP)) != NULL)
        read_udp(sight, link_at(link, outer));
    if ((link = ipip_chain_find(&sight->chain, IPIP_SHIM_GUE)) != NULL)
        read_gue(sight, link_at(link, outer));
    if ((link = ipip_chain_find(&sight->chain, IPIP_SHIM_GRE)) != NULL)
        read_gre(sight, outer, link);
    if (ipip_chain_find(&sight->chain, IPIP_SHIM_AH) != NULL)
        sight->reason = IPIP_NOT_A_TUNNEL;
    sight->kinds =
        IPIP_KIND_BIT(sight->encap != IPIP_UDP_ENCAP_NONE ? kind_behind_udp(sight, outer, inner) : sight->kind);
}
