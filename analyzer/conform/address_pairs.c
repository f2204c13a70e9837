/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "address_pairs.h"

enum { PAIRS_MAX = 1 << 16 };

static uint64_t key_of(struct ipip_addr src, struct ipip_addr dst)
{
    return (src.high ^ src.low) * UINT64_C(0x9e3779b97f4a7c15) + (dst.high ^ dst.low);
}

GHashTable *address_pairs_new(void)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

void address_pairs_add(GHashTable *pairs, struct ipip_addr src, struct ipip_addr dst)
{
    uint64_t key = key_of(src, dst);

    if (!g_hash_table_contains(pairs, &key) && g_hash_table_size(pairs) < PAIRS_MAX)
        g_hash_table_add(pairs, g_memdup2(&key, sizeof key));
}

gboolean address_pairs_have(GHashTable *pairs, struct ipip_addr src, struct ipip_addr dst)
{
    uint64_t key = key_of(src, dst);

    return g_hash_table_contains(pairs, &key);
}

gboolean address_pairs_meet(GHashTable *a, GHashTable *b)
{
    GHashTableIter all;
    gpointer key;

    g_hash_table_iter_init(&all, a);
    while (g_hash_table_iter_next(&all, &key, NULL)) {
        if (g_hash_table_contains(b, key))
            return TRUE;
    }
    return FALSE;
}
