/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How links to other frames are shown. */
#ifndef IPIP_PLUGIN_LINK_TREE_H
#define IPIP_PLUGIN_LINK_TREE_H

#include "compat.h"

#include "links.h"

void link_tree_register(int proto);

/* Adds those of a frame's links (see links_of()) that are about `layer`. */
void link_tree_add(proto_tree *tree, wmem_array_t *links, unsigned layer);

/* The first link about `layer`, or NULL. */
const struct link *link_tree_first(wmem_array_t *links, unsigned layer);

#endif
