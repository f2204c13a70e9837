/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/inventory.h"

#include <stdlib.h>

#include "lru.h"

struct ipip_inventory {
    struct lru rows; /* of struct ipip_seen; never given up but for want of memory */
};

struct ipip_inventory *ipip_inventory_new(uint64_t seed)
{
    struct ipip_inventory *inventory = calloc(1, sizeof *inventory);

    if (inventory != NULL && !lru_init(&inventory->rows, sizeof(struct ipip_seen), UINT32_MAX - 1, seed)) {
        ipip_inventory_free(inventory);
        return NULL;
    }
    return inventory;
}

void ipip_inventory_free(struct ipip_inventory *inventory)
{
    if (inventory != NULL)
        lru_free(&inventory->rows);
    free(inventory);
}

static uint64_t hash_of_direction(const struct ipip_inventory *inventory, uint32_t src, uint32_t dst)
{
    return hash_words(&inventory->rows.keys, src, dst);
}

struct ipip_seen *ipip_inventory_get(struct ipip_inventory *inventory, uint32_t src, uint32_t dst)
{
    bool is_new;
    uint32_t row = lru_get(&inventory->rows, src, dst, hash_of_direction(inventory, src, dst), &is_new);
    struct ipip_seen *seen = lru_row(&inventory->rows, row);

    seen->index = row - 1;
    seen->src = src;
    seen->dst = dst;
    return seen;
}

const struct ipip_seen *ipip_inventory_find(const struct ipip_inventory *inventory, uint32_t src, uint32_t dst)
{
    uint32_t row = lru_peek(&inventory->rows, src, dst, hash_of_direction(inventory, src, dst));

    return row != 0 ? lru_row(&inventory->rows, row) : NULL;
}

uint32_t ipip_inventory_count(const struct ipip_inventory *inventory)
{
    return inventory->rows.used;
}

const struct ipip_seen *ipip_inventory_at(const struct ipip_inventory *inventory, uint32_t index)
{
    return lru_row(&inventory->rows, index + 1);
}

static struct ipip_seen *seen_at(struct ipip_inventory *inventory, const struct ipip_layer *outer, int64_t time)
{
    struct ipip_seen *seen = ipip_inventory_get(inventory, outer->ip.src, outer->ip.dst);

    if (seen->observation.packets == 0 && seen->outer_fragments == 0)
        seen->first = seen->last = time;
    if (time < seen->first)
        seen->first = time;
    if (time > seen->last)
        seen->last = time;
    return seen;
}

void ipip_inventory_add(struct ipip_inventory *inventory, const struct ipip_stack *stack, int64_t time)
{
    for (unsigned k = 0; k < stack->count && stack->layers[k].is_tunnel; k++) {
        const struct ipip_layer *outer = &stack->layers[k];
        bool is_last = k + 1 == stack->count;

        if (outer->is_reassembled || (is_last && stack->end == IPIP_END_FRAGMENT))
            seen_at(inventory, outer, time)->outer_fragments++;
        if (!is_last) {
            struct ipip_seen *seen = seen_at(inventory, outer, time);

            ipip_observe(&seen->observation, outer, outer + 1);
            seen->bytes += outer->ip.total_bytes;
        }
    }
}
