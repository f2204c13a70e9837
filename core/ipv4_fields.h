/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of an IPv4 header that is known to be there (RFC 791 section 3.1). */
#ifndef IPIP_CORE_IPV4_FIELDS_H
#define IPIP_CORE_IPV4_FIELDS_H

#include "ipip/ipv4.h"
#include "wire.h"

enum { IPV4_RESERVED = 0x8000, IPV4_DF = 0x4000, IPV4_MF = 0x2000, IPV4_OFFSET = 0x1fff };

static inline void ipv4_fields(struct ipip_ipv4 *header, const uint8_t data[static IPIP_IPV4_HEADER_MIN])
{
    uint16_t flags = wire_get16(data + 6);

    header->version = data[0] >> 4;
    header->header_bytes = (uint8_t)((data[0] & 15) * 4);
    header->tos = data[1];
    header->ttl = data[8];
    header->total_bytes = wire_get16(data + 2);
    header->id = wire_get16(data + 4);
    header->fragment_offset = flags & IPV4_OFFSET;
    header->reserved = (flags & IPV4_RESERVED) != 0;
    header->df = (flags & IPV4_DF) != 0;
    header->mf = (flags & IPV4_MF) != 0;
    header->protocol = data[9];
    header->checksum = wire_get16(data + 10);
    header->src = wire_get32(data + 12);
    header->dst = wire_get32(data + 16);
}

#endif
