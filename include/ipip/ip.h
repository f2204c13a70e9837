/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IP header as plain values under common names, whatever its version: read by ipv4.h and ipv6.h. All values are in host byte order.
 */
#ifndef IPIP_IP_H
#define IPIP_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/address.h"

#ifdef __cplusplus
extern "C" {
#endif

/* IP protocol numbers that the core knows. */
enum {
    IPIP_PROTOCOL_HOP_BY_HOP = 0, /* extension headers of IPv6 (RFC 8200 section 4): this, and those marked so */
    IPIP_PROTOCOL_ICMP = 1,
    IPIP_PROTOCOL_IPIP = 4, /* IPv4 encapsulated in IP (RFC 2003) */
    IPIP_PROTOCOL_TCP = 6,
    IPIP_PROTOCOL_UDP = 17,
    IPIP_PROTOCOL_IPV6 = 41,
    IPIP_PROTOCOL_ROUTING = 43,  /* extension header */
    IPIP_PROTOCOL_FRAGMENT = 44, /* extension header */
    IPIP_PROTOCOL_GRE = 47,
    IPIP_PROTOCOL_ESP = 50,
    IPIP_PROTOCOL_AH = 51,
    IPIP_PROTOCOL_MINIMAL = 55, /* minimal encapsulation (RFC 2004) */
    IPIP_PROTOCOL_ICMPV6 = 58,
    IPIP_PROTOCOL_NONE = 59,                /* nothing follows */
    IPIP_PROTOCOL_DESTINATION_OPTIONS = 60, /* extension header */
    IPIP_PROTOCOL_ETHERIP = 97,
    IPIP_PROTOCOL_IPCOMP = 108,
    IPIP_PROTOCOL_L2TP = 115,     /* version 3 */
    IPIP_PROTOCOL_MOBILITY = 135, /* extension header */
    IPIP_PROTOCOL_MPLS = 137,
    IPIP_PROTOCOL_HIP = 139,   /* extension header */
    IPIP_PROTOCOL_SHIM6 = 140, /* extension header */
};

/* What is the case with a header, as bits. The first three are the flags of IPv4, in its order; of IPv6 they are in a Fragment header. */
enum ipip_ip_flag {
    IPIP_IP_MF = 1 << 0,       /* More Fragments */
    IPIP_IP_DF = 1 << 1,       /* Don't Fragment; always set for IPv6 */
    IPIP_IP_RESERVED = 1 << 2, /* bit 0 of Flags, must be zero; of IPv6 any reserved bit of a Fragment header */
    IPIP_IP_FRAGMENT = 1 << 3, /* a part of a larger datagram: MF is set or the offset is not 0 */
    IPIP_IP_OPTIONS = 1 << 4,  /* by IHL, options follow; of IPv6 extension headers */
};

struct ipip_ip {
    struct ipip_addr src;
    struct ipip_addr dst;
    /*
     * Header and payload, in octets. IPv4: Total Length. IPv6: 40 and Payload Length; 0 where that is 0 as jumbograms (RFC 2675)
     * and packets before segmentation have it: with the option, or with more than 65,535 octets.
     */
    uint32_t total_bytes;
    uint32_t id;              /* Identification; IPv4: 0..65535; 0 in IPv6 without a Fragment header */
    uint32_t fragment_offset; /* in octets, a multiple of 8: 0..65528 */
    uint16_t header_bytes; /* IPv4: IHL * 4: 0..60; 20 and more in a valid header. IPv6: extension headers included */
    uint16_t checksum;     /* as found, not as it should be; IPv6: 0 */
    uint8_t version;       /* 0..15; 4 or 6 in a valid header */
    uint8_t tclass;        /* the octet TOS, or Traffic Class: DSCP << 2 | ECN */
    uint8_t ttl;           /* Time to Live, or Hop Limit */
    uint8_t protocol;      /* of the payload; IPv6: behind the extension headers */
    uint8_t flags;         /* of enum ipip_ip_flag */
};

static inline uint8_t ipip_ip_dscp(const struct ipip_ip *ip)
{
    return ip->tclass >> 2;
}

static inline uint8_t ipip_ip_ecn(const struct ipip_ip *ip)
{
    return ip->tclass & 3;
}

static inline bool ipip_ip_df(const struct ipip_ip *ip)
{
    return (ip->flags & IPIP_IP_DF) != 0;
}

static inline bool ipip_ip_mf(const struct ipip_ip *ip)
{
    return (ip->flags & IPIP_IP_MF) != 0;
}

static inline bool ipip_ip_is_fragment(const struct ipip_ip *ip)
{
    return (ip->flags & IPIP_IP_FRAGMENT) != 0;
}

/*
 * Whether the lengths of the header allow to find the payload: those of IPv4 may not (IPIP602, IPIP603). A total of 0 is what segmentation
 * offload leaves.
 */
static inline bool ipip_ip_has_payload(const struct ipip_ip *ip)
{
    enum { HEADER_MIN = 20 };

    return ip->header_bytes >= HEADER_MIN && (ip->total_bytes >= ip->header_bytes || ip->total_bytes == 0);
}

/* Both go the same way: source equals source, destination equals destination. */
static inline bool ipip_ip_is_same_direction(const struct ipip_ip *a, const struct ipip_ip *b)
{
    return ipip_address_equal(a->src, b->src) && ipip_address_equal(a->dst, b->dst);
}

/* Makes it the header of the fragment at `offset` octets, a multiple of 8; of the last one unless `more` follow. */
static inline void ipip_ip_set_fragment(struct ipip_ip *ip, uint32_t offset, bool more)
{
    ip->fragment_offset = offset;
    ip->flags = (uint8_t)((ip->flags & ~(IPIP_IP_MF | IPIP_IP_FRAGMENT)) | (more ? IPIP_IP_MF : 0) |
                          (more || offset != 0 ? IPIP_IP_FRAGMENT : 0));
}

#ifdef __cplusplus
}
#endif

#endif
