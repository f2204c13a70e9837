/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TCP header (RFC 9293 section 3.1), read into plain values. */
#ifndef IPIP_CORE_TCP_H
#define IPIP_CORE_TCP_H

#include "ipip/stack.h"

enum tcp_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

enum { TCP_HEADER_MIN = 20, TCP_SACKS = 4 };

struct tcp_header {
    uint16_t sport, dport;
    uint32_t seq, ack;
    uint8_t flags; /* of enum tcp_flag, and others */
    uint16_t window;
    uint8_t header_bytes;
    uint32_t payload_bytes; /* what Total Length leaves */
    uint16_t mss;           /* 0: no such option */
    uint8_t sack_count;
    uint32_t sack_left[TCP_SACKS], sack_right[TCP_SACKS]; /* received beyond `ack`, right end excluded */
    bool is_cut;                                          /* not all options are captured */
};

/* False where `layer` is not TCP, is a fragment, or fewer than 20 octets of the header are captured, or there. */
bool tcp_read(struct tcp_header *header, const struct ipip_layer *layer);

#endif
