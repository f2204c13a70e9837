/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inner sources and destinations of what was in a tunnel, up to a bound. */
#ifndef IPIP_ANALYZER_CARRIED_FLOWS_H
#define IPIP_ANALYZER_CARRIED_FLOWS_H

#include <glib.h>

#include "ipip/stack.h"

/* To be freed with g_hash_table_destroy(). */
GHashTable *carried_flows_new(void);

/* What is in the outermost tunnel header of a packet, if it has one. */
void carried_flows_add(GHashTable *flows, const struct ipip_stack *stack);

/* A packet of this header's source and destination was in a tunnel. */
gboolean carried_flows_have(GHashTable *flows, const struct ipip_ip *ip);

#endif
