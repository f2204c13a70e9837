/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IP version that a link header announces. */
#include "ipip/link.h"
#include "wire/octets.h"

enum { AF_IPV4 = 2 };

/* Of EtherTypes and PPP protocols. */
static const uint16_t versions[][2] = {{0x86dd, 0x0800}, {0x0057, 0x0021}};

static bool change_type(uint8_t *type)
{
    for (int i = 0; i < 2; i++) {
        if (wire_get16(type) != versions[i][0])
            continue;
        wire_put16(type, versions[i][1]);
        return true;
    }
    return false;
}

bool ipip_link_announce_ipv4(uint8_t *header, const struct ipip_link *link, uint16_t link_type)
{
    if (link->announced != IPIP_ANNOUNCED_IPV6)
        return true;
    switch (link_type) {
    case 0:
    case 109: /* in the order of the machine that captured it, and small */
        wire_put32(header, header[0] == 0 && header[1] == 0 ? AF_IPV4 : (uint32_t)AF_IPV4 << 24);
        return true;
    case 108:
        wire_put32(header, AF_IPV4);
        return true;
    case 239:
        header[0] = AF_IPV4;
        return true;
    case 276:
        return change_type(header);
    default:
        if (link->link_bytes >= 2 && change_type(header + link->link_bytes - 2))
            return true;
        if (link->link_bytes == 0 || header[link->link_bytes - 1] != 0x57) /* one octet of PPP */
            return false;
        header[link->link_bytes - 1] = 0x21;
        return true;
    }
}
