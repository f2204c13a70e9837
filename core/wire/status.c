/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/status.h"

static const char *const texts[IPIP_STATUS_COUNT] = {
    [IPIP_OK] = "done",
    [IPIP_TRUNCATED] = "cut off by the snapshot length",
    [IPIP_NOT_IPV4] = "not IPv4",
    [IPIP_MALFORMED] = "malformed header",
    [IPIP_NOT_A_TUNNEL] = "no tunnelled datagram inside",
    [IPIP_FRAGMENT] = "fragment without the rest",
    [IPIP_TTL_EXPIRED] = "inner TTL expired",
    [IPIP_SOURCE_IS_EXIT] = "inner source is the tunnel exit",
    [IPIP_TOO_LARGE] = "would exceed 65535 octets",
    [IPIP_MTU_EXCEEDED] = "larger than the tunnel MTU, and not to be fragmented: an ICMP error goes to the sender",
    [IPIP_MTU_UNTOLD] = "larger than the tunnel MTU with only the outer DF set: lost without an ICMP error",
    [IPIP_ECN_DROP] = "dropped by ECN: outer CE, inner Not-ECT",
    [IPIP_NO_SPACE] = "buffer too small",
    [IPIP_NO_LINK_LENGTH] = "longer than the length field of the link header can hold",
    [IPIP_NO_LINK_TYPE] = "the link header can't announce what then follows it, another version of IP or MPLS",
    [IPIP_NOT_IPV6] = "not IPv6",
    [IPIP_NOT_HELD] = "not held by this kind of tunnel",
    [IPIP_NO_EXIT] = "no remote address, and none of another host in the inner destination",
    [IPIP_LIMIT_REACHED] = "encapsulation limit 0: ICMPv6 4/0 goes to the sender",
    [IPIP_OPAQUE] = "encrypted or compressed",
    [IPIP_NOT_IP] = "no IP packet inside",
    [IPIP_NO_FRAME] = "an Ethernet frame inside needs a capture of link type Ethernet",
};

const char *ipip_status_text(enum ipip_status status)
{
    return (unsigned)status < IPIP_STATUS_COUNT ? texts[status] : "unknown status";
}
