/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the packets of one tunnel direction show of its configuration. */
#ifndef IPIP_OBSERVE_H
#define IPIP_OBSERVE_H

#include <stdint.h>

#include "ipip/ipv4.h"
#include "ipip/tunnel.h"

/* A running majority: `value` was seen in more than half of the packets if any was. */
struct ipip_majority {
    uint8_t value;
    uint32_t lead;
};

/* Counts over the packets of a direction; all zero before the first one. */
struct ipip_observation {
    uint32_t packets;
    struct ipip_majority ttl;  /* outer TTL */
    struct ipip_majority hops; /* inner TTL less outer TTL, modulo 256 */
    struct ipip_majority dscp; /* outer DSCP */
    uint32_t dscp_copied;
    uint32_t ecn[4][4]; /* by inner and outer field */
    uint32_t df[2][2];  /* by inner and outer flag */
};

/* Adds a packet: `outer` is a tunnel header of the direction, `inner` what it carries. */
void ipip_observe(struct ipip_observation *observation, const struct ipip_ipv4 *outer, const struct ipip_ipv4 *inner);

/*
 * The configuration that explains most of the packets, for a tunnel from `src` to `dst`. With an inherited TTL, `*hops` is how
 * many routers the packets have passed since the encapsulation; else 0. Where several explain the same, the simpler one; the
 * Identification is always taken as a counter's, whose state the packets themselves show.
 */
struct ipip_tunnel ipip_observed_tunnel(const struct ipip_observation *observation, uint32_t src, uint32_t dst,
                                        uint8_t *hops);

#endif
