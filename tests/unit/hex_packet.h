/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of every kind of tunnel, written in hex, and read as captured in part. */
#ifndef IPIP_TESTS_HEX_PACKET_H
#define IPIP_TESTS_HEX_PACKET_H

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/stack.h"

enum { PACKET_MAX = 256 };

/*       ver/ihl tos  length  id   flags/off ttl protocol checksum  source   destination */
#define IPV4(length, protocol) "4500" length "00010000 40" protocol "0000 0a000001 0a000002 "
#define INNER4 "45000014 00020000 3ffd0000 0a010101 0a010202 "
/*       ver/class/label  payload length  next header  hop limit  source  destination */
#define IPV6(length, next) \
    "60000000" length next "40 20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define INNER6 "60000000 0000 3b 3f 20010db8000100000000000000000001 20010db8000200000000000000000002 "
#define LIMIT(next) next "00 04 01 04 01 01 00 " /* length 0, limit of 1 octet: 4, PadN of 1 octet */
#define LIMITS_15 LIMITS_5 LIMITS_5 LIMITS_5
#define LIMITS_5 LIMIT("3c") LIMIT("3c") LIMIT("3c") LIMIT("3c") LIMIT("3c")
#define AH(next) next "04 0000 00000100 00000001 aaaaaaaaaaaaaaaaaaaaaaaa " /* 24 octets */
#define FRAME "020000000001 020000000002 "                                  /* destination, source */

/* Ports 5555 and 5556 are declared for IPv4, and for GRE, in foo over UDP. */
static inline struct ipip_kinds all_kinds(void)
{
    struct ipip_kinds kinds = *ipip_kinds_all();

    kinds.udp_count = 2;
    kinds.udp[0] = (struct ipip_udp_tunnel){5555, IPIP_KIND_FOU, 4};
    kinds.udp[1] = (struct ipip_udp_tunnel){5556, IPIP_KIND_FOU, 47};
    return kinds;
}

/* The packet of `hex` as if only `captured` octets of `wire` were captured; AddressSanitizer sees a read beyond. */
static inline enum ipip_status read_cut(struct ipip_stack *stack, uint8_t **exact, const char *hex, uint32_t captured,
                                        uint32_t wire)
{
    struct ipip_kinds kinds = all_kinds();
    uint8_t packet[PACKET_MAX];

    from_hex(packet, sizeof packet, hex);
    *exact = malloc(captured > 0 ? captured : 1);
    memcpy(*exact, packet, captured);
    return ipip_stack_read(stack, &kinds, (struct ipip_bytes){*exact, captured, wire});
}

static inline uint32_t length_of(const char *hex)
{
    uint8_t packet[PACKET_MAX];

    return from_hex(packet, sizeof packet, hex);
}

#endif
