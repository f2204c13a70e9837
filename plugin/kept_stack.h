/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layers of a frame that cannot be read from its octets alone: kept with the octets that are not among them. */
#ifndef IPIP_PLUGIN_KEPT_STACK_H
#define IPIP_PLUGIN_KEPT_STACK_H

#include "compat.h"

#include "ipip/stack.h"

struct kept_stack;

/* Of a frame whose packet starts at `packet.data[0]`, all of it in `scope`. */
const struct kept_stack *kept_stack_new(wmem_allocator_t *scope, const struct ipip_stack *stack,
                                        struct ipip_bytes packet);

/* The layers, their octets as they were then: in the frame, which is at `packet` now, or those that were kept. */
const struct ipip_stack *kept_stack_at(wmem_allocator_t *scope, const struct kept_stack *kept,
                                       struct ipip_bytes packet);

#endif
