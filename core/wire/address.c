/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/address_set.h"

#include <stddef.h>

/* What an address is, and in words. */
struct meaning {
    enum ipip_address_kind kind;
    const char *words;
};

/*
 * Those with the same first octet are together. The first one that has an address decides its kind; of others the one that is met
 * most often comes first.
 */
const struct address_block address_blocks[] = {
    {0x00000000, 0xffffffff, IPIP_ADDRESS_UNSPECIFIED, "the unspecified address"},
    {0x00000000, 0xff000000, IPIP_ADDRESS_THIS_NETWORK, "an address of \"this network\" (0.0.0.0/8)"},
    {0x0a000000, 0xff000000, IPIP_ADDRESS_PRIVATE, "a private address (RFC 1918)"},
    {0x64400000, 0xffc00000, IPIP_ADDRESS_SHARED, "a shared address (100.64.0.0/10)"},
    {0x7f000000, 0xff000000, IPIP_ADDRESS_LOOPBACK, "a loopback address (127.0.0.0/8)"},
    {0xa9fe0000, 0xffff0000, IPIP_ADDRESS_LINK_LOCAL, "a link-local address (169.254.0.0/16)"},
    {0xac100000, 0xfff00000, IPIP_ADDRESS_PRIVATE, "a private address (RFC 1918)"},
    {0xc0a80000, 0xffff0000, IPIP_ADDRESS_PRIVATE, "a private address (RFC 1918)"},
    {0xc0000000, 0xffffff00, IPIP_ADDRESS_PROTOCOL, "an IETF protocol assignment (192.0.0.0/24)"},
    {0xc0000200, 0xffffff00, IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 5737)"},
    {0xc6120000, 0xfffe0000, IPIP_ADDRESS_BENCHMARKING, "a benchmarking address (198.18.0.0/15)"},
    {0xc6336400, 0xffffff00, IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 5737)"},
    {0xcb007100, 0xffffff00, IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 5737)"},
    {0xe0000000, 0xf0000000, IPIP_ADDRESS_MULTICAST, "a multicast address (224.0.0.0/4)"},
    {0xffffffff, 0xffffffff, IPIP_ADDRESS_BROADCAST, "the limited broadcast address"},
    {0xf0000000, 0xf0000000, IPIP_ADDRESS_RESERVED, "a reserved address (240.0.0.0/4)"},
};

enum { BLOCKS = sizeof address_blocks / sizeof address_blocks[0] };

/* Global, private, loopback, multicast, reserved; or, by the block where to begin, to be searched. */
enum {
    G = 1 << IPIP_ADDRESS_GLOBAL,
    P = 1 << IPIP_ADDRESS_PRIVATE,
    L = 1 << IPIP_ADDRESS_LOOPBACK,
    M = 1 << IPIP_ADDRESS_MULTICAST,
    R = 1 << IPIP_ADDRESS_RESERVED,
    S = ADDRESS_SEARCH,
};

/* clang-format off */
const uint16_t address_sets[256] = {
    S + 0, G, G, G, G, G, G, G, G, G, P, G, G, G, G, G, /* 0 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 16 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 32 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 48 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 64 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 80 */
    G, G, G, G, S + 3, G, G, G, G, G, G, G, G, G, G, G, /* 96 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, L, /* 112 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 128 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 144 */
    G, G, G, G, G, G, G, G, G, S + 5, G, G, S + 6, G, G, G, /* 160 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 176 */
    S + 7, G, G, G, G, G, S + 10, G, G, G, G, S + 12, G, G, G, G, /* 192 */
    G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, G, /* 208 */
    M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, /* 224 */
    R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, S + 14, /* 240 */
};
/* clang-format on */

#define IPV6(high, low, bits, kind, words)                                                                \
    {                                                                                                     \
        {high, low}, {~UINT64_C(0) << ((bits) < 64 ? 64 - (bits) : 0), (bits) == 128 ? ~UINT64_C(0) : 0}, \
        {                                                                                                 \
            kind, words                                                                                   \
        }                                                                                                 \
    }

/* The first one that has an address decides its kind. Prefixes of up to 64 bits, or 128. */
static const struct {
    struct ipip_addr prefix, mask;
    struct meaning meaning;
} ipv6_registry[] = {
    IPV6(0, 0, 128, IPIP_ADDRESS_UNSPECIFIED, "the unspecified address"),
    IPV6(0, 1, 128, IPIP_ADDRESS_LOOPBACK, "the loopback address"),
    IPV6(UINT64_C(0x0100000000000000), 0, 64, IPIP_ADDRESS_RESERVED, "a discard-only address (100::/64)"),
    IPV6(UINT64_C(0x2001000200000000), 0, 48, IPIP_ADDRESS_BENCHMARKING, "a benchmarking address (2001:2::/48)"),
    IPV6(UINT64_C(0x2001000000000000), 0, 23, IPIP_ADDRESS_PROTOCOL, "an IETF protocol assignment (2001::/23)"),
    IPV6(UINT64_C(0x20010db800000000), 0, 32, IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 3849)"),
    IPV6(UINT64_C(0x3fff000000000000), 0, 20, IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 9637)"),
    IPV6(UINT64_C(0xfc00000000000000), 0, 7, IPIP_ADDRESS_PRIVATE, "a unique local address (fc00::/7)"),
    IPV6(UINT64_C(0xfe80000000000000), 0, 10, IPIP_ADDRESS_LINK_LOCAL, "a link-local address (fe80::/10)"),
    IPV6(UINT64_C(0xff00000000000000), 0, 8, IPIP_ADDRESS_MULTICAST, "a multicast address (ff00::/8)"),
};

static const struct meaning global = {IPIP_ADDRESS_GLOBAL, "a global unicast address"};

static const struct meaning *ipv6_meaning(struct ipip_addr address)
{
    for (size_t i = 0; i < sizeof ipv6_registry / sizeof ipv6_registry[0]; i++) {
        if (((address.high ^ ipv6_registry[i].prefix.high) & ipv6_registry[i].mask.high) == 0 &&
            ((address.low ^ ipv6_registry[i].prefix.low) & ipv6_registry[i].mask.low) == 0)
            return &ipv6_registry[i].meaning;
    }
    return &global;
}

static const char *ipv4_words(uint32_t number)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        if (address_block_has(&address_blocks[i], number))
            return address_blocks[i].words;
    }
    return global.words;
}

__attribute__((noinline)) unsigned ipv4_address_set_search(size_t first, uint32_t number)
{
    for (size_t i = first; i < BLOCKS; i++) {
        uint32_t difference = (number ^ address_blocks[i].prefix) & address_blocks[i].mask;

        if (difference == 0)
            return 1U << address_blocks[i].kind;
        if (difference >> 24 != 0)
            break;
    }
    return G;
}

unsigned address_set(struct ipip_addr address)
{
    return ipip_address_is_ipv4(address) ? ipv4_address_set((uint32_t)address.low) : 1U << ipv6_meaning(address)->kind;
}

enum ipip_address_kind ipip_address_kind(struct ipip_addr address)
{
    return (enum ipip_address_kind)__builtin_ctz(address_set(address));
}

bool ipip_address_is_group(struct ipip_addr address)
{
    enum ipip_address_kind kind = ipip_address_kind(address);

    return kind == IPIP_ADDRESS_MULTICAST || kind == IPIP_ADDRESS_BROADCAST;
}

bool ipip_address_is_of_link(struct ipip_addr address)
{
    const uint64_t scope = UINT64_C(0xff0f) << 48, link_multicast = UINT64_C(0xff02) << 48;

    if (ipip_address_kind(address) == IPIP_ADDRESS_LINK_LOCAL)
        return true;
    return ipip_address_is_ipv4(address) ? (uint32_t)address.low >> 8 == 0xe00000
                                         : (address.high & scope) == link_multicast;
}

const char *ipip_address_kind_text(struct ipip_addr address)
{
    return ipip_address_is_ipv4(address) ? ipv4_words((uint32_t)address.low) : ipv6_meaning(address)->words;
}
