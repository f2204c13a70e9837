/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datagrams without DF, larger than the path of a tunnel takes, that go into it: each should be fragmented, and some
 * encapsulators drop them in silence (IPIP318). Whether one was dropped is known a second later, or at the end of the capture.
 */
#ifndef IPIP_CORE_DF_CLEAR_LOSS_H
#define IPIP_CORE_DF_CLEAR_LOSS_H

#include "flow/state.h"
#include "packet/kept_packet.h"

enum {
    DF_CLEAR_DIRECTIONS = 64, /* that are followed, the ones used last */
    DF_CLEAR_WAITING = 8,     /* datagrams of each whose fate is open; further ones stay unknown */
};

/* About to enter, and not seen in the tunnel yet. */
struct df_clear_arrival {
    struct kept_packet kept;
    int64_t pass_time; /* of the direction's latest that fitted, before it */
    struct ipip_addr src, dst;
    uint32_t begin, end; /* octets of the payload of the whole datagram */
    uint32_t passes;     /* of the direction before it */
    uint16_t id, bytes;
    uint8_t protocol;
    bool is_waiting; /* else the place is free */
};

/* Of a tunnel direction. */
struct df_clear_loss {
    struct ipip_addr tunnel_src, tunnel_dst;
    uint16_t mtu, overhead;
    struct moment toobig; /* the ICMP error with `mtu` */
    uint32_t arrived;     /* the place of the next arrival, modulo DF_CLEAR_WAITING */
    struct df_clear_arrival waiting[DF_CLEAR_WAITING];
    /* What fits: seen in the tunnel; of these, seen going in before. */
    uint32_t passes, matches;
    int64_t pass_time; /* of the latest */
    uint16_t passed_max;
    /* What does not fit: seen in the tunnel all the same; lost since. */
    uint32_t passed_over, lost;
    int64_t lost_time;       /* of the first of these */
    bool has_passed_between; /* one that fits, between the first and the last of these */
    uint16_t lost_min, lost_max;
    struct kept_packet third; /* lost */
    uint32_t failed;          /* lost, where that is a failure; `third` is one of them */
};

/*
 * A datagram of `inner` without DF that is about to enter its tunnel. Whether it is larger than the path takes, so that what becomes
 * of it is open.
 */
bool df_clear_loss_arrive(struct flow *flow, const struct flow_context *context, const struct path *path,
                          const struct inner_flow *inner, const struct ipip_layer *datagram);

/* A datagram, or a fragment of one, in the tunnel; `has_arrived`: it was seen going in. */
void df_clear_loss_pass(struct flow *flow, const struct ipip_ip *outer, const struct ipip_ip *inner, bool has_arrived,
                        int64_t now);

/* The capture ends at `now`: what is open is decided as far as it can be. */
void df_clear_loss_end(struct df_clear_loss *loss, int64_t now);

#endif
