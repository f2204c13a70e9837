/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The items that show tunnel layers in the packet tree, and packets outside a tunnel. */
#ifndef IPIP_PLUGIN_TREE_H
#define IPIP_PLUGIN_TREE_H

#include "compat.h"

#include "header_tree.h"

void tree_register(int proto);

/* What an item is made of. */
struct tree_layer {
    struct header_pair pair;
    unsigned depth; /* 1 for the outermost tunnel header */
    unsigned bytes; /* from the outer header to what is inside */
    bool is_judged;
    const int32_t *gap; /* of its sequence number (sequence_gaps.h); NULL: not known */
    bool is_quoted;     /* inside an ICMP error */
};

/* Adds the item of a tunnel layer, with its kind and its ends. `tvb` is any of the packet. Returns the tree below it. */
proto_tree *tree_add_layer(proto_tree *parent, tvbuff_t *tvb, int proto, const struct tree_layer *layer);

/* Adds the rest, without headers, to this tree and to the line of the item: behind what is wrong with the layer. */
void tree_describe_layer(proto_tree *tree, const struct tree_layer *layer);

/* Adds the item for a tunnel of which the packet has no header. Returns the tree below it. */
proto_tree *tree_add_inner_side(proto_tree *parent, tvbuff_t *tvb, int proto, enum ipip_finding_target target,
                                struct ipip_addr src, struct ipip_addr dst);

#endif
