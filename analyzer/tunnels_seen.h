/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnels of a run and the carriers that they came in, taken packet by packet as a judge sees them. */
#ifndef IPIP_ANALYZER_TUNNELS_SEEN_H
#define IPIP_ANALYZER_TUNNELS_SEEN_H

#include "ipip/inventory.h"
#include "ipip/judge.h"
#include "tunnel_carriers.h"

struct tunnels_seen {
    struct ipip_inventory *tunnels;
    struct carriers_of_tunnels *carriers;
};

/* `kinds` are those of the judge; they stay until tunnels_seen_clear(). */
struct tunnels_seen tunnels_seen_new(const struct ipip_kinds *kinds);
void tunnels_seen_clear(struct tunnels_seen *seen);

/* A packet with its layers, as the judge's observer has it, and which of them were `copied` (ipip_judge_copied()). */
void tunnels_seen_take(struct tunnels_seen *seen, const struct ipip_packet *packet, const struct ipip_stack *stack,
                       uint32_t copied);

#endif
