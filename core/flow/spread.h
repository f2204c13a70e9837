/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a tunnel direction spreads the flows inside over paths that routers choose by a value of the outer header: the flow label of IPv6 (RFC 6438),
 * the source port of UDP (RFC 8086 section 3.2.1). One for each of the two.
 */
#ifndef IPIP_CORE_FLOW_SPREAD_H
#define IPIP_CORE_FLOW_SPREAD_H

#include "flow/view.h"

enum {
    SPREAD_FLOWS = 8,     /* of a direction that are remembered: so many with one value are no chance */
    SPREAD_PACKETS = 100, /* with them */
    SPREAD_VALUES =
        3, /* of a flow: an encapsulator may change from one to another once, as with a new hash of a connection */
    SPREAD_DIRECTIONS = 1U << 10, /* that are remembered */
};

/* A TCP connection or UDP flow inside, and its values, each with the time of its latest packet. */
struct spread_flow {
    uint64_t flow; /* a fingerprint; 0: none */
    int64_t times[SPREAD_VALUES];
    uint32_t values[SPREAD_VALUES];
    uint32_t count; /* of values */
};

struct spread {
    uint64_t packets;
    uint64_t flow_count;                    /* taken into `flows` so far */
    uint32_t value;                         /* of the first packet */
    bool varies;                            /* another one had another value */
    bool is_one, is_unstable;               /* it has been told */
    struct spread_flow flows[SPREAD_FLOWS]; /* a ring */
};

struct flow;

/*
 * A packet with this value, whose flow inside has this fingerprint, in the direction with this one (of the label or of the port). A flow is unstable that had
 * SPREAD_VALUES values within so many nanoseconds.
 */
struct spread_step spread_take(struct flow *flow, uint64_t direction, uint64_t inner, uint32_t value, int64_t now,
                               uint64_t window);

#endif
