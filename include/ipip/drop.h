/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an IP stack drops of the packets that a decapsulator would strip: before it (the outer header), or right behind it (what
 * was inside, which comes in as if from a link). As Linux does by default, where RFC 1122 and RFC 1812 agree; and inner TTL 0,
 * which RFC 2003 section 3.1 forbids. Between the two IP headers, what every decapsulator of that kind drops. Not what depends on a
 * host's own addresses, routes and filters, nor on the configuration of a tunnel, for which see admission.h.
 * Allocates nothing.
 */
#ifndef IPIP_DROP_H
#define IPIP_DROP_H

#include <stdbool.h>

#include "ipip/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_drop_why {
    IPIP_DROP_NOTHING,
    IPIP_DROP_VERSION,          /* not 4 where IPv4 was announced */
    IPIP_DROP_HEADER,           /* IHL below 5, or a header longer than what is there */
    IPIP_DROP_CHECKSUM,         /* wrong */
    IPIP_DROP_TOTAL_LONG,       /* Total Length beyond what is there */
    IPIP_DROP_TOTAL_SHORT,      /* Total Length less than the header */
    IPIP_DROP_SOURCE,           /* a martian: multicast, broadcast, 0.0.0.0/8, loopback */
    IPIP_DROP_DESTINATION,      /* a martian: 0.0.0.0/8, loopback */
    IPIP_DROP_OPTION,           /* malformed: the sender gets a Parameter Problem */
    IPIP_DROP_SOURCE_ROUTE,     /* forbidden unless a host is configured to obey it */
    IPIP_DROP_TTL,              /* inner TTL 0 */
    IPIP_DROP_NO_ROOM,          /* fewer octets inside a tunnel header than an IP header has */
    IPIP_DROP_NOT_IPV6,         /* version not 6 where IPv6 was announced */
    IPIP_DROP_PAYLOAD_LONG,     /* Payload Length beyond what is there */
    IPIP_DROP_EXTENSION,        /* an extension header longer than what is there */
    IPIP_DROP_HOP_LIMIT,        /* inner Hop Limit 0 */
    IPIP_DROP_SHIM,             /* a header between the IP headers is longer than what is there */
    IPIP_DROP_GRE_VERSION,      /* not 0 */
    IPIP_DROP_GRE_ROUTING,      /* the routing of RFC 1701 */
    IPIP_DROP_GRE_RESERVED,     /* bits 4 and 5 (RFC 2784 section 2.3); Linux takes such packets */
    IPIP_DROP_GRE_CHECKSUM,     /* wrong */
    IPIP_DROP_UDP_LENGTH,       /* less than its header, or beyond what is there */
    IPIP_DROP_UDP_CHECKSUM,     /* wrong; 0 stands for none, also over IPv6 (RFC 6936) */
    IPIP_DROP_GUE,              /* a variant, a flag or a control message that Linux does not know */
    IPIP_DROP_MINIMAL_CHECKSUM, /* wrong (RFC 2004 section 3.1) */
    IPIP_DROP_PAYLOAD_ZERO, /* Payload Length 0, without a jumbo payload option, although Next Header announces something */
    /* By the configuration of the tunnel (admission.h). */
    IPIP_DROP_OTHER_TUNNEL,     /* its kind, addresses or key, which showed only when it was whole, are another's */
    IPIP_DROP_GRE_CHECKSUM_USE, /* without the checksum that is demanded, or with one that is not */
    IPIP_DROP_GRE_SEQUENCE,     /* without the sequence number that is demanded, or with an old one */
    IPIP_DROP_EMBEDDED,         /* 6to4, 6rd, ISATAP: an inner address is not that of the outer one */
    IPIP_DROP_WHY_COUNT
};

struct ipip_drop {
    enum ipip_drop_why why;
    bool is_inner; /* not of the outermost header */
};

/*
 * The first reason to drop a packet of at least one layer, read with `kinds`, on the way in to layer `depth` (0 the outermost; that layer included, or what is there in
 * its place). IPIP_DROP_NOTHING also where the octets that decide are not captured. The header of a layer that was reassembled is
 * passed over: those of its fragments count, each on its own. `is_loopback`: captured where 127.0.0.0/8 is at home.
 */
struct ipip_drop ipip_drop_find(const struct ipip_stack *stack, const struct ipip_kinds *kinds, unsigned depth,
                                bool is_loopback);

/* A short English phrase without its subject, such as "header checksum wrong"; never NULL. */
const char *ipip_drop_text(enum ipip_drop_why why);

#ifdef __cplusplus
}
#endif

#endif
