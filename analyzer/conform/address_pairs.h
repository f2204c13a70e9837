/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources and destinations of datagrams, or other pairs of addresses, up to a bound. */
#ifndef IPIP_ANALYZER_ADDRESS_PAIRS_H
#define IPIP_ANALYZER_ADDRESS_PAIRS_H

#include <glib.h>

#include "ipip/address.h"

/* To be freed with g_hash_table_destroy(). */
GHashTable *address_pairs_new(void);

void address_pairs_add(GHashTable *pairs, struct ipip_addr src, struct ipip_addr dst);

gboolean address_pairs_have(GHashTable *pairs, struct ipip_addr src, struct ipip_addr dst);

/* Both have one. */
gboolean address_pairs_meet(GHashTable *a, GHashTable *b);

#endif
