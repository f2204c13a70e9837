/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/judge_internal.h"

enum {
    CACHED_ROWS = 1000, /* so many stay in the cache by themselves */
    /* Packets from now: what leads to the rows, and the rows. */
    SOON = 4,
    LATER = 12,
};

/* A packet whose tables' rows are worth while to fetch: the outermost tunnel's. */
static bool has_tunnel(const struct parsed_packet *parsed)
{
    return parsed->status == IPIP_OK && parsed->stack.count > 1;
}

static void fetch_places(const struct flow *flow, const struct parsed_packet *later, bool is_large)
{
    if (is_large) {
        lru_prefetch_place(&flow->tunnels, later->of[0].addresses);
        lru_prefetch_place(&flow->inners, later->of[1].addresses);
    }
    history_prefetch_head(&flow->history, HISTORY_BY_ID,
                          history_id_slot(later->of[0].addresses, &later->stack.layers[0].ip));
    history_prefetch_head(&flow->history, HISTORY_BY_CONTENT, history_content_slot(later->of[1].content));
}

static void fetch_rows(const struct flow *flow, const struct parsed_packet *soon, bool is_large)
{
    if (is_large) {
        lru_prefetch_row(&flow->tunnels, soon->of[0].addresses);
        lru_prefetch_row(&flow->inners, soon->of[1].addresses);
    }
    history_prefetch_entry(&flow->history, HISTORY_BY_CONTENT, history_content_slot(soon->of[1].content));
}

void prefetch(const struct ipip_judge *judge, const struct parsed_packet *parsed, size_t left)
{
    const struct flow *flow = judge->flow;
    bool is_large = flow->tunnels.count + flow->inners.count > CACHED_ROWS;

    if (left > LATER && has_tunnel(&parsed[LATER]))
        fetch_places(flow, &parsed[LATER], is_large);
    if (left > SOON && has_tunnel(&parsed[SOON]))
        fetch_rows(flow, &parsed[SOON], is_large);
}
