/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/judge_internal.h"

enum {
    CACHED_ROWS = 1000, /* so many stay in the cache by themselves */
    NESTED_SOUGHT = 2,  /* of what lies in nested tunnels */
};

/* By what the tables are asked: by what tunnel headers carry, and by a packet beside a tunnel. How many there are. */
static size_t gather(const struct parsed_layer *sought[static NESTED_SOUGHT * PREFETCH_GROUP],
                     const struct batched *packets, size_t count)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        const struct parsed_packet *parsed = packets[i].parsed;

        if (parsed->is_plain) {
            sought[found++] = &parsed->of[1];
            continue;
        }
        if (parsed->status != IPIP_OK)
            continue;
        if (parsed->stack.count == 1 && parsed->stack.layers[0].kind == IPIP_KIND_NONE && parsed->of[0].content != 0)
            sought[found++] = &parsed->of[0];
        for (unsigned k = 1; k < parsed->stack.count && k <= NESTED_SOUGHT; k++)
            sought[found++] = &parsed->of[k];
    }
    return found;
}

static bool has_tunnel(const struct parsed_packet *parsed)
{
    return parsed->status == IPIP_OK && parsed->stack.count > 1;
}

static void prefetch_places(const struct flow *flow, const struct batched *packets, size_t count,
                            const struct parsed_layer *const *sought, size_t found)
{
    for (size_t i = 0; i < count; i++) {
        if (has_tunnel(packets[i].parsed))
            lru_prefetch_place(&flow->tunnels, packets[i].parsed->of[0].addresses);
    }
    for (size_t i = 0; i < found; i++)
        lru_prefetch_place(&flow->inners, sought[i]->addresses);
    lru_prefetch_oldest(&flow->inners, count);
}

static void prefetch_rows(const struct flow *flow, const struct batched *packets, size_t count,
                          const struct parsed_layer *const *sought, size_t found)
{
    for (size_t i = 0; i < count; i++) {
        if (has_tunnel(packets[i].parsed))
            lru_prefetch_row(&flow->tunnels, packets[i].parsed->of[0].addresses);
    }
    for (size_t i = 0; i < found; i++)
        lru_prefetch_row(&flow->inners, sought[i]->addresses);
}

void prefetch(const struct ipip_judge *judge, const struct batched *packets, size_t count)
{
    const struct flow *flow = judge->flow;
    const struct history *history = &flow->history;
    const struct sightings *sightings = &flow->sides.sightings;
    bool is_large = flow->tunnels.count + flow->inners.count > CACHED_ROWS;
    const struct parsed_layer *sought[NESTED_SOUGHT * PREFETCH_GROUP];
    size_t found;

    if (history->entries == NULL)
        return;
    found = gather(sought, packets, count);
    /* What leads to the rows, */
    for (size_t i = 0; i < found; i++)
        history_prefetch_head(history, sought[i]->content);
    for (size_t i = 0; sightings->ring != NULL && i < found; i++)
        sightings_prefetch_head(sightings, sought[i]->content);
    if (is_large)
        prefetch_places(flow, packets, count, sought, found);
    /* and the rows. */
    for (size_t i = 0; i < found; i++)
        history_prefetch_content(history, sought[i]->content);
    for (size_t i = 0; sightings->ring != NULL && i < found; i++)
        sightings_prefetch_link(sightings, sought[i]->content);
    if (is_large)
        prefetch_rows(flow, packets, count, sought, found);
}
