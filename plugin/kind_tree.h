/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kind of tunnel a header is, and the headers between it and what is inside. */
#ifndef IPIP_PLUGIN_KIND_TREE_H
#define IPIP_PLUGIN_KIND_TREE_H

#include "compat.h"

#include "ipip/stack.h"
#include "tvb_pos.h"

void kind_tree_register(int proto);

/* The name that the item of such a tunnel begins with. */
const char *kind_tree_title(enum ipip_kind kind);

/*
 * Adds kind, chain, key and sequence number of the tunnel header that is at `at`, and appends the last two to `item`. What is between is only shown
 * where the octets are seen.
 */
void kind_tree_add(proto_tree *tree, proto_item *item, const struct ipip_layer *outer, struct tvb_pos at);

#endif
