/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Minimal encapsulation (RFC 2004): what the outer header replaces of the inner one stands in a short header behind it. */
#include "tunnel/encap_kinds.h"

#include <string.h>

#include "tunnel/entering.h"

enum { SHORT = 8, WITH_SOURCE = 12, HAS_SOURCE = 0x80 };

static void put_forwarding_header(uint8_t *at, const struct ipip_ip *ip, uint32_t bytes)
{
    at[0] = ip->protocol;
    at[1] = bytes == WITH_SOURCE ? HAS_SOURCE : 0;
    wire_put16(at + 2, 0);
    wire_put32(at + 4, (uint32_t)ip->dst.low);
    if (bytes == WITH_SOURCE)
        wire_put32(at + 8, (uint32_t)ip->src.low);
    wire_put16(at + 2, ipip_checksum(at, bytes));
}

__attribute__((noinline)) enum ipip_status encap_minimal(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                                                         const struct ipip_tunnel *tunnel, struct ipip_bytes inner)
{
    struct ipip_ip ip;
    struct ipip_ip outer;
    enum ipip_status status = entering_read_ipv4(&ip, inner);
    uint32_t bytes;

    if (status == IPIP_OK)
        status = entering_admit(tunnel, IPIP_PAYLOAD_IPV4, &ip);
    if (status != IPIP_OK)
        return status;
    if (ipip_ip_is_fragment(&ip))
        return IPIP_FRAGMENT;
    /* The encapsulator may be the sender. */
    bytes = ipip_address_is_none(tunnel->local) || ipip_address_equal(tunnel->local, ip.src) ? SHORT : WITH_SOURCE;
    if (inner.wire > IPIP_IPV4_TOTAL_MAX - bytes)
        return IPIP_TOO_LARGE;
    if (tunnel->mtu != 0 && inner.wire + bytes > tunnel->mtu && ipip_ip_df(&ip))
        return IPIP_MTU_EXCEEDED;
    if (head_capacity < ip.header_bytes + bytes)
        return IPIP_NO_SPACE;

    outer = ip;
    outer.total_bytes = inner.wire + bytes;
    outer.ttl = (uint8_t)(ip.ttl - (tunnel->decrements_ttl ? 1 : 0));
    outer.protocol = IPIP_PROTOCOL_MINIMAL;
    outer.src = bytes == WITH_SOURCE ? tunnel->local : ip.src;
    outer.dst = tunnel->remote;
    ipip_ipv4_write(head, head_capacity, &outer, inner.data + IPIP_IPV4_HEADER_MIN,
                    ip.header_bytes - (uint32_t)IPIP_IPV4_HEADER_MIN);
    put_forwarding_header(head + ip.header_bytes, &ip, bytes);
    out->head_bytes = ip.header_bytes + bytes;
    out->rest = ipip_bytes_after(inner, ip.header_bytes);
    return IPIP_OK;
}
