/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet shows by itself, without those before it.
 *
 * Packets lie one behind the other, each with as many layers as it has: of the stack only layers[0 .. count) are there, and behind
 * them `of` of as many. Where a stack may grow, as by reassembly, it must be copied into a parsed_room first.
 */
#ifndef IPIP_CORE_PARSED_PACKET_H
#define IPIP_CORE_PARSED_PACKET_H

#include "ipip/packet.h"
#include "ipip/stack.h"
#include "packet/facts.h"

/* Of a layer of a tunnel packet, for the judge. */
struct parsed_layer {
    struct facts facts;
    uint64_t addresses; /* a hash */
    uint64_t content;   /* likewise; of what a tunnel header carries */
};

struct parsed_packet {
    struct ipip_packet packet;
    enum ipip_status status; /* of ipip_stack_read() */
    bool is_plain;           /* as plain.h has it: IPv4 in IPv4, two headers, no fragment */
    bool is_brief;           /* and its layers are not filled in yet: parsed_layers() does */
    struct parsed_layer *of;
    struct ipip_stack stack;
};

/* How parsed_layers() is made; in plain.c. */
void parsed_fill_layers(struct parsed_packet *parsed);

/* The layers of its stack. Few plain packets need them: whatever reads them asks here first, but where the packet is known to be none. */
static inline const struct ipip_layer *parsed_layers(struct parsed_packet *parsed)
{
    if (parsed->is_brief)
        parsed_fill_layers(parsed);
    return parsed->stack.layers;
}

/* Room for any packet, and for all its layers. */
struct parsed_room {
    struct parsed_packet parsed;
    struct parsed_layer of[IPIP_STACK_MAX];
};

/* Behind its stack there is room for `of`. */
static inline void parsed_packet_close(struct parsed_packet *parsed)
{
    parsed->of = (struct parsed_layer *)(void *)&parsed->stack.layers[parsed->stack.count];
}

/* Where the next one can begin. */
static inline void *parsed_packet_end(const struct parsed_packet *parsed)
{
    return &parsed->of[parsed->stack.count];
}

/* Copies a packet to where its stack may grow. */
struct parsed_packet *parsed_room_take(struct parsed_room *room, const struct parsed_packet *parsed);

#endif
