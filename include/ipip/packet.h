/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet of a capture. */
#ifndef IPIP_PACKET_H
#define IPIP_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/carrier.h"
#include "ipip/link.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A packet from its first IP header on, and its record in the capture. */
struct ipip_packet {
    struct ipip_bytes ip; /* `captured` 0 is allowed: such a packet is not judged */
    enum ipip_announced announced;
    enum ipip_direction direction;
    bool is_loopback;
    /*
     * Not to be judged, nor counted: if it is a tunnel fragment it is kept for reassembly, so that others can be judged that
     * complete the datagram.
     */
    bool is_context;
    uint64_t place; /* of capture, as ipip_packet_place() makes it: equal for the packets of one interface */
    uint64_t frame; /* 0..2^63-1: returned with findings; the judge attaches no meaning to it */
    int64_t time;   /* nanoseconds, from any origin */
};

/*
 * Called for each packet that comes in a carrier: `packet->ip` is the one inside by now. It may give the packet another `frame`, so that
 * what takes findings knows of the carrier.
 */
typedef void ipip_carrier_sink(void *context, struct ipip_packet *packet, const struct ipip_carriers *carriers,
                               bool is_tunnel);

/*
 * Where a packet was captured: on the interface of this number in the capture (0 in a file that doesn't tell), or, where that is all of
 * them, on the device that the link header tells. The number in the upper half, the device in the lower.
 */
static inline uint64_t ipip_packet_place(uint32_t interface, const struct ipip_link *link)
{
    return (uint64_t)interface << 32 | link->device;
}

#ifdef __cplusplus
}
#endif

#endif
