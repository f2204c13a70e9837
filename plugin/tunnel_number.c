/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tunnel_number.h"

static wmem_map_t *numbers; /* number + 1 by pair of addresses */
static uint64_t last;       /* the pair that came last: mostly the next one, too */
static uint32_t count;

void tunnel_number_register(void)
{
    numbers = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_int64_hash, g_int64_equal);
}

void tunnel_number_open(void)
{
    count = 0;
    last = 0;
}

static uint64_t pair_of(uint32_t src, uint32_t dst)
{
    return src < dst ? (uint64_t)src << 32 | dst : (uint64_t)dst << 32 | src;
}

static void learn(uint64_t pair)
{
    uint64_t *key;

    if (pair == last && count > 0)
        return;
    last = pair;
    if (wmem_map_contains(numbers, &pair))
        return;
    key = wmem_new(wmem_file_scope(), uint64_t);
    *key = pair;
    wmem_map_insert(numbers, key, GUINT_TO_POINTER(++count));
}

void tunnel_number_learn(const struct ipip_stack *stack)
{
    for (unsigned k = 0; k < stack->count && stack->layers[k].is_tunnel; k++)
        learn(pair_of(stack->layers[k].ip.src, stack->layers[k].ip.dst));
}

bool tunnel_number_of(uint32_t src, uint32_t dst, uint32_t *number)
{
    uint64_t pair = pair_of(src, dst);
    unsigned found = GPOINTER_TO_UINT(wmem_map_lookup(numbers, &pair));

    *number = found - 1;
    return found > 0;
}
