/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources and destinations of datagrams, up to a bound. */
#ifndef IPIP_ANALYZER_ADDRESS_PAIRS_H
#define IPIP_ANALYZER_ADDRESS_PAIRS_H

#include <glib.h>

#include "ipip/ip.h"

/* To be freed with g_hash_table_destroy(). */
GHashTable *address_pairs_new(void);

void address_pairs_add(GHashTable *pairs, const struct ipip_ip *ip);

gboolean address_pairs_have(GHashTable *pairs, const struct ipip_ip *ip);

/* Both have one. */
gboolean address_pairs_meet(GHashTable *a, GHashTable *b);

#endif
