/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP flows on ports that stand for no tunnel, of which each packet may be one of FOU or GUE all the same (IPIP839). */
#ifndef IPIP_CORE_FLOW_GUESSES_H
#define IPIP_CORE_FLOW_GUESSES_H

#include "ipip/ip.h"
#include "ipip/kind.h"
#include "packet/udp_guess.h"

struct flow;

enum {
    GUESSES_FLOWS = 1U << 12, /* that are remembered */
    GUESSES_PACKETS = 20,     /* that must look like a tunnel, and none otherwise */
};

/* Of one direction: addresses and ports. */
struct udp_flow {
    uint32_t packets; /* that look like a tunnel, up to GUESSES_PACKETS */
    uint8_t seen;     /* 1 << enum udp_guess of each */
    bool is_other;    /* a packet looked otherwise */
};

/* What is known of a flow with this packet. */
struct guessed {
    enum guess_says { GUESS_OTHER, GUESS_FEW, GUESS_TUNNEL } says;
    enum ipip_kind kind; /* FOU or GUE; that which looks more like it where it is neither */
};

/* A packet of the flow with this header, which looks like `guess`. */
struct guessed guesses_take(struct flow *flow, const struct ipip_ip *ip, const struct ipip_udp *udp,
                            enum udp_guess guess);

#endif
