/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a tunnel is configured. Allocates nothing. */
#ifndef IPIP_TUNNEL_H
#define IPIP_TUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/ecn.h"

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

/* The configuration in `ip tunnel add`, and what other implementations need besides. */
struct ipip_tunnel {
    struct ipip_addr local;  /* outer source, an IPv4 address */
    struct ipip_addr remote; /* outer destination: the tunnel's exit */
    uint8_t ttl;             /* outer TTL, 1..255; 0 inherits the inner one */
    uint8_t tos;             /* outer DSCP, in the upper 6 bits; ignored with tos_inherit */
    bool tos_inherit;
    enum ipip_ecn_encap ecn; /* the two low bits of the outer TOS octet never come from `tos` */
    enum ipip_df_policy df;
    enum ipip_id_policy id;
    /* Encapsulation is part of forwarding: the inner TTL goes down by one (RFC 2003 section 3.1). */
    bool decrements_ttl;
    /* The path MTU: octets of the largest outer datagram that reaches the exit whole, 68..65535; 0 where it is not known. */
    uint16_t mtu;
};

/* What `ip tunnel add mode ipip` makes on Linux without further options, but for the addresses: 0.0.0.0. */
struct ipip_tunnel ipip_tunnel_linux(void);

/* "set", "copy", "clear"; "counter", "copy", "zero", "zero-with-df". NULL past the last one. */
const char *ipip_df_policy_name(enum ipip_df_policy policy);
const char *ipip_id_policy_name(enum ipip_id_policy policy);

#ifdef __cplusplus
}
#endif

#endif
