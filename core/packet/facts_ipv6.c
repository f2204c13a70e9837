/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of an IPv6 header (RFC 8200), extension headers included. */
#include <string.h>

#include "ipip/ipv6.h"
#include "packet/facts.h"
#include "wire/embedded.h"

enum {
    FRAGMENT_UNIT = 8,
    PAYLOAD_MAX = 65535, /* of a whole datagram, that its fragments may not exceed */
};

uint64_t facts_ipv6_validity(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];

    return k == 0 && layer->bytes.wire < layer->ip.total_bytes ? FACT_TOTAL_LONG : FACT_WELL_FORMED;
}

/* Behind the Fragment header of the piece. */
static uint32_t fragment_payload(const struct ipip_ip *ip)
{
    return ip->total_bytes > ip->header_bytes ? ip->total_bytes - ip->header_bytes : 0;
}

static uint64_t fragment_triggers(const struct ipip_layer *layer)
{
    const struct ipip_ip *ip = &layer->ip;
    uint64_t triggers = TRIGGER_FRAGMENT;

    if (ipip_ip_mf(ip) && fragment_payload(ip) % FRAGMENT_UNIT != 0)
        triggers |= TRIGGER_MISALIGNED;
    if (ip->fragment_offset + fragment_payload(ip) > PAYLOAD_MAX)
        triggers |= TRIGGER_OVERFLOW;
    if (layer->kind != IPIP_KIND_NONE && ip->fragment_offset == 0 &&
        fragment_payload(ip) < facts_first_fragment_min(layer))
        triggers |= TRIGGER_TINY;
    return triggers;
}

static bool is_of_ipv4(struct ipip_addr address)
{
    return embedded_is_mapped(address) || embedded_is_compatible(address);
}

uint64_t facts_ipv6_triggers(const struct ipip_layer *layer)
{
    const struct ipip_ip *ip = &layer->ip;
    uint64_t triggers = 0;

    if ((ip->flags & IPIP_IP_OPTIONS) != 0)
        triggers |= TRIGGER_OPTIONS;
    if (ipip_ip_is_fragment(ip))
        triggers |= fragment_triggers(layer);
    if (is_of_ipv4(ip->src) || is_of_ipv4(ip->dst))
        triggers |= TRIGGER_MAPPED;
    return triggers;
}

bool facts_ipv6_has_limit_only(const struct ipip_layer *layer)
{
    enum { LIMIT = 4 };
    static const uint8_t usual[] = {0, 4, 1, LIMIT, 1, 1, 0}; /* behind the next header */
    const uint8_t *at = layer->bytes.data + IPIP_IPV6_HEADER;

    return layer->kind != IPIP_KIND_NONE && layer->bytes.data[6] == IPIP_PROTOCOL_DESTINATION_OPTIONS &&
           layer->ip.header_bytes == IPIP_IPV6_HEADER + 1 + sizeof usual &&
           layer->bytes.captured >= layer->ip.header_bytes && layer->ip.protocol == at[0] &&
           ipip_kind_of_protocol(IPIP_PAYLOAD_IPV6, at[0]) != IPIP_KIND_NONE &&
           memcmp(at + 1, usual, sizeof usual) == 0;
}
