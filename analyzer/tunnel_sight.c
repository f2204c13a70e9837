/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_sight.h"

#include "ipip/erspan.h"
#include "ipip/gre.h"
#include "ipip/ipv6.h"
#include "ipip/kind_stats.h"
#include "ipip/udp.h"
#include "outcomes.h"

enum { LIMIT_HEADER = 8, NEXT_HEADER = 6 };

static struct ipip_bytes link_at(const struct ipip_chain_link *link, const struct ipip_layer *outer)
{
    return ipip_bytes_after(ipip_layer_payload(outer), link->offset);
}

/* What RFC 2473 section 4.1.1 has there, in a header of its own. */
static void read_extensions(struct tunnel_sight *s, const struct ipip_layer *outer)
{
    uint32_t bytes = outer->ip.header_bytes - (uint32_t)IPIP_IPV6_HEADER;
    uint32_t limit = ipip_ipv6_limit_offset(outer->bytes);

    s->values.label = ipip_ipv6_flow_label(outer->bytes.data);
    if (bytes > 0 && (bytes != LIMIT_HEADER || outer->bytes.data[NEXT_HEADER] != IPIP_PROTOCOL_DESTINATION_OPTIONS ||
                      limit == 0 || limit >= outer->ip.header_bytes))
        s->reason = ROUNDTRIP_EXTENSION;
}

static void read_udp(struct tunnel_sight *s, struct ipip_bytes at)
{
    struct ipip_udp udp;

    if (ipip_udp_read(&udp, at) != IPIP_OK)
        return;
    s->values.source_port = udp.source;
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
    s->direction.discriminator = ipip_discriminator(true, erspan.session, 0);
    s->values.timestamp = erspan.timestamp;
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
    if ((gre.flags & IPIP_GRE_ROUTING) != 0)
        s->reason = ROUNDTRIP_ROUTING;
    else if (gre.type == IPIP_GRE_TYPE_ERSPAN || gre.type == IPIP_GRE_TYPE_ERSPAN_3)
        read_erspan(s, &gre, ipip_bytes_after(link_at(link, outer), gre.header_bytes));
}

void tunnel_sight_read(struct tunnel_sight *sight, const struct ipip_kinds *kinds, const struct ipip_layer *outer,
                       const struct ipip_layer *inner)
{
    const struct ipip_chain_link *link;
    gboolean has_gre;

    *sight =
        (struct tunnel_sight){.direction = ipip_tunnel_direction_of(kinds, outer), .values.id = (uint16_t)outer->ip.id};
    ipip_layer_chain(&sight->chain, kinds, outer);
    if (outer->ip.version == 6)
        read_extensions(sight, outer);
    if ((link = ipip_chain_find(&sight->chain, IPIP_SHIM_UDP)) != NULL)
        read_udp(sight, link_at(link, outer));
    if ((link = ipip_chain_find(&sight->chain, IPIP_SHIM_GUE)) != NULL)
        read_gue(sight, link_at(link, outer));
    has_gre = (link = ipip_chain_find(&sight->chain, IPIP_SHIM_GRE)) != NULL;
    if (has_gre)
        read_gre(sight, outer, link);
    if (ipip_chain_find(&sight->chain, IPIP_SHIM_AH) != NULL)
        sight->reason = IPIP_NOT_A_TUNNEL;
    sight->kinds = IPIP_KIND_BIT(sight->encap != IPIP_UDP_ENCAP_NONE
                                     ? ipip_kind_behind_udp(outer, inner, has_gre ? &sight->gre_type : NULL)
                                     : sight->direction.kind);
}
