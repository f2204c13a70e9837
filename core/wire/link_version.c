/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IP version that a link header announces. */
#include "ipip/link.h"
#include "wire/octets.h"

/* OpenBSD's, for link types of its own; Linux' for NFLOG; that of macOS where the system is not known: all readers know all of them. */
enum { AF_IPV4 = 2, AF_IPV6_OPENBSD = 24, AF_IPV6_LINUX = 10, AF_IPV6_DARWIN = 30 };

/* Of EtherTypes and PPP protocols: those of IPv4, of IPv6 and of MPLS. */
static const uint16_t types[][IPIP_ANNOUNCED_MPLS + 1] = {{0, 0x0800, 0x86dd, 0x8847}, {0, 0x0021, 0x0057, 0x0281}};

static bool change_type(uint8_t *type, enum ipip_announced from, enum ipip_announced version)
{
    for (int i = 0; i < 2; i++) {
        if (wire_get16(type) != types[i][from])
            continue;
        wire_put16(type, types[i][version]);
        return true;
    }
    return false;
}

/* One octet of PPP. */
static bool change_octet(uint8_t *type, enum ipip_announced from, enum ipip_announced version)
{
    if (*type != types[1][from] || types[1][version] > UINT8_MAX)
        return false;
    *type = (uint8_t)types[1][version];
    return true;
}

/* Of link type null and enc: in the order of the machine that captured it, and small. */
static void put_family(uint8_t *header, uint8_t family)
{
    wire_put32(header, header[0] == 0 && header[1] == 0 ? family : (uint32_t)family << 24);
}

/* Those that announce an address family, which labels have none of. */
static bool has_family(uint16_t link_type)
{
    return link_type == 0 || link_type == 108 || link_type == 109 || link_type == 239;
}

bool ipip_link_announce(uint8_t *header, const struct ipip_link *link, uint16_t link_type, enum ipip_announced version)
{
    bool is_ipv6 = version == IPIP_ANNOUNCED_IPV6;

    if (version == IPIP_ANNOUNCED_MPLS && (link->announced == IPIP_ANNOUNCED_ANY || has_family(link_type)))
        return false;
    if (link->announced == IPIP_ANNOUNCED_ANY || link->announced == version)
        return true;
    switch (link_type) {
    case 0:
        put_family(header, is_ipv6 ? AF_IPV6_DARWIN : AF_IPV4);
        return true;
    case 109:
        put_family(header, is_ipv6 ? AF_IPV6_OPENBSD : AF_IPV4);
        return true;
    case 108:
        wire_put32(header, is_ipv6 ? AF_IPV6_OPENBSD : AF_IPV4);
        return true;
    case 239:
        header[0] = is_ipv6 ? AF_IPV6_LINUX : AF_IPV4;
        return true;
    case 276:
        return change_type(header, link->announced, version);
    default:
        return (link->link_bytes >= 2 && change_type(header + link->link_bytes - 2, link->announced, version)) ||
               (link->link_bytes > 0 && change_octet(header + link->link_bytes - 1, link->announced, version));
    }
}
