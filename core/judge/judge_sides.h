/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams on both sides of a tunnel's end as subjects of their own; and what of them is known at the end only. */
#ifndef IPIP_CORE_JUDGE_SIDES_H
#define IPIP_CORE_JUDGE_SIDES_H

#include "flow/sides.h"
#include "ipip/judge.h"
#include "packet/kept_packet.h"

struct parsed_packet;

enum { UNSETTLED_MAX = 256 }; /* at a time; further ones stay unknown */

/* A datagram with a TTL that is due to routers, or to a fault: later ones decide. */
struct unsettled {
    struct kept_packet kept;
    struct sides_match match;
};

struct unsettled_list {
    struct unsettled *rows; /* NULL before the first one */
    uint32_t count;
    bool is_starved; /* there was no memory */
};

/* The packet is the later one of a match. */
void judge_sides(struct ipip_judge *judge, struct parsed_packet *parsed, const struct sides_match *match);

/* A datagram that should have been in the tunnel by now. */
void judge_missing(struct ipip_judge *judge, const struct sides_missing *missing, bool is_end);

/* Decides on all that wait: the capture has ended. */
void unsettled_settle(struct ipip_judge *judge);

#endif
