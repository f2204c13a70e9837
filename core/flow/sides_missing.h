/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams that were seen on their way into a tunnel, and are missed inside it: what the encapsulator has to drop. */
#ifndef IPIP_CORE_FLOW_SIDES_MISSING_H
#define IPIP_CORE_FLOW_SIDES_MISSING_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/sightings.h"
#include "ipip/tunnel_direction.h"

struct flow;
struct ipip_packet;
struct ipip_layer;
struct icmp_error;
struct inner_flow;

enum { SIDES_MISSING_MAX = 64 }; /* at a time; no more are waited for */

struct sides_missing {
    uint64_t frame, place, content;
    int64_t time;
    uint64_t told_frame; /* the ICMP error about it, if `is_told` */
    int64_t told_time;
    struct ipip_tunnel_direction direction; /* of the tunnel */
    bool is_expiring; /* TTL 1; else it has DF, and an ICMP error to the sender that it is too big */
    bool is_told;
    uint8_t header_bytes;
    uint8_t header[SIGHTING_HEADER_MAX];
};

/* In order of arrival. */
struct sides_missing_list {
    struct sides_missing rows[SIDES_MISSING_MAX];
    uint32_t first, count;
};

/* A datagram of the flow on its way in, seen last in `place`; it is waited for if its TTL may end before the tunnel. */
void sides_wait_for(struct flow *flow, const struct ipip_packet *packet, const struct ipip_layer *datagram,
                    const struct inner_flow *f, uint64_t content);

/* It is in the tunnel. Returns facts of it (side_facts.h): whether the sender got an ICMP error all the same. */
uint32_t sides_found(struct sides_missing_list *list, uint64_t content);

/* An ICMP error to the sender of the flow. */
void sides_take_report(struct flow *flow, const struct ipip_packet *packet, const struct inner_flow *f,
                       const struct icmp_error *error);

/* One that has been waited for long enough at this time, or any at the end; false where there is none. */
bool sides_next_missing(struct sides_missing_list *list, int64_t now, bool is_end, struct sides_missing *missing);

#endif
