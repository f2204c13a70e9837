/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path from a tunnel's entry to its exit. */
#ifndef IPIP_PATH_H
#define IPIP_PATH_H

#include <stdbool.h>
#include <stdint.h>

/* What ICMP errors and the answers of inner hosts have shown of the path of a tunnel direction. */
struct ipip_path {
    /* The smallest next-hop MTU that a credible ICMP error reported in the last 600 s; 0: none. And the frame that it was in. */
    uint16_t mtu;
    uint64_t mtu_frame;
    /*
     * Routers between the place of capture and the exit, if an error came from the exit itself, whose quote shows the
     * TTL with which the packet arrived. Routers that it has at least, if errors came from inside.
     */
    bool has_hops;
    uint8_t hops;
    uint8_t hops_min;
    /* Large TCP segments are never acknowledged, and smaller ones are: what IPIP319 reports. */
    bool loses_large;
};

#endif
