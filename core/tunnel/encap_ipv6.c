/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outer IPv6 header, and the tunnel encapsulation limit (RFC 2473 sections 4.1.1 and 6). */
#include "tunnel/encap_kinds.h"

#include "tunnel/entering.h"
#include "tunnel/fit.h"
#include "tunnel/shims.h"

enum {
    LIMIT_HEADER = 8,
    LABEL = 0xfffff,
    DESTINATION = 60,
    OPTION_PADN = 1,
    NO_LIMIT = -1,
};

/* The limit that the outer header gets. */
static enum ipip_status limit_outside(int *limit, const struct ipip_tunnel *tunnel, const struct entering *in)
{
    uint32_t inside = in->ip.version == 6 ? ipip_ipv6_limit_offset(in->at) : 0;

    *limit = tunnel->has_limit ? tunnel->limit : NO_LIMIT;
    if (inside == 0)
        return IPIP_OK;
    *limit = in->at.data[inside] - 1;
    return *limit >= 0 ? IPIP_OK : IPIP_LIMIT_REACHED;
}

static uint32_t label_of(const struct ipip_tunnel *tunnel, const struct ipip_encap_values *values, uint32_t inside)
{
    if (tunnel->label_policy == IPIP_LABEL_FIXED)
        return tunnel->label & LABEL;
    return (tunnel->label_policy == IPIP_LABEL_INHERIT && inside != 0 ? inside : values->label) & LABEL;
}

/* Linux' gre6 knows no ECN of its own: `tclass` goes out as it is. */
static uint8_t class_of(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind, const struct ipip_ip *ip)
{
    bool is_whole = kind->shims[0] == IPIP_SHIM_GRE && tunnel->ecn == IPIP_ECN_COMPATIBILITY && !tunnel->tos_inherit;

    return is_whole ? tunnel->tos : entering_tclass(tunnel, ip);
}

static uint8_t *put_address(uint8_t *at, struct ipip_addr address)
{
    ipip_address_octets(at, address);
    return at + IPIP_ADDRESS_OCTETS;
}

/* One option, padded to 8 octets, in a header of its own. */
static void put_limit(uint8_t *at, uint8_t protocol, int limit)
{
    const uint8_t header[LIMIT_HEADER] = {protocol, 0, IPIP_IPV6_OPTION_LIMIT, 1, (uint8_t)limit, OPTION_PADN, 1, 0};

    memcpy(at, header, sizeof header);
}

__attribute__((noinline)) enum ipip_status encap_in_ipv6(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                                                         const struct ipip_tunnel *tunnel,
                                                         const struct ipip_encap_values *values,
                                                         const struct ipip_kind_about *kind, enum ipip_payload type,
                                                         struct ipip_bytes inner)
{
    struct entering in = entering_read(type, inner);
    uint8_t protocol = shims_protocol(tunnel, kind);
    uint32_t wire = inner.wire;
    int limit = NO_LIMIT;
    enum ipip_status status = in.status;
    uint32_t extension, overhead, rewritten;
    uint8_t *at = head;
    uint8_t ttl;

    if (status == IPIP_OK)
        status = entering_admit(tunnel, type, &in.ip);
    if (status == IPIP_OK)
        status = limit_outside(&limit, tunnel, &in);
    if (status != IPIP_OK)
        return status;
    extension = limit != NO_LIMIT ? LIMIT_HEADER : 0;
    overhead = IPIP_IPV6_HEADER + extension + shims_bytes(tunnel, kind);
    if (inner.wire > IPIP_IPV6_PAYLOAD_MAX - (overhead - IPIP_IPV6_HEADER))
        return IPIP_TOO_LARGE;
    if (shims_may_cut(kind) && tunnel->mtu > overhead)
        inner = ipip_bytes_first(inner, tunnel->mtu - overhead);
    status = fit_in_ipv6(&(struct fit){tunnel, kind, type, in.ip.version, entering_df(&in.ip), overhead, inner.wire});
    if (status != IPIP_OK)
        return status;
    if (inner.captured < inner.wire && shims_have_checksum(tunnel, kind))
        return IPIP_TRUNCATED;
    rewritten = entering_rewritten(tunnel, type, &in.ip);
    if (head_capacity < overhead + rewritten)
        return IPIP_NO_SPACE;

    ttl = (uint8_t)(in.ip.ttl - (rewritten > 0 ? 1 : 0));
    at = wire_put32(at, UINT32_C(6) << 28 | (uint32_t)class_of(tunnel, kind, &in.ip) << 20 |
                            label_of(tunnel, values, in.label));
    at = wire_put16(at, (uint16_t)(overhead - IPIP_IPV6_HEADER + inner.wire));
    *at++ = extension > 0 ? DESTINATION : protocol;
    *at++ = tunnel->ttl != 0 ? tunnel->ttl : ttl;
    at = put_address(put_address(at, tunnel->local), tunnel->remote);
    if (extension > 0)
        put_limit(at, protocol, limit);
    if (rewritten > 0)
        entering_decrement_ttl(head + overhead, inner.data, rewritten);
    out->head_bytes = overhead + rewritten;
    out->rest = ipip_bytes_after(inner, rewritten);
    shims_put(&(struct shims){tunnel, values, kind, type, in.ip.tclass, inner.wire < wire, tunnel->remote,
                              head + overhead, head + out->head_bytes, out->rest});
    return IPIP_OK;
}
