/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of headers by name, and the octets in which they are. Allocates nothing. */
#ifndef IPIP_FIELD_H
#define IPIP_FIELD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fields of an IPv4 header (RFC 791 section 3.1) and of an ICMP message (RFC 792), as bits. */
enum ipip_field {
    IPIP_FIELD_VERSION = 1 << 0, /* the octet that it shares with IHL */
    IPIP_FIELD_TCLASS = 1 << 1,  /* TOS */
    IPIP_FIELD_TOTAL_LENGTH = 1 << 2,
    IPIP_FIELD_ID = 1 << 3,
    IPIP_FIELD_FLAGS = 1 << 4,    /* the octet that they share with the offset */
    IPIP_FIELD_FRAGMENT = 1 << 5, /* flags and offset */
    IPIP_FIELD_TTL = 1 << 6,
    IPIP_FIELD_PROTOCOL = 1 << 7,
    IPIP_FIELD_CHECKSUM = 1 << 8,
    IPIP_FIELD_SRC = 1 << 9,
    IPIP_FIELD_DST = 1 << 10,
    IPIP_FIELD_OPTIONS = 1 << 11, /* all that there may be: 40 octets */
    IPIP_FIELD_ICMP_TYPE = 1 << 12,
    IPIP_FIELD_ICMP_CODE = 1 << 13,
    IPIP_FIELD_ICMP_POINTER = 1 << 14, /* of a parameter problem */
    IPIP_FIELD_ICMP_MTU = 1 << 15,     /* of "fragmentation needed" (RFC 1191 section 4) */
    IPIP_FIELD_FLOW_LABEL = 1 << 16,   /* of IPv6 (RFC 6437) */
    IPIP_FIELDS = 17
};

/* The header without options. */
#define IPIP_FIELDS_FIXED (IPIP_FIELD_VERSION | IPIP_FIELD_DST)

/* Some octets of a header: `offset` from its start. */
struct ipip_octets {
    uint8_t offset;
    uint8_t count;
};

/* The octets from the first to the last of these fields, with what lies between them; count 0 where there is none. */
struct ipip_octets ipip_field_octets(unsigned fields);

/*
 * The same in an IPv6 header (RFC 8200 section 3): what has another name there stands for Traffic Class, Payload Length, Hop Limit and Next
 * Header, and options for all extension headers. Of what it does not have, count is 0.
 * The fields of ICMP are those of ICMPv6 (RFC 4443).
 */
struct ipip_octets ipip_field_octets_ipv6(unsigned fields);

#ifdef __cplusplus
}
#endif

#endif
