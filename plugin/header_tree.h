/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of an outer and of an inner header. */
#ifndef IPIP_PLUGIN_HEADER_TREE_H
#define IPIP_PLUGIN_HEADER_TREE_H

#include "compat.h"

#include "ipip/stack.h"
#include "tvb_pos.h"

/* A header around another one. */
struct header_pair {
    const struct ipip_layer *outer;
    const struct ipip_layer *inner; /* NULL: not there, or not read */
    struct tvb_pos outer_at;
    struct tvb_pos inner_at;
};

void header_tree_register(int proto);

/* Adds a subtree for each of the two. `tvb` is any of the packet. */
void header_tree_add(proto_tree *tree, tvbuff_t *tvb, const struct header_pair *pair);

#endif
