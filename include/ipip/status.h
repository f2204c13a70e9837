/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a function of the core ended. An error is a value with one meaning; nothing is printed, nothing aborts.
 * Allocates nothing.
 */
#ifndef IPIP_STATUS_H
#define IPIP_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_status {
    IPIP_OK = 0,
    IPIP_TRUNCATED,      /* the capture ends before the octets that are needed */
    IPIP_NOT_IPV4,       /* the version field is not 4 */
    IPIP_MALFORMED,      /* IHL or Total Length contradicts the header or what is there */
    IPIP_NOT_A_TUNNEL,   /* the packet carries no tunnelled IPv4 datagram, or not that many layers of them */
    IPIP_FRAGMENT,       /* a fragment of a tunnel packet: to be reassembled first */
    IPIP_TTL_EXPIRED,    /* the inner TTL is 0, or would be after the forwarding decrement (RFC 2003 section 3.1) */
    IPIP_SOURCE_IS_EXIT, /* the inner source is the tunnel's exit: a loop (RFC 2003 section 3.2) */
    IPIP_TOO_LARGE,      /* the encapsulated datagram would exceed 65,535 octets */
    IPIP_MTU_EXCEEDED, /* larger than the tunnel's MTU, and not to be fragmented: ICMP goes to the sender (RFC 2003 section 5.1) */
    IPIP_MTU_UNTOLD, /* the same where only the outer header forbids it: lost, without an ICMP error to the inner sender */
    IPIP_ECN_DROP,       /* the decapsulator must drop it: outer CE over inner Not-ECT (RFC 6040 section 4.2) */
    IPIP_NO_SPACE,       /* the caller's buffer is too small */
    IPIP_NO_LINK_LENGTH, /* longer than the length field of the link header can hold */
    IPIP_NO_LINK_TYPE,   /* the link header can't announce what then follows it, another version of IP or MPLS */
    IPIP_NOT_IPV6,       /* the version field is not 6 */
    IPIP_NOT_HELD,       /* the tunnel does not hold such packets */
    IPIP_NO_EXIT,        /* no remote address, and the inner destination embeds none, or `local` */
    IPIP_LIMIT_REACHED,  /* the inner packet must not be encapsulated once more (RFC 2473 section 4.1.1) */
    IPIP_OPAQUE,         /* what is inside is encrypted or compressed */
    IPIP_NOT_IP,         /* what is inside is no IP packet */
    IPIP_NO_FRAME,       /* what is inside is a frame, where only packets can be written */
    IPIP_STATUS_COUNT
};

/* A short English phrase, such as "inner TTL expired"; never NULL. */
const char *ipip_status_text(enum ipip_status status);

#ifdef __cplusplus
}
#endif

#endif
