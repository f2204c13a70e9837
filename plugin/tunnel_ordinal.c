/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tunnel_ordinal.h"

struct pair {
    struct ipip_addr low, high;
};

static wmem_map_t *numbers; /* number + 1 by pair of addresses */
static struct pair last;    /* that came last: mostly the next one, too */
static uint32_t count;

static guint pair_hash(gconstpointer pointer)
{
    return wmem_strong_hash((const guint8 *)pointer, sizeof(struct pair));
}

static gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct pair)) == 0;
}

void tunnel_ordinal_register(void)
{
    numbers = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), pair_hash, pair_equal);
}

void tunnel_ordinal_open(void)
{
    count = 0;
    last = (struct pair){{0, 0}, {0, 0}};
}

static struct pair pair_of(struct ipip_addr src, struct ipip_addr dst)
{
    return ipip_address_less(src, dst) ? (struct pair){src, dst} : (struct pair){dst, src};
}

static void learn(struct pair pair)
{

    if (pair_equal(&pair, &last) && count > 0)
        return;
    last = pair;
    if (wmem_map_contains(numbers, &pair))
        return;
    wmem_map_insert(numbers, wmem_memdup(wmem_file_scope(), &pair, sizeof pair), GUINT_TO_POINTER(++count));
}

void tunnel_ordinal_learn(const struct ipip_stack *stack)
{
    for (unsigned k = 0; k < stack->count && stack->layers[k].is_tunnel; k++)
        learn(pair_of(stack->layers[k].ip.src, stack->layers[k].ip.dst));
}

bool tunnel_ordinal_of(struct ipip_addr src, struct ipip_addr dst, uint32_t *number)
{
    struct pair pair = pair_of(src, dst);
    unsigned found = GPOINTER_TO_UINT(wmem_map_lookup(numbers, &pair));

    *number = found - 1;
    return found > 0;
}
