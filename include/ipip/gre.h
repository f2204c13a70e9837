/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header of generic routing encapsulation: RFC 2784, with key and sequence number of RFC 2890 and the routing of RFC 1701. All values
 * are in host byte order. Reading answers "can I read it?", never "is it right?". Allocates nothing.
 */
#ifndef IPIP_GRE_H
#define IPIP_GRE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of the first two octets. */
enum {
    IPIP_GRE_CHECKSUM = 0x8000,
    IPIP_GRE_ROUTING = 0x4000, /* RFC 1701 */
    IPIP_GRE_KEY = 0x2000,
    IPIP_GRE_SEQUENCE = 0x1000,
    IPIP_GRE_STRICT_ROUTE = 0x0800, /* RFC 1701 */
    IPIP_GRE_RECURSION = 0x0700,    /* RFC 1701 */
    IPIP_GRE_ACKNOWLEDGE = 0x0080,  /* version 1 only (RFC 2637) */
    IPIP_GRE_VERSION = 0x0007,
};

/* Types of what is inside: EtherTypes, or what stands for one. */
enum {
    IPIP_GRE_TYPE_IPV4 = 0x0800,
    IPIP_GRE_TYPE_ERSPAN_3 = 0x22eb,
    IPIP_GRE_TYPE_ETHERNET = 0x6558, /* "transparent Ethernet bridging" */
    IPIP_GRE_TYPE_IPV6 = 0x86dd,
    IPIP_GRE_TYPE_MPLS = 0x8847,
    IPIP_GRE_TYPE_MPLS_MULTICAST = 0x8848,
    IPIP_GRE_TYPE_PPP = 0x880b,    /* PPTP, with version 1 */
    IPIP_GRE_TYPE_ERSPAN = 0x88be, /* type I without, type II with a sequence number */
};

struct ipip_gre {
    uint16_t flags; /* the first two octets, version included */
    uint16_t type;
    uint16_t checksum;     /* 0 unless `flags` has it */
    uint16_t reserved;     /* what follows the checksum: must be 0; with routing an offset into that */
    uint32_t key;          /* 0 unless `flags` has it */
    uint32_t sequence;     /* likewise */
    uint32_t header_bytes; /* all of it: 4 and more */
};

/*
 * Reads the GRE header at `at`, of any version. IPIP_OK, or IPIP_TRUNCATED where the capture ends before its end, or IPIP_MALFORMED where
 * fewer octets were there than its flags, or its routing, promise; flags and type have been read then if the first 4 octets are captured.
 */
enum ipip_status ipip_gre_read(struct ipip_gre *gre, struct ipip_bytes at);

#ifdef __cplusplus
}
#endif

#endif
