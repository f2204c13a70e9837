/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an outer header compares with the one inside, in a word for each field. There only where both were read. */
#ifndef IPIP_PLUGIN_COMPARISON_H
#define IPIP_PLUGIN_COMPARISON_H

#include "compat.h"

#include "ipip/stack.h"

void comparison_register(int proto);

/* Adds the fields to the tree, and the words to the item: "DF kept, DSCP copied, ECN normal, TTL 64 over 63". */
void comparison_add(proto_tree *tree, proto_item *item, const struct ipip_layer *outer, const struct ipip_layer *inner);

#endif
