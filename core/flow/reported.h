/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is reported once per tunnel direction, and counted from then on. Few tunnels show any of it, so the counts are not in their records;
 * those of habits, which go on with nearly every packet, are.
 */
#ifndef IPIP_CORE_FLOW_REPORTED_H
#define IPIP_CORE_FLOW_REPORTED_H

#include <stddef.h>

#include "flow/tunnel.h"

struct flow;

struct reported {
    uint32_t count;
};

/* One packet more of the direction with this key (flow_key()) on which the rule at this index of the catalogue failed. Returns how many there were before. */
uint32_t reported_take(struct flow *flow, uint64_t key, const struct tunnel *tunnel, size_t rule);

/* How many there have been; 0 also where they have been forgotten. */
uint32_t reported_count(const struct flow *flow, uint64_t key, const struct tunnel *tunnel, size_t rule);

#endif
