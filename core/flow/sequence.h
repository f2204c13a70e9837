/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Series of sequence numbers: of GRE in a tunnel direction (RFC 2890 section 2.2), and of a security association there (RFC 4302, RFC 4303). */
#ifndef IPIP_CORE_FLOW_SEQUENCE_H
#define IPIP_CORE_FLOW_SEQUENCE_H

#include "flow/view.h"
#include "ipip/bytes.h"
#include "table/hash.h"

enum {
    SEQUENCE_NUMBERS = 32,      /* of a series that are remembered: a packet that comes twice mostly does so soon */
    SEQUENCE_SERIES = 1U << 10, /* that are remembered */
};

struct sequence_series {
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

/* The fingerprint of the series of this SPI, in the direction with this fingerprint; `protocol` is that of ESP or AH. */
uint64_t sequence_association(const struct hash_keys *keys, uint64_t direction, unsigned protocol, uint32_t spi);

/* A packet with this number and content, in the series with this fingerprint: where it stands in their order. */
struct sequence_step sequence_take(struct flow *flow, uint64_t series, const struct ipip_packet *packet,
                                   uint32_t number, uint64_t content);

#endif
