/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/exit.h"

enum { IPV4_BITS = 32 };

/* `count` bits (0..32) of an address from bit `from` on, where the first is bit 0. */
static uint32_t bits_of(struct ipip_addr address, unsigned from, unsigned count)
{
    uint32_t bits = 0;

    for (unsigned i = from; i < from + count; i++) {
        uint64_t half = i < 64 ? address.high : address.low;

        bits = bits << 1 | (uint32_t)(i < IPIP_ADDRESS_BITS ? half >> (63 - i % 64) & 1 : 0);
    }
    return bits;
}

/* RFC 5969 section 4: what is not common to the domain follows the prefix. 6to4 is a domain without anything in common. */
static struct ipip_addr behind_prefix(const struct ipip_tunnel *tunnel, struct ipip_addr inner)
{
    unsigned common = tunnel->relay.bits > IPIP_ADDRESS_IPV4_BITS ? tunnel->relay.bits - IPIP_ADDRESS_IPV4_BITS : 0;
    uint32_t own = bits_of(inner, tunnel->prefix.bits, IPV4_BITS - common);

    return ipip_address_ipv4((uint32_t)tunnel->relay.address.low | own);
}

/* An interface identifier 0000:5efe or 0200:5efe before an IPv4 address (RFC 5214 section 6.1). */
static bool is_isatap(struct ipip_addr address)
{
    return (address.low >> 32 & ~UINT64_C(0x02000000)) == 0x00005efe;
}

static bool isatap_exit(struct ipip_addr *exit, const struct ipip_tunnel *tunnel, struct ipip_addr inner)
{
    if (is_isatap(inner))
        *exit = ipip_address_ipv4((uint32_t)inner.low);
    else if (tunnel->router_count > 0)
        *exit = tunnel->routers[0];
    return is_isatap(inner) || tunnel->router_count > 0;
}

/* ::a.b.c.d, but not :: and ::1: automatic tunnelling of RFC 2893, which RFC 4213 took back and Linux still has. */
static bool is_compatible(struct ipip_addr address)
{
    return address.high == 0 && address.low > 1 && address.low >> IPV4_BITS == 0;
}

bool exit_embedded(struct ipip_addr *exit, const struct ipip_tunnel *tunnel, struct ipip_addr inner)
{
    if (tunnel->is_isatap)
        return isatap_exit(exit, tunnel, inner);
    if (tunnel->prefix.bits > 0 && ipip_prefix_has(&tunnel->prefix, inner)) {
        *exit = behind_prefix(tunnel, inner);
        return true;
    }
    *exit = ipip_address_ipv4((uint32_t)inner.low);
    return is_compatible(inner);
}
