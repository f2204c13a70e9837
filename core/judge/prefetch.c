/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/judge_internal.h"

enum { CACHED_ROWS = 1000 }; /* so many stay in the cache by themselves */

/* A packet whose tables' rows are worth while to fetch: the outermost tunnel's. */
static bool has_tunnel(const struct parsed_packet *parsed)
{
    return parsed->status == IPIP_OK && parsed->stack.count > 1;
}

void prefetch(const struct ipip_judge *judge, const struct batched *packets, size_t count)
{
    const struct flow *flow = judge->flow;
    const struct history *history = &flow->history;
    bool is_large = flow->tunnels.count + flow->inners.count > CACHED_ROWS;

    if (history->entries == NULL)
        return;
    /* What leads to the rows, */
    for (size_t i = 0; i < count; i++) {
        if (!has_tunnel(packets[i].parsed))
            continue;
        history_prefetch_head(history, packets[i].parsed->of[1].content);
        if (is_large) {
            lru_prefetch_place(&flow->tunnels, packets[i].parsed->of[0].addresses);
            lru_prefetch_place(&flow->inners, packets[i].parsed->of[1].addresses);
        }
    }
    if (is_large)
        lru_prefetch_oldest(&flow->inners, count);
    /* and the rows. */
    for (size_t i = 0; i < count; i++) {
        if (!has_tunnel(packets[i].parsed))
            continue;
        history_prefetch_content(history, packets[i].parsed->of[1].content);
        if (is_large) {
            lru_prefetch_row(&flow->tunnels, packets[i].parsed->of[0].addresses);
            lru_prefetch_row(&flow->inners, packets[i].parsed->of[1].addresses);
        }
    }
}
