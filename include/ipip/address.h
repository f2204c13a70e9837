/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IP addresses of both families as one type, prefixes of them, and which addresses are special: the registries of RFC 6890, as
 * far as they matter to a tunnel. Allocates nothing.
 */
#ifndef IPIP_ADDRESS_H
#define IPIP_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * An IPv6 address as a number of 128 bits: 2001:db8::1 is {0x20010db800000000, 1}. An IPv4 address is the IPv4-mapped one (RFC
 * 4291 section 2.5.5.2): 10.0.0.1 is {0, 0x0000ffff0a000001}. {0, 0} is the IPv6 address ::, and no IPv4 address; where an address
 * may be missing it stands for none.
 */
struct ipip_addr {
    uint64_t high;
    uint64_t low;
};

enum {
    IPIP_ADDRESS_BITS = 128,
    IPIP_ADDRESS_IPV4_BITS = 96, /* of ::ffff:0.0.0.0/96: what the prefix of an IPv4 address has more than is written */
};

/* The IPv4 address of a number in host byte order: 10.0.0.1 of 0x0a000001. */
static inline struct ipip_addr ipip_address_ipv4(uint32_t number)
{
    struct ipip_addr address = {0, UINT64_C(0xffff00000000) | number};

    return address;
}

static inline bool ipip_address_is_ipv4(struct ipip_addr address)
{
    return address.low >> 32 == 0xffff && address.high == 0;
}

static inline bool ipip_address_is_none(struct ipip_addr address)
{
    return (address.high | address.low) == 0;
}

static inline bool ipip_address_equal(struct ipip_addr a, struct ipip_addr b)
{
    return a.low == b.low && a.high == b.high;
}

enum { IPIP_ADDRESS_OCTETS = 16, IPIP_ADDRESS_IPV4_OCTETS = 4 };

/* The address as it goes on the wire; an IPv4 address is in the last 4 octets. */
static inline void ipip_address_octets(uint8_t octets[IPIP_ADDRESS_OCTETS], struct ipip_addr address)
{
    for (int i = 0; i < IPIP_ADDRESS_OCTETS; i++)
        octets[i] = (uint8_t)((i < 8 ? address.high : address.low) >> 8 * (7 - i % 8));
}

/* In the order of the numbers. */
static inline bool ipip_address_less(struct ipip_addr a, struct ipip_addr b)
{
    return a.high < b.high || (a.high == b.high && a.low < b.low);
}

/* Less than 0, 0 or more than 0: `a` comes before `b`, is equal, or comes behind it. */
static inline int ipip_address_compare(struct ipip_addr a, struct ipip_addr b)
{
    return (int)ipip_address_less(b, a) - (int)ipip_address_less(a, b);
}

enum ipip_address_kind {
    IPIP_ADDRESS_GLOBAL,       /* none of the below: unicast, valid anywhere */
    IPIP_ADDRESS_UNSPECIFIED,  /* 0.0.0.0, :: */
    IPIP_ADDRESS_THIS_NETWORK, /* the rest of 0.0.0.0/8 */
    IPIP_ADDRESS_PRIVATE,      /* 10/8, 172.16/12, 192.168/16 (RFC 1918); unique local addresses, fc00::/7 (RFC 4193) */
    IPIP_ADDRESS_SHARED,       /* 100.64/10 (RFC 6598) */
    IPIP_ADDRESS_LOOPBACK,     /* 127/8, ::1 */
    IPIP_ADDRESS_LINK_LOCAL,   /* 169.254/16 (RFC 3927), fe80::/10 */
    IPIP_ADDRESS_PROTOCOL,     /* 192.0.0.0/24, 2001::/23 (RFC 6890) */
    IPIP_ADDRESS_DOCUMENTATION, /* 192.0.2/24, 198.51.100/24, 203.0.113/24 (RFC 5737), 2001:db8::/32, 3fff::/20 (RFC 9637) */
    IPIP_ADDRESS_BENCHMARKING, /* 198.18/15 (RFC 2544), 2001:2::/48 (RFC 5180) */
    IPIP_ADDRESS_MULTICAST,    /* 224/4, ff00::/8 */
    IPIP_ADDRESS_RESERVED,     /* 240/4 but the last; 100::/64, where packets are discarded (RFC 6666) */
    IPIP_ADDRESS_BROADCAST,    /* 255.255.255.255 */
    IPIP_ADDRESS_KINDS
};

/* The most specific kind of `address`. */
enum ipip_address_kind ipip_address_kind(struct ipip_addr address);

/* Of several hosts: multicast or broadcast. */
bool ipip_address_is_group(struct ipip_addr address);

/*
 * Of hosts of one link, so that no router forwards to it: 169.254.0.0/16 (RFC 3927 section 2.7), 224.0.0.0/24 (RFC 5771 section 4), fe80::/10,
 * and multicast of link-local scope such as ff02::1 (RFC 4291 sections 2.5.6 and 2.7).
 */
bool ipip_address_is_of_link(struct ipip_addr address);

/* "a loopback address (127.0.0.0/8)" and the like: the kind of `address` in words; never NULL. */
const char *ipip_address_kind_text(struct ipip_addr address);

/* Room for an address and its terminating zero. */
enum { IPIP_ADDRESS_TEXT = 40 };

/* Writes `address` into `text` and returns it: a dotted quad, or an IPv6 address as in RFC 5952 section 4. */
const char *ipip_address_text(char text[IPIP_ADDRESS_TEXT], struct ipip_addr address);

/*
 * Reads a dotted quad, decimal without leading zeros, or an IPv6 address in any form of RFC 4291 section 2.2, and nothing after it.
 * False, and `*address` untouched, otherwise.
 */
bool ipip_address_parse(struct ipip_addr *address, const char *text);

/* The addresses that share their first `bits` bits (0..128) with `address`, whose other bits are 0. 10.0.0.0/8 has 104 bits. */
struct ipip_prefix {
    struct ipip_addr address;
    uint8_t bits;
};

/* The mask of a prefix: so many bits 1, the others 0. */
static inline struct ipip_addr ipip_address_mask(unsigned bits)
{
    struct ipip_addr mask = {bits >= 64  ? UINT64_MAX
                             : bits == 0 ? 0
                                         : UINT64_MAX << (64 - bits),
                             bits >= 128  ? UINT64_MAX
                             : bits <= 64 ? 0
                                          : UINT64_MAX << (128 - bits)};

    return mask;
}

static inline bool ipip_prefix_has(const struct ipip_prefix *prefix, struct ipip_addr address)
{
    struct ipip_addr mask = ipip_address_mask(prefix->bits);

    return (((address.high ^ prefix->address.high) & mask.high) | ((address.low ^ prefix->address.low) & mask.low)) ==
           0;
}

/*
 * Reads "10.1.0.0/16", "2001:db8::/32", or one address. False, and `*prefix` untouched, for anything else: also where bits behind
 * the prefix are set, as in 10.1.0.1/16, which is mostly a mistake.
 */
bool ipip_prefix_parse(struct ipip_prefix *prefix, const char *text);

/* The two ends of a tunnel. */
struct ipip_endpoints {
    struct ipip_addr a;
    struct ipip_addr b;
};

/* Reads "10.0.0.1-10.0.0.2", two addresses of one family. False, and `*endpoints` untouched, for anything else. */
bool ipip_endpoints_parse(struct ipip_endpoints *endpoints, const char *text);

#ifdef __cplusplus
}
#endif

#endif
