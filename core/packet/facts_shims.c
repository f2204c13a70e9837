/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of what lies between an outer IP header and what it tunnels. */
#include "ipip/erspan.h"
#include "ipip/minimal.h"
#include "packet/facts.h"
#include "packet/ipsec.h"
#include "packet/shim_sum.h"
#include "packet/tunnel_shims.h"
#include "wire/octets.h"

enum {
    GRE_FIELDS = IPIP_GRE_CHECKSUM | IPIP_GRE_KEY | IPIP_GRE_SEQUENCE, /* flags that say what the header holds */
    GRE_LEAST = 12, /* octets of header and payload: no IP packet is smaller, and Linux takes no less */
    DYNAMIC_PORTS = 49152,
};

/* Of what is captured of the header, unless it is too short for its flags. */
static uint64_t context_of_gre(const struct tunnel_shims *shims)
{
    struct ipip_bytes at = shims->at[IPIP_SHIM_GRE];
    unsigned flags = at.captured >= 2 && shims->gre_status != IPIP_MALFORMED ? wire_get16(at.data) : 0;
    uint64_t context = FACT_GRE;

    if ((flags & IPIP_GRE_CHECKSUM) != 0)
        context |= FACT_GRE_CHECKSUM;
    if ((flags & IPIP_GRE_SEQUENCE) != 0)
        context |= FACT_GRE_SEQUENCE;
    return context;
}

static bool is_usual_type(uint16_t type)
{
    return type == IPIP_GRE_TYPE_IPV4 || type == IPIP_GRE_TYPE_IPV6 || type == IPIP_GRE_TYPE_ETHERNET;
}

/* An ERSPAN header of type II or III, as mirrors write it, around a whole frame. */
static bool is_usual_mirror(const struct tunnel_shims *shims)
{
    struct ipip_erspan erspan;

    return tunnel_shims_have(shims, IPIP_SHIM_ERSPAN) && tunnel_shims_have(shims, IPIP_SHIM_ETHERNET) &&
           ipip_erspan_read(&erspan, &shims->gre, shims->at[IPIP_SHIM_ERSPAN]) == IPIP_OK && !erspan.is_cut;
}

static struct facts facts_of_gre(const struct tunnel_shims *shims)
{
    struct facts facts = {context_of_gre(shims), 0};
    const struct ipip_gre *gre = &shims->gre;

    if (shims->gre_status != IPIP_OK || (gre->flags & ~(unsigned)GRE_FIELDS) != 0 ||
        !(is_usual_type(gre->type) || is_usual_mirror(shims)) || gre->reserved != 0 ||
        shims->at[IPIP_SHIM_GRE].wire < GRE_LEAST)
        facts.triggers |= TRIGGER_SHIM_ODD;
    if ((gre->flags & IPIP_GRE_CHECKSUM) != 0 && shim_sum_of_gre(shims) != SHIM_SUM_RIGHT)
        facts.triggers |= TRIGGER_SHIM_SUM;
    return facts;
}

static uint64_t triggers_of_udp(const struct tunnel_shims *shims, const struct ipip_layer *layer)
{
    const struct ipip_udp *udp = &shims->udp;
    uint64_t triggers = 0;

    if (udp->length != shims->at[IPIP_SHIM_UDP].wire)
        triggers |= TRIGGER_SHIM_ODD;
    if (shim_sum_of_udp(shims, layer) != SHIM_SUM_RIGHT)
        triggers |= TRIGGER_SHIM_SUM;
    if (shims->chain.kind == IPIP_KIND_GRE_UDP && udp->source < DYNAMIC_PORTS)
        triggers |= TRIGGER_LOW_PORT;
    return triggers;
}

static uint64_t triggers_of_gue(const struct tunnel_shims *shims)
{
    const struct ipip_gue *gue = &shims->gue;
    bool is_odd = shims->gue_status != IPIP_OK || gue->is_control || gue->flags != 0;

    return is_odd ? TRIGGER_SHIM_ODD : 0;
}

static uint64_t triggers_of_minimal(const struct tunnel_shims *shims, const struct ipip_ip *outer)
{
    struct ipip_bytes at = shims->at[IPIP_SHIM_MINIMAL];
    struct ipip_minimal minimal;
    bool is_odd = ipip_minimal_read(&minimal, at) != IPIP_OK || minimal.reserved != 0 ||
                  minimal.protocol == IPIP_PROTOCOL_MINIMAL || ipip_address_equal(minimal.destination, outer->dst);

    if (!is_odd && minimal.has_source)
        is_odd = ipip_address_equal(minimal.source, outer->src) || ipip_address_equal(minimal.source, outer->dst);
    return is_odd || !sum_is_right(sum_of(at.data, minimal.header_bytes)) ? TRIGGER_SHIM_ODD : 0;
}

/* Of what is in clear in front of what is encrypted or compressed, or is not encrypted after all. */
static struct facts facts_of_opaque(const struct tunnel_shims *shims)
{
    enum { FLAGS = 1 };
    struct ipip_bytes at = tunnel_shims_opaque(shims);
    bool is_esp = shims->chain.kind == IPIP_KIND_ESP;
    uint32_t least = is_esp ? (uint32_t)IPSEC_ESP_HEADER : (uint32_t)IPSEC_IPCOMP_HEADER;
    struct facts facts = {0, tunnel_shims_have(shims, IPIP_SHIM_ESP) ? 0 : is_esp ? TRIGGER_ESP : TRIGGER_ENDED};
    struct ipsec_numbers numbers;

    if (at.captured < least && at.captured < at.wire)
        facts.context |= FACT_SHIM_CUT;
    else if (at.captured < least ||
             (is_esp ? ipsec_esp_read(&numbers, at) && numbers.spi < IPSEC_SPI_RESERVED : at.data[FLAGS] != 0))
        facts.triggers |= TRIGGER_SHIM_ODD;
    return facts;
}

__attribute__((noinline)) struct facts facts_of_shims(const struct ipip_kinds *kinds, const struct ipip_layer *layer)
{
    struct tunnel_shims shims;
    struct facts facts = {0, 0};

    if (layer->ip.fragment_offset != 0)
        return (struct facts){layer->kind == IPIP_KIND_ESP || layer->kind == IPIP_KIND_IPCOMP ? FACT_INNER_UNSEEN : 0,
                              0};
    tunnel_shims_read(&shims, kinds, layer);
    if (shims.chain.end == IPIP_END_CUT)
        facts.context |= FACT_SHIM_CUT;
    else if (shims.chain.end == IPIP_END_BAD_SHIM)
        facts.triggers |= TRIGGER_SHIM_ODD;
    else if (shims.chain.end == IPIP_END_NOT_IP)
        facts.triggers |= TRIGGER_ENDED;
    if (tunnel_shims_have(&shims, IPIP_SHIM_GRE))
        facts = facts_of_both(facts, facts_of_gre(&shims));
    if (tunnel_shims_have(&shims, IPIP_SHIM_UDP))
        facts.triggers |= triggers_of_udp(&shims, layer);
    if (tunnel_shims_have(&shims, IPIP_SHIM_GUE))
        facts.triggers |= triggers_of_gue(&shims);
    if (tunnel_shims_have(&shims, IPIP_SHIM_MINIMAL))
        facts.triggers |= triggers_of_minimal(&shims, &layer->ip);
    if (shims.chain.end == IPIP_END_OPAQUE || tunnel_shims_have(&shims, IPIP_SHIM_ESP))
        facts = facts_of_both(facts, facts_of_opaque(&shims));
    if (tunnel_shims_have(&shims, IPIP_SHIM_AH)) {
        facts.context |= FACT_SHIM;
        facts.triggers |= TRIGGER_SHIM;
    }
    return facts;
}

struct facts facts_between(const struct ipip_kinds *kinds, const struct ipip_layer *outer,
                           const struct ipip_layer *inner)
{
    const struct ipip_ip *ipv6 = inner != NULL && facts_is_ipv6(inner) ? &inner->ip : NULL;
    struct facts facts = facts_of_shims(kinds, outer);

    if (inner != NULL) {
        facts.context |= facts_is_ipv6(inner) ? FACT_INNER_IPV6 : 0;
        if (ipip_address_equal(inner->ip.dst, outer->ip.src))
            facts.triggers |= TRIGGER_DST_IS_ENTRY;
        if (ipv6 != NULL && facts_is_ipv6(outer) && (ipv6->flags & IPIP_IP_OPTIONS) != 0)
            facts = facts_of_both(facts, (struct facts){FACT_INNER_OPTIONS, TRIGGER_INNER_OPTIONS});
    }
    if (outer->kind == IPIP_KIND_6IN4)
        facts = facts_of_both(facts, facts_of_6in4(&outer->ip, ipv6));
    return facts;
}
