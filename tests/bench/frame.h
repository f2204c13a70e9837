/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame from its description, octet by octet and without the core: what is measured must not make its own input. */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "carriers.h"

enum { FRAME_MAX = 2048, LAYERS_MAX = 4, PROTOCOL_ICMP = 1, PROTOCOL_IPIP = 4, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
enum { FLAG_RESERVED = 0x8000, FLAG_DF = 0x4000, FLAG_MF = 0x2000 };

/* An IPv4 header. The errors are added to the right values. */
struct header {
    uint32_t source, destination;
    uint16_t id, flags;
    uint8_t tos, ttl;
    bool router_alert; /* an option of 4 octets */
    uint16_t checksum_error, length_error;
};

/* Of the outermost header's payload the octets [from, to); both multiples of 8 but for the last. */
struct part {
    unsigned from, to;
};

/*
 * An ICMP destination unreachable from a router, about the datagram of a layer: to its source, with all of it up to 100 octets. About IPv6
 * it is a packet too big; the router's address is of that version, too.
 */
struct icmp_error {
    uint32_t router;
    unsigned layer;
    uint8_t code;
};

/* From the outermost IP header inwards; the last one carries TCP (an ACK, with data where there is room) or UDP. */
struct plan {
    struct header layers[LAYERS_MAX];
    unsigned count;
    const struct carrier *carrier; /* how the second layer is in the first, NULL: IPv4 in IPv4 */
    uint32_t carried;              /* how many packets the tunnel has carried, this one included */
    bool ipv6; /* the only layer; of its addresses the last 4 octets are known, its flags are not used */
    uint8_t protocol;
    uint16_t source_port, destination_port;
    uint32_t sequence, acknowledged;
    uint16_t transport_checksum_error;
    uint8_t tcp_flags;            /* 0: an ACK */
    uint16_t mss;                 /* announced where not 0 */
    unsigned size;                /* of the innermost packet, IP header included; even */
    unsigned excess;              /* octets behind the innermost packet that the layers outside count as theirs */
    struct part part;             /* of the datagram above only this is sent, where not empty */
    struct icmp_error icmp_error; /* not the datagram above is sent, but an error about it, where there is a router */
};

/* Writes an Ethernet frame and returns its length. */
size_t frame_build(const struct plan *plan, uint8_t frame[FRAME_MAX]);

#endif
