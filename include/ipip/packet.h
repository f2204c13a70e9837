/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet of a capture, and what it says by itself, without those before it. */
#ifndef IPIP_PACKET_H
#define IPIP_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/link.h"
#include "ipip/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A packet from its first IP header on, and what the capture says of it. */
struct ipip_packet {
    struct ipip_bytes ip;
    enum ipip_announced announced;
    enum ipip_direction direction;
    bool is_loopback;
    uint64_t frame; /* any number: returned with findings; the judge attaches no meaning to it */
    int64_t time;   /* nanoseconds, from any origin */
};

/* What a packet says by itself, without those before it. */
struct ipip_parsed_packet {
    struct ipip_packet packet;
    enum ipip_status status; /* of ipip_stack_read() */
    /* Of each layer of a tunnel packet, for the judge. */
    struct {
        uint64_t facts;
        uint64_t addresses; /* a hash */
        uint64_t content;   /* likewise; of what a tunnel header carries */
    } of[IPIP_STACK_MAX];
    struct ipip_stack stack;
};

/* Reads packets one by one, also on another thread than the judge that takes what it parses (judge.h). */
struct ipip_parser;
struct ipip_flow;

/* NULL where there is no memory. `flow` is not touched. */
struct ipip_parser *ipip_parser_new(const struct ipip_flow *flow);
void ipip_parser_free(struct ipip_parser *parser);
void ipip_parser_parse(struct ipip_parser *parser, struct ipip_parsed_packet *parsed, const struct ipip_packet *packet);

#ifdef __cplusplus
}
#endif

#endif
