/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/directions.h"

#include <stdlib.h>

#include "packet/fingerprint.h"
#include "pair/latency.h"

bool directions_init(struct directions *directions, uint64_t seed)
{
    hash_init(&directions->keys, seed);
    directions->rows[0] = calloc(1, sizeof *directions->rows[0]);
    directions->count = 1;
    return directions->rows[0] != NULL && lru_init(&directions->known, sizeof(uint32_t), DIRECTIONS_MAX, seed) &&
           lru_init(&directions->flows, sizeof(struct pair_flow), PAIR_FLOWS_MAX, seed);
}

void directions_free(struct directions *directions)
{
    for (uint32_t i = 0; i < directions->count; i++)
        free(directions->rows[i]);
    lru_free(&directions->known);
    lru_free(&directions->flows);
}

uint32_t directions_get(struct directions *directions, const struct ipip_tunnel_direction *direction)
{
    uint64_t key = fingerprint_of_direction(&directions->keys, direction);
    uint32_t row = lru_find(&directions->known, key);
    bool is_new;

    if (row != 0)
        return *(uint32_t *)lru_row(&directions->known, row);
    if (directions->count == DIRECTIONS_MAX)
        return 0;
    directions->rows[directions->count] = calloc(1, sizeof **directions->rows);
    if (directions->rows[directions->count] == NULL)
        return 0;
    directions->rows[directions->count]->direction = *direction;
    row = lru_get(&directions->known, key, &is_new);
    *(uint32_t *)lru_row(&directions->known, row) = directions->count;
    return directions->count++;
}

const struct ipip_pair_direction *directions_back(const struct directions *directions, uint32_t index)
{
    struct ipip_tunnel_direction back = ipip_tunnel_direction_back(&directions->rows[index]->direction);
    uint32_t row = index != 0 ? lru_peek(&directions->known, fingerprint_of_direction(&directions->keys, &back)) : 0;

    return row != 0 ? directions->rows[*(uint32_t *)lru_row(&directions->known, row)] : NULL;
}

static bool majority(const struct ipip_pair_direction *row, enum ipip_pair_way *way)
{
    *way = row->matched[IPIP_PAIR_BACK] > row->matched[IPIP_PAIR_THERE] ? IPIP_PAIR_BACK : IPIP_PAIR_THERE;
    return row->matched[IPIP_PAIR_BACK] != row->matched[IPIP_PAIR_THERE];
}

bool directions_way(const struct directions *directions, uint32_t index, enum ipip_pair_way *way)
{
    const struct ipip_pair_direction *back;

    if (majority(directions->rows[index], way))
        return true;
    back = directions_back(directions, index);
    if (back == NULL || !majority(back, way))
        return false;
    *way = 1 - *way;
    return true;
}

void directions_end(struct directions *directions)
{
    for (uint32_t i = 0; i < directions->count; i++)
        directions_way(directions, i, &directions->rows[i]->way);
    for (uint32_t i = 0; i < directions->count; i++) {
        struct ipip_pair_direction *row = directions->rows[i];

        row->matched[row->way] += row->at_once;
        pair_latency_add(&row->latency[row->way], 0, row->at_once);
    }
}

static const struct ipip_addr anywhere;

static void remember(struct directions *directions, uint64_t key, struct pair_flow flow)
{
    bool is_new;

    *(struct pair_flow *)lru_row(&directions->flows, lru_get(&directions->flows, key, &is_new)) = flow;
}

void directions_take_flow(struct directions *directions, uint64_t flow, struct ipip_addr src, struct ipip_addr dst,
                          uint32_t direction, enum ipip_pair_way way)
{
    struct pair_flow row = {direction, (uint8_t)way};
    uint32_t known = lru_find(&directions->flows, flow);

    if (known != 0) {
        *(struct pair_flow *)lru_row(&directions->flows, known) = row;
        return;
    }
    remember(directions, flow, row);
    if (way == IPIP_PAIR_THERE)
        remember(directions, fingerprint_of_addresses(&directions->keys, anywhere, dst), row);
    else
        remember(directions, fingerprint_of_addresses(&directions->keys, src, anywhere), row);
}

static const struct pair_flow *look(struct directions *directions, uint64_t key)
{
    uint32_t row = lru_find(&directions->flows, key);

    return row != 0 ? lru_row(&directions->flows, row) : NULL;
}

const struct pair_flow *directions_flow(struct directions *directions, uint64_t flow, struct ipip_addr src,
                                        struct ipip_addr dst)
{
    const struct pair_flow *found = look(directions, flow);

    if (found == NULL)
        found = look(directions, fingerprint_of_addresses(&directions->keys, anywhere, dst));
    if (found == NULL)
        found = look(directions, fingerprint_of_addresses(&directions->keys, src, anywhere));
    return found;
}
