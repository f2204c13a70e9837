/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The types and codes of ICMP errors: RFC 792. */
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

#endif
