/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tunnel_ordinal.h"

struct pair {
    struct ipip_addr low, high;
};

enum { RECENT_BITS = 8 };

static wmem_map_t *numbers; /* number + 1 by pair of addresses */
static uint32_t count;
static uint64_t seed;

/* What has a number, the latest of each slot: most packets look no further. */
static struct pair recent[1 << RECENT_BITS];

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

void tunnel_ordinal_open(uint64_t new_seed)
{
    const struct pair none = {{UINT64_MAX, UINT64_MAX}, {0, 0}}; /* not in order, as no tunnel has them */

    count = 0;
    seed = new_seed | 1;
    for (size_t i = 0; i < G_N_ELEMENTS(recent); i++)
        recent[i] = none;
}

static struct pair pair_of(struct ipip_addr src, struct ipip_addr dst)
{
    return ipip_address_less(src, dst) ? (struct pair){src, dst} : (struct pair){dst, src};
}

static bool is_between(const struct pair *pair, struct ipip_addr a, struct ipip_addr b)
{
    return ipip_address_equal(a, pair->low) && ipip_address_equal(b, pair->high);
}

static void number(struct pair pair)
{
    if (wmem_map_contains(numbers, &pair))
        return;
    wmem_map_insert(numbers, wmem_memdup(wmem_file_scope(), &pair, sizeof pair), GUINT_TO_POINTER(++count));
}

void tunnel_ordinal_learn(const struct ipip_stack *stack)
{
    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        const struct ipip_ip *ip = &stack->layers[k].ip;
        uint64_t sum = ip->src.high + ip->src.low + ip->dst.high + ip->dst.low; /* the same for both directions */
        struct pair *slot = &recent[sum * seed >> (64 - RECENT_BITS)];

        if (is_between(slot, ip->src, ip->dst) || is_between(slot, ip->dst, ip->src))
            continue;
        *slot = pair_of(ip->src, ip->dst);
        number(*slot);
    }
}

bool tunnel_ordinal_of(struct ipip_addr src, struct ipip_addr dst, uint32_t *number)
{
    struct pair pair = pair_of(src, dst);
    unsigned found = GPOINTER_TO_UINT(wmem_map_lookup(numbers, &pair));

    *number = found - 1;
    return found > 0;
}
