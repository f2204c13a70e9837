/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 addresses with an IPv4 address inside, by which automatic tunnels know where their exit is. */
#ifndef IPIP_CORE_WIRE_EMBEDDED_H
#define IPIP_CORE_WIRE_EMBEDDED_H

#include "ipip/address.h"

/* How an IPv6 address has come to an IPv4 address inside. */
enum embedding {
    EMBEDDING_NONE,
    EMBEDDING_6RD,    /* behind the prefix of a domain (RFC 5969 section 4) */
    EMBEDDING_6TO4,   /* 2002:V4ADDR::/48 (RFC 3056 section 2) */
    EMBEDDING_ISATAP, /* interface identifier 0000:5efe or 0200:5efe, and the IPv4 address (RFC 5214 section 6.1) */
};

static inline bool embedded_is_6to4(struct ipip_addr address)
{
    return address.high >> 48 == 0x2002;
}

/* Whatever the bits u and g of the identifier are. */
static inline bool embedded_is_isatap(struct ipip_addr address)
{
    return (address.low >> 32 & ~UINT64_C(0x03000000)) == 0x00005efe && address.high >> 56 != 0xff;
}

static inline uint32_t embedded_6to4(struct ipip_addr address)
{
    return (uint32_t)(address.high >> 16);
}

/* It has this IPv4 address inside, the way of 6to4. */
static inline bool embedded_is_6to4_of(struct ipip_addr address, struct ipip_addr ipv4)
{
    return embedded_is_6to4(address) && ipip_address_equal(ipip_address_ipv4(embedded_6to4(address)), ipv4);
}

/* The last 32 bits: of ISATAP, of an IPv4-mapped or -compatible address, and of a link-local one by RFC 4213 section 3.7. */
static inline uint32_t embedded_last(struct ipip_addr address)
{
    return (uint32_t)address.low;
}

/*
 * What made a packet of 6in4 with these inner addresses, as far as they show it: one of them has an IPv4 address inside. 6to4 first: a site
 * of 6to4 may use ISATAP inside.
 */
enum embedding embedding_of(struct ipip_addr src, struct ipip_addr dst);

/* The IPv4 address that the mechanism puts inside of an address. False where that is none of its own. */
bool embedded_by(enum embedding by, struct ipip_addr address, uint32_t *ipv4);

/* Behind a prefix of so many bits: what is not common to the domain, whose addresses all begin with `common`. */
uint32_t embedded_behind(unsigned prefix_bits, const struct ipip_prefix *common, struct ipip_addr address);

/* IPv4-mapped, ::ffff:0:0/96; IPv4-compatible, ::/96 but :: and ::1. */
static inline bool embedded_is_mapped(struct ipip_addr address)
{
    return ipip_address_is_ipv4(address);
}

static inline bool embedded_is_compatible(struct ipip_addr address)
{
    return address.high == 0 && address.low >> 32 == 0 && address.low > 1;
}

#endif
