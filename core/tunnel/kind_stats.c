/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/kind_stats.h"

#include <stddef.h>

#include "ipip/erspan.h"
#include "ipip/ipv6.h"
#include "packet/tunnel_shims.h"
#include "tunnel/numbers.h"
#include "tunnel/path_flow.h"
#include "wire/octets.h"

/* One packet. */
struct seen {
    const struct ipip_layer *outer;
    const struct ipip_layer *inner; /* NULL: none */
    bool has_octets;                /* of `inner` */
    struct tunnel_shims shims;
};

static bool has_gre(const struct seen *p)
{
    return p->shims.gre_status == IPIP_OK;
}

static bool is_over_ipv6(const struct seen *p)
{
    return p->outer->ip.version == 6;
}

enum ipip_kind ipip_kind_behind_udp(const struct ipip_layer *outer, const struct ipip_layer *inner,
                                    const uint16_t *gre_type)
{
    bool is_ipv6 = outer->ip.version == 6;

    if (gre_type != NULL && *gre_type == IPIP_GRE_TYPE_ETHERNET)
        return is_ipv6 ? IPIP_KIND_GRETAP6 : IPIP_KIND_GRETAP;
    if (gre_type != NULL && (*gre_type == IPIP_GRE_TYPE_ERSPAN || *gre_type == IPIP_GRE_TYPE_ERSPAN_3))
        return is_ipv6 ? IPIP_KIND_ERSPAN6 : IPIP_KIND_ERSPAN;
    if (gre_type != NULL)
        return is_ipv6 ? IPIP_KIND_GRE6 : IPIP_KIND_GRE;
    if (inner == NULL)
        return IPIP_KIND_NONE;
    if (inner->ip.version == 6)
        return is_ipv6 ? IPIP_KIND_6IN6 : IPIP_KIND_6IN4;
    return is_ipv6 ? IPIP_KIND_4IN6 : IPIP_KIND_IPIP;
}

static enum ipip_kind kind_of(const struct seen *p)
{
    if (!tunnel_shims_have(&p->shims, IPIP_SHIM_UDP))
        return (enum ipip_kind)p->outer->kind;
    return ipip_kind_behind_udp(p->outer, p->inner, has_gre(p) ? &p->shims.gre.type : NULL);
}

static void add_gre(struct ipip_kind_stats *o, const struct seen *p)
{
    const struct ipip_gre *gre = &p->shims.gre;

    o->gre++;
    o->summed += (gre->flags & IPIP_GRE_CHECKSUM) != 0;
    if ((gre->flags & IPIP_GRE_KEY) != 0) {
        o->keyed++;
        numbers_add(&o->keys, gre->key);
    }
    if ((gre->flags & IPIP_GRE_SEQUENCE) != 0)
        sequence_add(&o->sequence, gre->sequence);
    numbers_add(&o->types, gre->type);
}

static void add_erspan(struct ipip_kind_stats *o, const struct seen *p)
{
    struct ipip_erspan erspan;
    struct ipip_bytes at = p->shims.at[IPIP_SHIM_GRE];

    if (ipip_erspan_read(&erspan, &p->shims.gre, ipip_bytes_after(at, p->shims.gre.header_bytes)) != IPIP_OK)
        return;
    o->erspan_types[erspan.type]++;
    numbers_add(&o->sessions, erspan.session);
    numbers_add(&o->indexes, erspan.type == 3 ? erspan.hardware : erspan.index);
    o->egress += erspan.direction;
}

static void add_udp(struct ipip_kind_stats *o, const struct seen *p)
{
    const struct ipip_udp *udp = &p->shims.udp;

    if (o->udp++ == 0)
        o->port_min = o->port_max = udp->source;
    o->port_min = udp->source < o->port_min ? udp->source : o->port_min;
    o->port_max = udp->source > o->port_max ? udp->source : o->port_max;
    o->udp_summed += udp->checksum != 0;
    o->remcsum += p->shims.gue_status == IPIP_OK && p->shims.gue.has_remcsum;
    numbers_add(&o->ports, udp->source);
    if (p->inner != NULL)
        flow_numbers_add(&o->port_flows, path_flow_tag(p->inner, p->has_octets), udp->source);
}

/* The limit of a packet; -1: it has none. */
static int limit_of(struct ipip_bytes packet)
{
    uint32_t offset = ipip_ipv6_limit_offset(packet);

    return offset != 0 ? packet.data[offset] : -1;
}

enum { OPTION_HEADER = 8 };

static void add_limit(struct ipip_kind_stats *o, const struct seen *p)
{
    bool is_ipv6_inside = p->inner != NULL && p->has_octets && p->inner->ip.version == 6;
    int inside = is_ipv6_inside ? limit_of(p->inner->bytes) : -1;
    int limit = limit_of(p->outer->bytes);
    unsigned usual = IPIP_IPV6_HEADER + (limit < 0 ? 0 : OPTION_HEADER);

    o->extended += p->outer->ip.header_bytes > usual;
    if (limit < 0)
        return;
    o->limited++;
    if (inside > 0 && limit == inside - 1)
        o->nested++;
    else
        numbers_add(&o->limits, (uint32_t)limit);
}

static void add_label(struct ipip_kind_stats *o, const struct seen *p)
{
    uint32_t label = ipip_ipv6_flow_label(p->outer->bytes.data);

    numbers_add(&o->labels, label);
    if (p->inner == NULL)
        return;
    flow_numbers_add(&o->label_flows, path_flow_tag(p->inner, p->has_octets), label);
    if (p->inner->ip.version == 6 && p->has_octets) {
        uint32_t inside = ipip_ipv6_flow_label(p->inner->bytes.data);

        numbers_add(&o->inner_labels, inside);
        o->labels_inner += inside != 0 && inside == label;
    }
}

static void add_esp(struct ipip_kind_stats *o, const struct seen *p)
{
    enum { SEQUENCE = 4, HEADER = 8 };
    struct ipip_bytes at = tunnel_shims_opaque(&p->shims);

    if (at.captured < HEADER)
        return;
    numbers_add(&o->spis, wire_get32(at.data));
    sequence_add(&o->sequence, wire_get32(at.data + SEQUENCE));
}

static void add_6in4(struct ipip_kind_stats *o, const struct seen *p)
{
    const struct ipip_ip *ip = &p->inner->ip;
    enum ipip_sub_kind kind = ipip_sub_kind_of(ip);
    struct ipip_addr embedded;

    if (o->over_ipv6 == 0) {
        o->inner_src.first = ip->src.high;
        o->inner_dst.first = ip->dst.high;
    }
    o->inner_src.varies |= ip->src.high ^ o->inner_src.first;
    o->inner_dst.varies |= ip->dst.high ^ o->inner_dst.first;
    o->sub_kinds[kind]++;
    o->embedded += ipip_sub_kind_embedded(kind, ip->dst, &embedded) && ipip_address_equal(embedded, p->outer->ip.dst);
}

/* All octets from the outer header to what is inside. */
static uint32_t overhead_of(const struct seen *p)
{
    return p->outer->ip.header_bytes + p->shims.chain.bytes;
}

void ipip_kind_stats_add(struct ipip_kind_stats *stats, const struct ipip_kinds *kinds, const struct ipip_layer *outer,
                         const struct ipip_layer *inner, bool has_octets)
{
    struct seen p = {.outer = outer, .inner = inner, .has_octets = has_octets};

    tunnel_shims_read(&p.shims, kinds, outer);
    if (has_gre(&p))
        add_gre(stats, &p);
    if (has_gre(&p) && (outer->kind == IPIP_KIND_ERSPAN || outer->kind == IPIP_KIND_ERSPAN6))
        add_erspan(stats, &p);
    if (tunnel_shims_have(&p.shims, IPIP_SHIM_UDP))
        add_udp(stats, &p);
    if (is_over_ipv6(&p)) {
        add_limit(stats, &p);
        add_label(stats, &p);
    }
    if (outer->kind == IPIP_KIND_ESP)
        add_esp(stats, &p);
    if (outer->kind == IPIP_KIND_6IN4 && inner != NULL && inner->ip.version == 6)
        add_6in4(stats, &p);
    numbers_add(&stats->overheads, overhead_of(&p));
    stats->as_kinds |= IPIP_KIND_BIT(kind_of(&p)) & ~IPIP_KIND_BIT(IPIP_KIND_NONE);
    stats->over_ipv6 += inner != NULL && inner->ip.version == 6;
    if (inner == NULL) {
        stats->opaque++;
        stats->opaque_tos = outer->ip.tclass & ~3;
    }
    stats->packets++;
}
