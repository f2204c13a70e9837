/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mechanisms that make 6in4 (RFC 4213), told by IPv4 addresses inside of IPv6 addresses. Allocates nothing. */
#ifndef IPIP_SUB_KIND_H
#define IPIP_SUB_KIND_H

#include <stdbool.h>

#include "ipip/ip.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A property of each packet; the first that fits. */
enum ipip_sub_kind {
    IPIP_SUB_KIND_6TO4,   /* an inner address in 2002::/16 (RFC 3056) */
    IPIP_SUB_KIND_ISATAP, /* an inner interface identifier 0000:5efe or 0200:5efe with an IPv4 address (RFC 5214) */
    IPIP_SUB_KIND_CONFIGURED,
    IPIP_SUB_KINDS
};

/* That of the IPv6 header inside of 6in4. */
enum ipip_sub_kind ipip_sub_kind_of(const struct ipip_ip *inner);

/*
 * The IPv4 address that the mechanism has put inside of the IPv6 address `inside`, at `*ipv4`. False where it has put none there; a configured
 * tunnel never does.
 */
bool ipip_sub_kind_embedded(enum ipip_sub_kind kind, struct ipip_addr inside, struct ipip_addr *ipv4);

/* "6to4", "isatap", "configured". */
const char *ipip_sub_kind_name(enum ipip_sub_kind kind);

#ifdef __cplusplus
}
#endif

#endif
