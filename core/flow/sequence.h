/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sequence numbers of GRE in a tunnel direction (RFC 2890 section 2.2). */
#ifndef IPIP_CORE_FLOW_SEQUENCE_H
#define IPIP_CORE_FLOW_SEQUENCE_H

#include "flow/view.h"
#include "ipip/bytes.h"
#include "table/hash.h"

enum {
    SEQUENCE_NUMBERS = 32, /* of a direction that are remembered: a packet that comes twice mostly does so soon */
    SEQUENCE_DIRECTIONS = 1U << 10, /* that are remembered */
};

/* Of a direction. */
struct sequence_direction {
    uint32_t last; /* the highest */
    uint32_t count;
    struct sequence_number {
        uint64_t content; /* a fingerprint of the payload */
        uint64_t frame;
        int64_t time;
        uint32_t number;
    } numbers[SEQUENCE_NUMBERS]; /* a ring: the latest is at `count` - 1 */
};

/* Of a payload: enough of it to tell packets with the same number from copies. */
uint64_t sequence_content(const struct hash_keys *keys, struct ipip_bytes payload);

struct flow;
struct ipip_packet;

/* A packet with this number and content, in the direction with this fingerprint: where it stands in their order. */
struct sequence_step sequence_take(struct flow *flow, uint64_t direction, const struct ipip_packet *packet,
                                   uint32_t number, uint64_t content);

#endif
