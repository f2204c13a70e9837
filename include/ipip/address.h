/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which IPv4 addresses are special: the registry of RFC 6890, as far as it matters to a tunnel. Host byte order.
 * Allocates nothing.
 */
#ifndef IPIP_ADDRESS_H
#define IPIP_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_address_kind {
    IPIP_ADDRESS_GLOBAL,        /* none of the below: unicast, valid anywhere */
    IPIP_ADDRESS_UNSPECIFIED,   /* 0.0.0.0 */
    IPIP_ADDRESS_THIS_NETWORK,  /* the rest of 0.0.0.0/8 */
    IPIP_ADDRESS_PRIVATE,       /* 10/8, 172.16/12, 192.168/16 (RFC 1918) */
    IPIP_ADDRESS_SHARED,        /* 100.64/10 (RFC 6598) */
    IPIP_ADDRESS_LOOPBACK,      /* 127/8 */
    IPIP_ADDRESS_LINK_LOCAL,    /* 169.254/16 (RFC 3927) */
    IPIP_ADDRESS_PROTOCOL,      /* 192.0.0.0/24 (RFC 6890) */
    IPIP_ADDRESS_DOCUMENTATION, /* 192.0.2/24, 198.51.100/24, 203.0.113/24 (RFC 5737) */
    IPIP_ADDRESS_BENCHMARKING,  /* 198.18/15 (RFC 2544) */
    IPIP_ADDRESS_MULTICAST,     /* 224/4 */
    IPIP_ADDRESS_RESERVED,      /* 240/4 but the last */
    IPIP_ADDRESS_BROADCAST,     /* 255.255.255.255 */
    IPIP_ADDRESS_KINDS
};

/* The most specific kind of `address`. */
enum ipip_address_kind ipip_address_kind(uint32_t address);

/* "a loopback address (127.0.0.0/8)" and the like; never NULL. */
const char *ipip_address_kind_text(enum ipip_address_kind kind);

/* Room for a dotted quad and its terminating zero. */
enum { IPIP_ADDRESS_TEXT = 16 };

/* Writes `address` as a dotted quad into `text` and returns it. */
const char *ipip_address_text(char text[IPIP_ADDRESS_TEXT], uint32_t address);

/* Reads a dotted quad, decimal without leading zeros, and nothing after it. False, and `*address` untouched, otherwise. */
bool ipip_address_parse(uint32_t *address, const char *text);

/* The addresses that share their first `bits` bits (0..32) with `address`, whose other bits are 0. */
struct ipip_prefix {
    uint32_t address;
    uint8_t bits;
};

static inline bool ipip_prefix_has(const struct ipip_prefix *prefix, uint32_t address)
{
    return prefix->bits == 0 || (address ^ prefix->address) >> (32 - prefix->bits) == 0;
}

/*
 * Reads "10.1.0.0/16", or one address. False, and `*prefix` untouched, for anything else: also where bits behind the prefix
 * are set, as in 10.1.0.1/16, which is mostly a mistake.
 */
bool ipip_prefix_parse(struct ipip_prefix *prefix, const char *text);

/* The two ends of a tunnel. */
struct ipip_endpoints {
    uint32_t a;
    uint32_t b;
};

/* Reads "10.0.0.1-10.0.0.2". False, and `*endpoints` untouched, for anything else. */
bool ipip_endpoints_parse(struct ipip_endpoints *endpoints, const char *text);

#ifdef __cplusplus
}
#endif

#endif
