/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a captured frame to its first IP header.
 *
 * Link types are the LINKTYPE_ values of pcap and pcapng files (https://www.tcpdump.org/linktypes.html): 0 null, 1 Ethernet,
 * 9 PPP, 10 FDDI, 12, 14 and 101 raw IP, 50 PPP in HDLC framing, 51 PPPoE session, 100 RFC 1483, 104 Cisco HDLC, 108 loop,
 * 109 OpenBSD enc, 113 and 276 Linux cooked v1 and v2, 228 and 229 raw IPv4 and IPv6, 239 NFLOG. Behind an EtherType any
 * stack of VLAN tags, PPPoE session headers and MPLS labels is stepped over. Allocates nothing.
 */
#ifndef IPIP_LINK_H
#define IPIP_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_link_result {
    IPIP_LINK_IP,        /* an IP header starts at `ip` */
    IPIP_LINK_OTHER,     /* the frame carries something else (ARP, LLDP, ...) */
    IPIP_LINK_TRUNCATED, /* cut off by the snapshot length before that could be known, or no octet of IP is captured */
    IPIP_LINK_UNSUPPORTED, /* the link type, or the kind of frame in it, is not in the list above */
};

/* What the link layer announces: the IP version; and labels, which a header can be made to announce (ipip_link_announce()). */
enum ipip_announced { IPIP_ANNOUNCED_ANY, IPIP_ANNOUNCED_IPV4, IPIP_ANNOUNCED_IPV6, IPIP_ANNOUNCED_MPLS };

/* The direction of the frame, seen from the machine that captured it. */
enum ipip_direction { IPIP_DIRECTION_UNKNOWN, IPIP_DIRECTION_RECEIVED, IPIP_DIRECTION_SENT };

struct ipip_link {
    struct ipip_bytes frame; /* as given */
    enum ipip_announced announced;
    enum ipip_direction direction; /* from Linux cooked headers; unknown elsewhere */
    uint32_t device;               /* Linux cooked: v2 the interface's index, v1 a hash of its fields; else 0 */
    bool is_loopback;              /* the frame never left the machine: null, loop, ARPHRD_LOOPBACK */
    uint32_t link_bytes;           /* octets before the IP header */
    uint32_t length_offset;        /* of a 16-bit length that covers the packet (802.3, PPPoE, NFLOG); 0: none */
    uint16_t length_max;           /* that it can have there: 1,500 in 802.3, where more would be a type */
    bool is_length_little_endian;  /* else in network order */
    struct ipip_bytes ip;          /* from the IP header to the end of the frame, padding included */
};

/* `*link` is complete only with IPIP_LINK_IP. */
enum ipip_link_result ipip_link_find_ip(struct ipip_link *link, uint16_t link_type, struct ipip_bytes frame);

/*
 * Corrects the length field of a copy of the link header (`link_bytes` octets at `header`), where it has one, for an IP packet
 * that became `change` octets longer. False, and nothing changed, where the field can't have that value.
 */
bool ipip_link_resize(uint8_t *header, const struct ipip_link *link, int32_t change);

/*
 * Makes a copy of the link header (`link_bytes` octets at `header`) announce this version of IP, where it announces one. False, and
 * nothing changed, where a header of this link type can't.
 */
bool ipip_link_announce(uint8_t *header, const struct ipip_link *link, uint16_t link_type, enum ipip_announced version);

/* "Ethernet", "Linux cooked v2", ...; NULL for a link type that is not supported. */
const char *ipip_link_type_name(uint16_t link_type);

#ifdef __cplusplus
}
#endif

#endif
