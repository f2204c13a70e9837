/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which optional fields the GRE headers of a tunnel direction have: all of them alike, or not (RFC 2784 section 2.2, RFC 2890 section 2). */
#ifndef IPIP_CORE_FLOW_GRE_FIELDS_H
#define IPIP_CORE_FLOW_GRE_FIELDS_H

#include <stdint.h>

struct flow;

enum { GRE_FIELDS_DIRECTIONS = 1U << 10 /* that are remembered */ };

struct gre_fields {
    uint16_t first; /* the flags of the first packet that say which are there */
    uint16_t told;  /* those that differed since */
};

/*
 * A packet with these flags in the direction with this fingerprint. Returns those of checksum and sequence number that the first one had
 * otherwise, each but once.
 */
uint16_t gre_fields_take(struct flow *flow, uint64_t direction, uint16_t flags);

#endif
