/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet that is to enter a tunnel, as far as an encapsulator reads it. */
#ifndef IPIP_CORE_ENTERING_H
#define IPIP_CORE_ENTERING_H

#include "ipip/ipv6.h"
#include "ipip/kind.h"
#include "ipip/tunnel.h"
#include "wire/ipv4_fields.h"

struct entering {
    /* IPIP_OK, or IPIP_MALFORMED, IPIP_TRUNCATED, IPIP_NOT_IPV4, IPIP_NOT_IPV6; with these nothing else is set. */
    enum ipip_status status;
    /* Its IP header, or that in the frame. Without one the version is 0, and the other values are those of a packet that Linux makes. */
    struct ipip_ip ip;
    uint32_t label;       /* of IPv6 */
    struct ipip_bytes at; /* from the IP header on */
};

struct entering entering_read(enum ipip_payload type, struct ipip_bytes packet);

/* IPv4, as most packets are. */
static inline __attribute__((always_inline)) enum ipip_status entering_read_ipv4(struct ipip_ip *ip,
                                                                                 struct ipip_bytes packet)
{
    if (packet.captured < IPIP_IPV4_HEADER_MIN)
        return packet.wire < IPIP_IPV4_HEADER_MIN ? IPIP_MALFORMED : IPIP_TRUNCATED;
    ipv4_fields(ip, packet.data);
    if (ip->version != 4)
        return IPIP_NOT_IPV4;
    if (ip->header_bytes < IPIP_IPV4_HEADER_MIN)
        return IPIP_MALFORMED;
    if (ip->total_bytes < ip->header_bytes ? ip->total_bytes != 0 || packet.wire < ip->header_bytes
                                           : packet.wire < ip->total_bytes)
        return IPIP_MALFORMED;
    return packet.captured < ip->header_bytes ? IPIP_TRUNCATED : IPIP_OK;
}

/* A datagram, which is forwarded into the tunnel; not one in a frame, which is bridged. */
static inline bool entering_is_datagram(enum ipip_payload type)
{
    return (type & (IPIP_PAYLOAD_IPV4 | IPIP_PAYLOAD_IPV6)) != 0;
}

/* Whether a datagram with this header may enter: in the order in which a router would refuse it. */
static inline enum ipip_status entering_admit(const struct ipip_tunnel *tunnel, enum ipip_payload type,
                                              const struct ipip_ip *ip)
{
    if (!entering_is_datagram(type))
        return IPIP_OK;
    if (ip->ttl == 0 || (tunnel->decrements_ttl && ip->ttl == 1))
        return IPIP_TTL_EXPIRED;
    return ipip_address_equal(ip->src, tunnel->remote) ? IPIP_SOURCE_IS_EXIT : IPIP_OK;
}

/* Octets of the inner header that are to be written again: all of it, but for extension headers, where its TTL goes down. */
static inline uint32_t entering_rewritten(const struct ipip_tunnel *tunnel, enum ipip_payload type,
                                          const struct ipip_ip *ip)
{
    if (!tunnel->decrements_ttl || !entering_is_datagram(type))
        return 0;
    return type == IPIP_PAYLOAD_IPV6 ? (uint32_t)IPIP_IPV6_HEADER : ip->header_bytes;
}

/* IPv6 has no DF: all of it may be fragmented by its sender alone. */
static inline bool entering_df(const struct ipip_ip *ip)
{
    return ip->version == 4 && ipip_ip_df(ip);
}

/* Copies a header with its TTL, or Hop Limit, one less, and the checksum of an IPv4 one updated. */
void entering_decrement_ttl(uint8_t *out, const uint8_t *header, uint32_t header_bytes);

/* The outer octet TOS, or Traffic Class. */
static inline uint8_t entering_tclass(const struct ipip_tunnel *tunnel, const struct ipip_ip *ip)
{
    bool is_inherited = tunnel->tos_inherit && ip->version != 0;

    return (uint8_t)(((is_inherited ? ip->tclass : tunnel->tos) & ~3) |
                     ipip_ecn_encap(tunnel->ecn, (enum ipip_ecn)ipip_ip_ecn(ip)));
}

#endif
