/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carried_flows.h"

enum { FLOWS_MAX = 1 << 16 };

static uint64_t key_of(const struct ipip_ip *ip)
{
    return (ip->src.high ^ ip->src.low) * UINT64_C(0x9e3779b97f4a7c15) + (ip->dst.high ^ ip->dst.low);
}

GHashTable *carried_flows_new(void)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

void carried_flows_add(GHashTable *flows, const struct ipip_stack *stack)
{
    uint64_t key;

    if (stack->count < 2 || stack->layers[0].kind == IPIP_KIND_NONE || g_hash_table_size(flows) >= FLOWS_MAX)
        return;
    key = key_of(&stack->layers[1].ip);
    if (!g_hash_table_contains(flows, &key))
        g_hash_table_add(flows, g_memdup2(&key, sizeof key));
}

gboolean carried_flows_have(GHashTable *flows, const struct ipip_ip *ip)
{
    uint64_t key = key_of(ip);

    return g_hash_table_contains(flows, &key);
}
