/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/reported.h"

#include "flow/state.h"

/* A direction that was forgotten and comes back begins at another time: then all is reported again. */
static uint64_t hash_of_rule(const struct flow *flow, uint64_t key, const struct tunnel *tunnel, size_t rule)
{
    return hash_pair(&flow->reported.keys, key ^ (uint64_t)tunnel->first_time, rule);
}

uint32_t reported_take(struct flow *flow, uint64_t key, const struct tunnel *tunnel, size_t rule)
{
    bool is_new;
    uint32_t row = lru_get(&flow->reported, hash_of_rule(flow, key, tunnel, rule), &is_new);
    struct reported *reported = lru_row(&flow->reported, row);
    uint32_t before = reported->count;

    reported->count += before < UINT32_MAX;
    return before;
}

uint32_t reported_count(const struct flow *flow, uint64_t key, const struct tunnel *tunnel, size_t rule)
{
    uint32_t row = lru_peek(&flow->reported, hash_of_rule(flow, key, tunnel, rule));

    return row != 0 ? ((const struct reported *)lru_row(&flow->reported, row))->count : 0;
}
