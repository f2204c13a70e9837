/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Outer headers whose checksum field is 0 although another value is due. Captured at an unknown place that is either an error, or
 * the field was left to the sender's network card: then it is so on most packets of a direction, which is known at the end.
 */
#ifndef IPIP_CORE_UNFILLED_H
#define IPIP_CORE_UNFILLED_H

#include "ipip/judge.h"
#include "ipip/tunnel_direction.h"
#include "packet/kept_packet.h"

struct evaluation;
struct tunnel;

enum { UNFILLED_MAX = 1 << 14 }; /* packets that wait; with more, the directions are decided as far as they have come */

/* A packet that waits. */
struct unfilled {
    struct kept_packet kept;
    struct ipip_tunnel_direction direction;
    bool is_waiting;           /* IPIP109 was evaluated: unknown */
    enum ipip_verdict offload; /* the verdict of IPIP904; NOT_APPLICABLE: no correction needed */
};

struct unfilled_list {
    struct unfilled *rows;
    uint32_t count, room;
    bool is_starved; /* there was no memory for one */
};

/* The outermost header of the packet is such a one. True where it waits; then unfilled_close() follows. */
bool unfilled_meet(struct ipip_judge *judge, const struct ipip_packet *packet, struct tunnel *tunnel);

/* The packet that began to wait last has been counted. */
void unfilled_close(struct ipip_judge *judge, const struct evaluation *e);

/* Decides on all that wait. */
void unfilled_settle(struct ipip_judge *judge);

#endif
