/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a tunnel is configured. Allocates nothing. */
#ifndef IPIP_TUNNEL_H
#define IPIP_TUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/ecn.h"
#include "ipip/kind.h"

#ifdef __cplusplus
extern "C" {
#endif

/* DF of the outer header. RFC 2003 section 3.1: set where the inner DF is set, free otherwise. */
enum ipip_df_policy {
    IPIP_DF_SET,   /* always: `pmtudisc`, Linux' default */
    IPIP_DF_COPY,  /* that of the inner header: `nopmtudisc` */
    IPIP_DF_CLEAR, /* never: gif, VPP by default, Linux `external`; violates RFC 2003 where the inner DF is set */
    IPIP_DF_POLICY_COUNT
};

/* Identification of the outer header (RFC 6864). */
enum ipip_id_policy {
    IPIP_ID_COUNTER,      /* the value that the caller passes, as of a counter */
    IPIP_ID_COPY,         /* that of the inner header: Linux 3.9 and 3.10 */
    IPIP_ID_ZERO,         /* VPP */
    IPIP_ID_ZERO_WITH_DF, /* zero where DF is set, else a counter's: Linux 2.6 to 3.8 */
    IPIP_ID_POLICY_COUNT
};

/* The flow label of an outer IPv6 header. */
enum ipip_label_policy {
    IPIP_LABEL_FIXED, /* `flowlabel N`; N is 0 where RFC 2473 section 6.5 has its default */
    IPIP_LABEL_INHERIT, /* `flowlabel inherit`: that of an inner IPv6 header; where it is 0, or there is none, as IPIP_LABEL_AUTO */
    IPIP_LABEL_AUTO, /* a hash of the flow, which the caller passes: Linux' default */
    IPIP_LABEL_POLICY_COUNT
};

/* UDP in front of the tunnel's own header: `encap fou`, `encap gue` of ip-link(8). */
enum ipip_udp_encap { IPIP_UDP_ENCAP_NONE, IPIP_UDP_ENCAP_FOU, IPIP_UDP_ENCAP_GUE, IPIP_UDP_ENCAP_COUNT };

/* What one direction of GRE demands or does; `key` is meant where `has_key`. */
struct ipip_gre_options {
    bool has_key;
    bool has_checksum;
    bool has_sequence;
    uint32_t key;
};

enum { IPIP_PRL_MAX = 8 };

/* The configuration in `ip tunnel add`, `ip -6 tunnel add` and `ip link add`, and what other implementations need besides. */
struct ipip_tunnel {
    /*
     * What it makes, as a set (kind.h): the one that holds a packet of the inner version. Several with `mode any`. Kinds of one outer
     * version: that of the addresses. With `encap` the kind is what follows UDP (ipip, 6in4, gre, 4in6 ...). Of IPIP_ENCAP_KINDS.
     */
    uint32_t kinds;
    struct ipip_addr local;  /* outer source; {0, 0} where a minimal tunnel begins at the sender itself */
    struct ipip_addr remote; /* outer destination: the tunnel's exit. {0, 0} where 6to4, 6rd or ISATAP compute it */
    uint8_t ttl;             /* outer TTL or Hop Limit, 1..255; 0 inherits the inner one */
    uint8_t tos; /* outer DSCP, in the upper 6 bits; with tos_inherit that of payloads that are no IP packet */
    bool tos_inherit;
    /*
     * The two low bits of the outer octet never come from `tos`, but for gre6 and gretap6: Linux puts `tos` or the inner octet there
     * whole, which is IPIP_ECN_COMPATIBILITY without tos_inherit and IPIP_ECN_COPY with it.
     */
    enum ipip_ecn_encap ecn;
    /*
     * Outer IPv6 has no DF: with IPIP_DF_SET an IPv4 packet that is too large is refused whatever its DF, as by Linux, else it leaves in outer
     * fragments where its DF is clear (RFC 2473 section 7.2). A minimal tunnel keeps the DF, the Identification, the TTL and the TOS.
     */
    enum ipip_df_policy df;
    enum ipip_id_policy id; /* outer IPv4 only */
    /* Encapsulation is part of forwarding: the inner TTL goes down by one (RFC 2003 section 3.1). */
    bool decrements_ttl;
    /*
     * The path MTU: octets of the largest outer datagram that reaches the exit whole, 68..65535, IPv6 1280..65535; 0 where it is not known.
     */
    uint16_t mtu;

    /* Outer IPv6 only. */
    bool has_limit; /* a Destination Options header with the encapsulation limit (RFC 2473 section 4.1.1) */
    uint8_t
        limit; /* 0..255, where the inner packet has none of its own; then it is that less 1, also without has_limit */
    enum ipip_label_policy label_policy;
    uint32_t label;     /* 0..0xfffff */
    bool dscp_inherits; /* decapsulation copies the outer DSCP to the inner header */

    /* GRE and its relatives: how packets leave, and how they must come. */
    struct ipip_gre_options out;
    struct ipip_gre_options in;
    uint8_t
        erspan_version; /* 0, 1 or 2: types I, II, III. The session is out.key, 10 bits; has_key and has_sequence don't matter */
    uint32_t erspan_index;    /* type II, 20 bits */
    uint8_t erspan_direction; /* type III: 0 ingress, 1 egress */
    uint8_t erspan_hardware;  /* type III, 6 bits */

    /* UDP in front. */
    enum ipip_udp_encap encap;
    uint16_t source_port; /* 0: a hash of the flow, which the caller passes */
    uint16_t destination_port;
    bool has_udp_checksum;

    /* 6in4 without remote: the exit is in the inner destination. */
    struct ipip_prefix prefix; /* 6rd (RFC 5969), or 2002::/16 for 6to4 (RFC 3056); 0 bits: none */
    struct ipip_prefix
        relay; /* what the IPv4 addresses of a 6rd domain have in common; 0 bits: nothing. Bits as of IPv4, and 96 */
    bool is_isatap;        /* RFC 5214: the last 4 octets of the next hop, which is taken to be the inner destination */
    unsigned router_count; /* ISATAP: potential routers, whose packets need not embed their address */
    struct ipip_addr routers[IPIP_PRL_MAX];
};

enum {
    /* IP in IP without anything in between. */
    IPIP_IP_KINDS = IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_6IN4) | IPIP_KIND_BIT(IPIP_KIND_4IN6) |
                    IPIP_KIND_BIT(IPIP_KIND_6IN6),
    /* What encapsulation makes; what goes over UDP is one of them with `encap`. */
    IPIP_ENCAP_KINDS = IPIP_IP_KINDS | IPIP_KIND_BIT(IPIP_KIND_GRE) | IPIP_KIND_BIT(IPIP_KIND_GRE6) |
                       IPIP_KIND_BIT(IPIP_KIND_GRETAP) | IPIP_KIND_BIT(IPIP_KIND_GRETAP6) |
                       IPIP_KIND_BIT(IPIP_KIND_ERSPAN) | IPIP_KIND_BIT(IPIP_KIND_ERSPAN6) |
                       IPIP_KIND_BIT(IPIP_KIND_MINIMAL) | IPIP_KIND_BIT(IPIP_KIND_MPLS),
};

/* The outer version. A tunnel has one end at least; that of 6to4, 6rd and ISATAP is its own. */
static inline bool ipip_tunnel_is_over_ipv6(const struct ipip_tunnel *tunnel)
{
    return !ipip_address_is_ipv4(tunnel->local) && !ipip_address_is_ipv4(tunnel->remote);
}

/*
 * What Linux makes of `ip tunnel add` or `ip link add` for this kind without further options, but for the addresses, which are {0, 0}: IPv4
 * inherits the TTL and sets DF, IPv6 has Hop Limit 64, the encapsulation limit 4 and automatic flow labels. Of FOU and GUE it is IP in IP with
 * UDP in front, of GRE in UDP it is GRE; with outer IPv4.
 */
struct ipip_tunnel ipip_tunnel_linux(enum ipip_kind kind);

/* "set", "copy", "clear"; "counter", "copy", "zero", "zero-with-df". NULL past the last one. */
const char *ipip_df_policy_name(enum ipip_df_policy policy);
const char *ipip_id_policy_name(enum ipip_id_policy policy);

#ifdef __cplusplus
}
#endif

#endif
