/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a tunnel direction over IPv6 takes its flow labels from the IPv6 packets inside (RFC 6438 section 3). */
#ifndef IPIP_CORE_FLOW_COPIED_LABELS_H
#define IPIP_CORE_FLOW_COPIED_LABELS_H

#include <stdbool.h>
#include <stdint.h>

struct flow;

enum {
    COPIED_LABELS_PACKETS = 20,          /* that agree, with */
    COPIED_LABELS_VALUES = 3,            /* labels: then it is no chance */
    COPIED_LABELS_DIRECTIONS = 1U << 10, /* that are remembered */
};

struct copied_labels {
    uint32_t packets;
    uint32_t values[COPIED_LABELS_VALUES]; /* inside, the first ones */
    uint8_t count;                         /* of values */
    bool differs;                          /* an outer label was another one */
    bool is_told;
};

struct copied_labels_step {
    bool is_copied; /* that shows with this packet for the first time */
    bool is_few;    /* they agree, on too few packets */
};

/* A packet with these labels in the direction with this fingerprint. */
struct copied_labels_step copied_labels_take(struct flow *flow, uint64_t direction, uint32_t outside, uint32_t inside);

#endif
