/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keepalives of GRE: the packet inside has the addresses of the way back, and nothing but a GRE header of type 0. The far end forwards it
 * like any other, so that it comes back to where it was made.
 */
#ifndef IPIP_CORE_FLOW_KEEPALIVE_H
#define IPIP_CORE_FLOW_KEEPALIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/stack.h"

struct flow;

enum {
    KEEPALIVES_UNANSWERED = 3, /* in a row */
    KEEPALIVE_SECONDS = 5,     /* until one should have come back */
    KEEPALIVE_PAIRS = 1 << 9,  /* of addresses that are remembered */
};

/* The tunnel header `outer` with what is inside, outer[1], is one. */
bool keepalive_is(const struct ipip_layer *outer);

/* It may be one: the GRE header inside, which shows it, was not captured whole. */
bool keepalive_may_be(const struct ipip_layer *outer);

/* Of one direction. */
struct keepalive_side {
    int64_t time; /* of the latest */
    int64_t due;  /* when the third of those without answer went out */
    uint32_t open;
    bool is_seen; /* there are packets of the direction */
    bool is_told;
};

struct keepalive_pair {
    struct keepalive_side sides[2];
};

/* What a GRE packet is. */
enum keepalive_role { KEEPALIVE_NONE, KEEPALIVE_SENT, KEEPALIVE_BACK };

struct keepalive_step {
    bool is_unanswered; /* that shows with this packet for the first time */
    bool is_open;       /* one of which no answer could be seen */
};

/* A packet with this tunnel header, none inside a keepalive. */
struct keepalive_step keepalive_take(struct flow *flow, const struct ipip_ip *ip, enum keepalive_role role,
                                     int64_t now);

#endif
