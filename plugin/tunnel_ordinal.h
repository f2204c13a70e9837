/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A number for each tunnel, from 0 on, in order of appearance. Both directions have the same one, as those of a stream. */
#ifndef IPIP_PLUGIN_TUNNEL_ORDINAL_H
#define IPIP_PLUGIN_TUNNEL_ORDINAL_H

#include "compat.h"

#include "ipip/stack.h"

void tunnel_ordinal_register(void);
void tunnel_ordinal_open(uint64_t seed);

/* The next frame in capture order. */
void tunnel_ordinal_learn(const struct ipip_stack *stack);

/* False where there was no such tunnel. */
bool tunnel_ordinal_of(struct ipip_addr src, struct ipip_addr dst, uint32_t *number);

#endif
