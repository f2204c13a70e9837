/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fetching into the cache what packets to come need. */
#include "judge/judge_internal.h"

/* So many stay in the cache by themselves. */
enum { CACHED_ROWS = 1000 };

/* A packet whose tables' rows are worth while to fetch: the outermost tunnel's. */
static bool has_tunnel(const struct ipip_parsed_packet *parsed)
{
    return parsed->status == IPIP_OK && parsed->stack.count > 1;
}

void ipip_judge_expect(const struct ipip_judge *judge, const struct ipip_parsed_packet *soon,
                       const struct ipip_parsed_packet *later)
{
    const struct ipip_flow *flow = judge->flow;
    bool is_large = flow->tunnels.count + flow->inners.count > CACHED_ROWS;

    if (has_tunnel(later)) {
        if (is_large) {
            lru_prefetch_place(&flow->tunnels, later->of[0].addresses);
            lru_prefetch_place(&flow->inners, later->of[1].addresses);
        }
        history_prefetch_head(&flow->history, HISTORY_BY_ID,
                              history_id_slot(later->of[0].addresses, &later->stack.layers[0].ip));
        history_prefetch_head(&flow->history, HISTORY_BY_CONTENT, history_content_slot(later->of[1].content));
    }
    if (has_tunnel(soon)) {
        if (is_large) {
            lru_prefetch_row(&flow->tunnels, soon->of[0].addresses);
            lru_prefetch_row(&flow->inners, soon->of[1].addresses);
        }
        history_prefetch_entry(&flow->history, HISTORY_BY_CONTENT, history_content_slot(soon->of[1].content));
    }
}
