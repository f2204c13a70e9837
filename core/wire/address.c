/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/address.h"

#include <stddef.h>

/* What an address is, and in words. */
struct meaning {
    enum ipip_address_kind kind;
    const char *words;
};

static const struct {
    uint32_t prefix;
    uint32_t mask;
    struct meaning meaning;
} registry[] = {
    {0x00000000, 0xffffffff, {IPIP_ADDRESS_UNSPECIFIED, "the unspecified address"}},
    {0x00000000, 0xff000000, {IPIP_ADDRESS_THIS_NETWORK, "an address of \"this network\" (0.0.0.0/8)"}},
    {0x0a000000, 0xff000000, {IPIP_ADDRESS_PRIVATE, "a private address (RFC 1918)"}},
    {0x64400000, 0xffc00000, {IPIP_ADDRESS_SHARED, "a shared address (100.64.0.0/10)"}},
    {0x7f000000, 0xff000000, {IPIP_ADDRESS_LOOPBACK, "a loopback address (127.0.0.0/8)"}},
    {0xa9fe0000, 0xffff0000, {IPIP_ADDRESS_LINK_LOCAL, "a link-local address (169.254.0.0/16)"}},
    {0xac100000, 0xfff00000, {IPIP_ADDRESS_PRIVATE, "a private address (RFC 1918)"}},
    {0xc0000000, 0xffffff00, {IPIP_ADDRESS_PROTOCOL, "an IETF protocol assignment (192.0.0.0/24)"}},
    {0xc0000200, 0xffffff00, {IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 5737)"}},
    {0xc0a80000, 0xffff0000, {IPIP_ADDRESS_PRIVATE, "a private address (RFC 1918)"}},
    {0xc6120000, 0xfffe0000, {IPIP_ADDRESS_BENCHMARKING, "a benchmarking address (198.18.0.0/15)"}},
    {0xc6336400, 0xffffff00, {IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 5737)"}},
    {0xcb007100, 0xffffff00, {IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 5737)"}},
    {0xe0000000, 0xf0000000, {IPIP_ADDRESS_MULTICAST, "a multicast address (224.0.0.0/4)"}},
    {0xffffffff, 0xffffffff, {IPIP_ADDRESS_BROADCAST, "the limited broadcast address"}},
    {0xf0000000, 0xf0000000, {IPIP_ADDRESS_RESERVED, "a reserved address (240.0.0.0/4)"}},
};

enum { REGISTRY_ROWS = sizeof registry / sizeof registry[0] };

/* By first octet: the kind of all its addresses, or SEARCH and the row of the registry where to begin. */
enum { SEARCH = 128, MULTICAST = IPIP_ADDRESS_MULTICAST, RESERVED = IPIP_ADDRESS_RESERVED };

static const uint8_t octets[256] = {
    [0] = SEARCH + 0,    [10] = IPIP_ADDRESS_PRIVATE,
    [100] = SEARCH + 3,  [127] = IPIP_ADDRESS_LOOPBACK,
    [169] = SEARCH + 5,  [172] = SEARCH + 6,
    [192] = SEARCH + 7,  [198] = SEARCH + 10,
    [203] = SEARCH + 12, [224] = MULTICAST,
    [225] = MULTICAST,   [226] = MULTICAST,
    [227] = MULTICAST,   [228] = MULTICAST,
    [229] = MULTICAST,   [230] = MULTICAST,
    [231] = MULTICAST,   [232] = MULTICAST,
    [233] = MULTICAST,   [234] = MULTICAST,
    [235] = MULTICAST,   [236] = MULTICAST,
    [237] = MULTICAST,   [238] = MULTICAST,
    [239] = MULTICAST,   [240] = RESERVED,
    [241] = RESERVED,    [242] = RESERVED,
    [243] = RESERVED,    [244] = RESERVED,
    [245] = RESERVED,    [246] = RESERVED,
    [247] = RESERVED,    [248] = RESERVED,
    [249] = RESERVED,    [250] = RESERVED,
    [251] = RESERVED,    [252] = RESERVED,
    [253] = RESERVED,    [254] = RESERVED,
    [255] = SEARCH + 14,
};

/* The first one that has an address decides its kind. */
static const struct {
    struct ipip_prefix prefix;
    struct meaning meaning;
} ipv6_registry[] = {
    {{{0, 0}, 128}, {IPIP_ADDRESS_UNSPECIFIED, "the unspecified address"}},
    {{{0, 1}, 128}, {IPIP_ADDRESS_LOOPBACK, "the loopback address"}},
    {{{UINT64_C(0x0100000000000000), 0}, 64}, {IPIP_ADDRESS_RESERVED, "a discard-only address (100::/64)"}},
    {{{UINT64_C(0x2001000200000000), 0}, 48}, {IPIP_ADDRESS_BENCHMARKING, "a benchmarking address (2001:2::/48)"}},
    {{{UINT64_C(0x2001000000000000), 0}, 23}, {IPIP_ADDRESS_PROTOCOL, "an IETF protocol assignment (2001::/23)"}},
    {{{UINT64_C(0x20010db800000000), 0}, 32}, {IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 3849)"}},
    {{{UINT64_C(0x3fff000000000000), 0}, 20}, {IPIP_ADDRESS_DOCUMENTATION, "a documentation address (RFC 9637)"}},
    {{{UINT64_C(0xfc00000000000000), 0}, 7}, {IPIP_ADDRESS_PRIVATE, "a unique local address (fc00::/7)"}},
    {{{UINT64_C(0xfe80000000000000), 0}, 10}, {IPIP_ADDRESS_LINK_LOCAL, "a link-local address (fe80::/10)"}},
    {{{UINT64_C(0xff00000000000000), 0}, 8}, {IPIP_ADDRESS_MULTICAST, "a multicast address (ff00::/8)"}},
};

static const struct meaning global = {IPIP_ADDRESS_GLOBAL, "a global unicast address"};

static __attribute__((noinline)) const struct meaning *ipv6_meaning(struct ipip_addr address)
{
    for (size_t i = 0; i < sizeof ipv6_registry / sizeof ipv6_registry[0]; i++) {
        if (ipip_prefix_has(&ipv6_registry[i].prefix, address))
            return &ipv6_registry[i].meaning;
    }
    return &global;
}

static inline const struct meaning *ipv4_meaning(uint32_t number, size_t row)
{
    for (; row < REGISTRY_ROWS; row++) {
        if ((number & registry[row].mask) == registry[row].prefix)
            return &registry[row].meaning;
    }
    return &global;
}

enum ipip_address_kind ipip_address_kind(struct ipip_addr address)
{
    uint32_t number = (uint32_t)address.low;
    uint8_t kind = octets[number >> 24];

    if (!ipip_address_is_ipv4(address))
        return ipv6_meaning(address)->kind;
    return kind < SEARCH ? (enum ipip_address_kind)kind : ipv4_meaning(number, kind - SEARCH)->kind;
}

bool ipip_address_is_group(struct ipip_addr address)
{
    enum ipip_address_kind kind = ipip_address_kind(address);

    return kind == IPIP_ADDRESS_MULTICAST || kind == IPIP_ADDRESS_BROADCAST;
}

const char *ipip_address_kind_text(struct ipip_addr address)
{
    return ipip_address_is_ipv4(address) ? ipv4_meaning((uint32_t)address.low, 0)->words : ipv6_meaning(address)->words;
}
