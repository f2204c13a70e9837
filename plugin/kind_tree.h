/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kind of tunnel a header is, and the headers between it and what is inside. */
#ifndef IPIP_PLUGIN_KIND_TREE_H
#define IPIP_PLUGIN_KIND_TREE_H

#include "compat.h"

#include "header_tree.h"

void kind_tree_register(int proto);

/* The name that the item of such a tunnel begins with. */
const char *kind_tree_title(enum ipip_kind kind);

/*
 * Adds what the kind of the tunnel header has: kind, headers between, encapsulation limit, embedded addresses, key, SPI and sequence number, this
 * with `gap`, or NULL; and appends limit, key and number to `item`. What is between is only shown where the octets are seen.
 */
void kind_tree_add(proto_tree *tree, proto_item *item, const struct header_pair *pair, const int32_t *gap);

#endif
