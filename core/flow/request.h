/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that go through a tunnel, and whether anything ever answers them (IPIP321), by inner source and destination. */
#ifndef IPIP_CORE_REQUEST_H
#define IPIP_CORE_REQUEST_H

#include "flow/state.h"
#include "packet/kept_packet.h"

enum {
    REQUEST_PAIRS = 1 << 11,
    REQUEST_ECHOES = 5,      /* unanswered, these are enough; or */
    REQUEST_CONNECTIONS = 3, /* so many, */
    REQUEST_SYNS = 3,        /* each of which was tried so often */
    REQUEST_SECONDS = 3,     /* for the answer */
};

struct request_pair {
    struct ipip_addr src, dst;
    struct ipip_addr tunnel_src, tunnel_dst;
    int64_t first;
    int64_t enough;    /* when there were enough of them */
    int64_t echo_time; /* of the last one counted */
    uint32_t echo;     /* its identifier and sequence number */
    uint32_t echoes;
    struct {
        int64_t last;
        uint32_t ports;
        uint32_t syns; /* 0: the place is free */
    } connections[REQUEST_CONNECTIONS];
    uint16_t layer;
    bool is_answered;
    bool has_kept;
    bool has_failed;         /* set by request_end() */
    struct kept_packet kept; /* the one that was enough */
};

/* The innermost datagram of a tunnel packet, an echo request or a SYN without ACK. Returns facts. */
uint64_t request_take(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                      unsigned layer, const struct tunnel *tunnel);

/* What `src` sent to `dst` has an answer: any that comes while the capture lasts. */
void request_answer(struct flow *flow, struct ipip_addr src, struct ipip_addr dst);

/* The capture ends at `now`: decides whether it fails. */
void request_end(const struct flow *flow, struct request_pair *pair, int64_t now);

/* How many pairs of the same tunnel direction fail, too, in rows before this one and behind it. */
struct request_others {
    unsigned before, after;
};
struct request_others request_others(const struct flow *flow, uint32_t row);

#endif
