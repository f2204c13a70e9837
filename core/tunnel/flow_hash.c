/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets of one flow get one UDP source port and one flow label. That of a kernel has a secret in it; this one is the same in
 * each run. No table is kept by it, so that it needs no seed.
 */
#include "ipip/encap.h"

#include "tunnel/entering.h"

enum { PROTOCOL_SCTP = 132, PROTOCOL_DCCP = 33, PROTOCOL_UDPLITE = 136 };

static bool has_ports(const struct ipip_ip *ip)
{
    return !ipip_ip_is_fragment(ip) &&
           (ip->protocol == IPIP_PROTOCOL_TCP || ip->protocol == IPIP_PROTOCOL_UDP || ip->protocol == PROTOCOL_SCTP ||
            ip->protocol == PROTOCOL_DCCP || ip->protocol == PROTOCOL_UDPLITE);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

uint32_t ipip_flow_hash(enum ipip_payload type, struct ipip_bytes packet)
{
    struct entering in = entering_read(type, packet);
    uint64_t hash = mix(mix(mix(mix(0, in.ip.src.high), in.ip.src.low), in.ip.dst.high), in.ip.dst.low);

    hash = mix(hash, in.ip.protocol);
    if (in.status == IPIP_OK && has_ports(&in.ip) && in.at.captured >= in.ip.header_bytes + 4U)
        hash = mix(hash, wire_get32(in.at.data + in.ip.header_bytes));
    return (uint32_t)(hash >> 32);
}
