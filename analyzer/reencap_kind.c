/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reencap_kind.h"

#include <string.h>

#include "ipip/gre.h"
#include "ipip/ipv6.h"
#include "outcomes.h"

enum {
    LIMIT_HEADER = 8,
    IPV4_TCLASS = 1,
    ERSPAN_VLAN = 0x0fff, /* in the first two octets */
    ERSPAN_TAG =
        0xf800, /* in the next two: class of service, and how the frame was tagged or whether its length is bad */
};

/* What is to be encapsulated again. */
struct carried {
    enum ipip_payload type;
    struct ipip_bytes bytes;
    gboolean is_unknown; /* of a type that is neither IP nor a frame: octets */
};

/* Octets that GRE carries and nothing can be said of go through as a label stack would. */
static unsigned take_out(struct carried *carried, const struct ipip_kinds *kinds, const struct ipip_stack *stack,
                         unsigned k, const struct tunnel_sight *sight)
{
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct ipip_rewrite rewrite = {0};
    enum ipip_status status =
        ipip_decap(&rewrite, &carried->type, head, sizeof head, stack, kinds, k + 1, IPIP_ECN_DECAP_NONE);

    carried->is_unknown = status == IPIP_NOT_IP && ipip_chain_find(&sight->chain, IPIP_SHIM_GRE) != NULL;
    carried->bytes = rewrite.rest;
    if (carried->is_unknown) {
        carried->type = IPIP_PAYLOAD_MPLS;
        carried->bytes = sight->chain.inside;
    } else if (status != IPIP_OK) {
        return status;
    }
    return carried->bytes.captured < carried->bytes.wire ? IPIP_TRUNCATED : IPIP_OK;
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Changes two octets behind the GRE header at `gre`, or of it, and its checksum with them. */
static void patch(uint8_t *gre, uint8_t *at, uint16_t value)
{
    if ((get16(gre) & IPIP_GRE_CHECKSUM) != 0)
        put16(gre + 4, ipip_checksum_update(get16(gre + 4), get16(at), value));
    put16(at, value);
}

/* Takes over these bits of two octets. TRUE where they were others. */
static gboolean take_bits(uint8_t *gre, uint8_t *at, const uint8_t *found, unsigned bits)
{
    if (((get16(at) ^ get16(found)) & bits) == 0)
        return FALSE;
    patch(gre, at, (uint16_t)((get16(at) & ~bits) | (get16(found) & bits)));
    return TRUE;
}

/* What of GRE and ERSPAN is the packet's own. A mirror notes the tag that the frame had, and has lost. */
static void take_over(struct reencap_kind *result, uint32_t head_bytes, uint32_t chain_at,
                      const struct ipip_layer *outer, const struct tunnel_sight *sight)
{
    const struct ipip_chain_link *gre_link = ipip_chain_find(&sight->chain, IPIP_SHIM_GRE);
    const struct ipip_chain_link *mirror = ipip_chain_find(&sight->chain, IPIP_SHIM_ERSPAN);
    uint8_t *gre;

    if (gre_link == NULL || chain_at + gre_link->offset + 4U > head_bytes)
        return;
    gre = result->expected + chain_at + gre_link->offset;
    if (get16(gre + 2) == IPIP_GRE_TYPE_MPLS && sight->gre_type != IPIP_GRE_TYPE_MPLS) {
        patch(gre, gre + 2, sight->gre_type);
        result->taken |= ROUNDTRIP_TOOK_GRE_TYPE;
    }
    if (mirror != NULL && chain_at + mirror->offset + mirror->bytes == head_bytes) {
        uint8_t *at = result->expected + chain_at + mirror->offset;
        const uint8_t *found = ipip_layer_payload(outer).data + mirror->offset;
        gboolean has_vlan = take_bits(gre, at, found, ERSPAN_VLAN);

        if (take_bits(gre, at + 2, found + 2, ERSPAN_TAG) || has_vlan)
            result->taken |= ROUNDTRIP_TOOK_TAG;
    }
}

/* A router may set CE on what is ECN-capable: then the header is right with it. */
static gboolean mark_ce(uint8_t *header, const struct ipip_ip *actual)
{
    unsigned shift = header[0] >> 4 == 6 ? 4 : 0;
    unsigned ecn = header[IPV4_TCLASS] >> shift & 3;
    uint16_t before = get16(header);

    if (ipip_ip_ecn(actual) != IPIP_CE || (ecn != IPIP_ECT0 && ecn != IPIP_ECT1))
        return FALSE;
    header[IPV4_TCLASS] |= (uint8_t)(IPIP_CE << shift);
    if (shift == 0)
        put16(header + 10, ipip_checksum_update(get16(header + 10), before, get16(header)));
    return TRUE;
}

static uint32_t header_bytes_of(const uint8_t *header)
{
    enum { NEXT_HEADER = 6 };

    if (header[0] >> 4 == 4)
        return (header[0] & 15) * 4U;
    return IPIP_IPV6_HEADER + (header[NEXT_HEADER] == IPIP_PROTOCOL_DESTINATION_OPTIONS ? LIMIT_HEADER : 0);
}

/* The configuration; an inherited TTL as it is where the packet was captured. */
static struct ipip_tunnel configure(struct reencap_kind *result, const struct tunnel_sight *sight,
                                    const struct reencap_tunnel *tunnel, const struct ipip_layer *inner)
{
    struct ipip_tunnel here;

    result->tunnel = tunnel->tunnel;
    result->tunnel.kinds = sight->kinds;
    result->tunnel.encap = sight->encap;
    here = result->tunnel;
    if (here.ttl == 0 && inner != NULL && inner->ip.ttl > tunnel->hops)
        here.ttl = (uint8_t)(inner->ip.ttl - tunnel->hops);
    if (here.label_policy == IPIP_LABEL_AUTO && !ipip_address_is_ipv4(here.local))
        result->taken |= ROUNDTRIP_TOOK_LABEL;
    return here;
}

void reencap_kind(struct reencap_kind *result, const struct ipip_kinds *kinds, const struct ipip_stack *stack,
                  unsigned k, const struct tunnel_sight *sight, const struct reencap_tunnel *tunnel)
{
    const struct ipip_layer *outer = &stack->layers[k];
    const struct ipip_layer *inner = k + 1 < stack->count ? outer + 1 : NULL;
    struct ipip_rewrite rewrite = {0};
    struct tunnel_headers expected, actual;
    struct ipip_tunnel here;
    struct ipip_bytes behind;
    struct carried carried = {0};

    result->is_ce_marked = result->is_payload_different = FALSE;
    result->taken = 0;
    result->differences.count = result->differences.in_header = 0;
    result->reason = sight->reason != IPIP_OK ? sight->reason : take_out(&carried, kinds, stack, k, sight);
    if (result->reason != IPIP_OK)
        return;
    here = configure(result, sight, tunnel, inner);
    result->reason = ipip_encap(&rewrite, result->expected, sizeof result->expected, &here, &sight->values,
                                carried.type, carried.bytes);
    if (result->reason != IPIP_OK)
        return;
    expected = (struct tunnel_headers){result->expected, rewrite.head_bytes, header_bytes_of(result->expected)};
    result->is_ce_marked = mark_ce(result->expected, &outer->ip);
    take_over(result, expected.bytes, expected.header_bytes, outer, sight);
    if (inner != NULL && (carried.type == IPIP_PAYLOAD_IPV4 || carried.type == IPIP_PAYLOAD_IPV6) &&
        inner->ip.total_bytes != 0 && inner->ip.total_bytes < carried.bytes.wire)
        result->taken |= ROUNDTRIP_TOOK_PADDING;

    actual = (struct tunnel_headers){outer->bytes.data, 0, outer->ip.header_bytes};
    behind = ipip_layer_payload(outer);
    if (ipip_chain_find(&sight->chain, IPIP_SHIM_MINIMAL) != NULL)
        behind = sight->chain.inside;
    else
        behind = ipip_bytes_after(behind, (uint32_t)(carried.bytes.data - behind.data));
    actual.bytes = (uint32_t)(behind.data - actual.data);
    result->is_payload_different =
        rewrite.rest.captured > behind.captured || memcmp(rewrite.rest.data, behind.data, rewrite.rest.captured) != 0;
    field_differences_find(&result->differences, &expected, &actual, &sight->chain);
}
