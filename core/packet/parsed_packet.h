/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a packet shows by itself, without those before it. */
#ifndef IPIP_CORE_PARSED_PACKET_H
#define IPIP_CORE_PARSED_PACKET_H

#include "ipip/packet.h"
#include "ipip/stack.h"
#include "packet/facts.h"

struct parsed_packet {
    struct ipip_packet packet;
    enum ipip_status status; /* of ipip_stack_read() */
    /* Of each layer of a tunnel packet, for the judge. */
    struct {
        struct facts facts;
        uint64_t addresses; /* a hash */
        uint64_t content;   /* likewise; of what a tunnel header carries */
    } of[IPIP_STACK_MAX];
    struct ipip_stack stack;
};

#endif
