/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The items that show tunnel layers in the packet tree, and what is beside a tunnel. */
#ifndef IPIP_PLUGIN_TREE_H
#define IPIP_PLUGIN_TREE_H

#include "compat.h"

#include "session.h"

void tree_register(int proto);

/* What an item is made of. */
struct tree_layer {
    const struct ipip_stack *stack;
    unsigned k; /* the layer of the tunnel header */
    bool is_judged;
    bool is_quoted; /* inside an ICMP error */
};

/*
 * Adds the item of a tunnel layer. `tvb` holds the inner header from octet 0 on, or is the frame. Returns the tree below the
 * item: findings come first in it, then the headers.
 */
proto_tree *tree_add_layer(proto_tree *parent, tvbuff_t *tvb, int proto, const struct tree_layer *layer);

/* Adds the item for a finding about a tunnel of which the packet has no header. Returns the tree below it. */
proto_tree *tree_add_beside(proto_tree *parent, tvbuff_t *tvb, int proto, const struct session_finding *finding);

/* Adds the two headers below the item. */
void tree_add_headers(proto_tree *tree, tvbuff_t *tvb, const struct tree_layer *layer);

#endif
