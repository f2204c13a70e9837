/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The types and codes of ICMP errors: RFC 792 and, for IPv6, RFC 4443. */
#ifndef IPIP_CORE_ICMP_TYPE_H
#define IPIP_CORE_ICMP_TYPE_H

#include <stdbool.h>

enum icmp_type {
    ICMP_UNREACHABLE = 3,
    ICMP_SOURCE_QUENCH = 4,
    ICMP_REDIRECT = 5,
    ICMP_TIME_EXCEEDED = 11,
    ICMP_PARAMETER_PROBLEM = 12,
};

/* Codes of destination unreachable. */
enum icmp_unreachable {
    ICMP_NETWORK = 0,
    ICMP_HOST = 1,
    ICMP_PROTOCOL = 2,
    ICMP_PORT = 3,
    ICMP_TOO_BIG = 4,
    ICMP_SOURCE_ROUTE = 5,
};

/* Whether a message of this type is an error. */
static inline bool icmp_is_error(unsigned type)
{
    return type == ICMP_UNREACHABLE || type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT ||
           type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER_PROBLEM;
}

/* Likewise of ICMPv6, about which no error may be sent (RFC 4443 section 2.4e): any error, and a redirect. */
static inline bool icmp_is_error_ipv6(unsigned type)
{
    enum { ERRORS = 128, REDIRECT = 137 };

    return type < ERRORS || type == REDIRECT;
}

/* What an error means, in either family. */
enum icmp_meaning {
    ICMP_MEANS_NETWORK,      /* no route to the destination */
    ICMP_MEANS_HOST,         /* the destination can't be reached, for whatever reason in IPv6 */
    ICMP_MEANS_PROTOCOL,     /* the destination does not know the protocol */
    ICMP_MEANS_PORT,         /* nothing listens there */
    ICMP_MEANS_TOO_BIG,      /* larger than the next link takes */
    ICMP_MEANS_SOURCE_ROUTE, /* source route failed */
    ICMP_MEANS_UNREACHABLE,  /* the other codes of IPv4; up to here "unreachable" */
    ICMP_MEANS_QUENCH,
    ICMP_MEANS_REDIRECT,
    ICMP_MEANS_EXPIRED, /* in transit */
    ICMP_MEANS_REASSEMBLY,
    ICMP_MEANS_PARAMETER,
    ICMP_MEANS_NOTHING, /* no error that is known */
};

#endif
