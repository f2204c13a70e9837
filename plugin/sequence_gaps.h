/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sequence numbers of GRE (RFC 2890) and ESP (RFC 4303), each against the furthest one before in its tunnel direction. Learnt on the one look
 * that each frame gets in capture order.
 */
#ifndef IPIP_PLUGIN_SEQUENCE_GAPS_H
#define IPIP_PLUGIN_SEQUENCE_GAPS_H

#include "compat.h"

#include "ipip/stack.h"

void sequence_gaps_register(void);
void sequence_gaps_open(uint64_t seed);

/* The next frame; its tunnel headers that were there before, as bits by layer, have no place in the order. */
void sequence_gaps_learn(const struct ipip_stack *stack, uint32_t copied, uint32_t frame);

/*
 * How many numbers are missing before that of a layer; as many less than 0 as it is behind the next one. False of the first one, and of
 * copies.
 */
bool sequence_gap_of(uint32_t frame, unsigned layer, int32_t *gap);

#endif
