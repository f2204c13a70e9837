/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/repeats.h"
#include "judge/judge_internal.h"
#include "wire/octets.h"

enum {
    CACHED_ROWS = 1000, /* so many stay in the cache by themselves */
};

enum { ID = 4, FLAGS = 6, DF = 0x40 }; /* in an IPv4 header */

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

static bool is_large(const struct flow *flow)
{
    return flow->tunnels.count + flow->inners.count > CACHED_ROWS;
}

static bool has_tunnel(const struct parsed_packet *parsed)
{
    return parsed->status == IPIP_OK && parsed->stack.count > 1;
}

/* Of plain packets, which are most. How many there are. */
static size_t gather_ids(struct sought_id sought[static PREFETCH_GROUP], const struct batched *packets, size_t count)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        const struct parsed_packet *parsed = packets[i].parsed;
        const uint8_t *inner = parsed->packet.ip.data + IPIP_IPV4_HEADER_MIN;

        if (parsed->is_plain && (inner[FLAGS] & DF) == 0)
            sought[found++] = (struct sought_id){repeats_sender(parsed->of[0].addresses, parsed->of[1].addresses),
                                                 wire_get16(inner + ID)};
    }
    return found;
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
}

static void fetch_rows(const struct flow *flow, const struct batched *packets, size_t count,
                       const struct parsed_layer *const *sought, size_t found)
{
    for (size_t i = 0; i < count; i++) {
        if (has_tunnel(packets[i].parsed))
            lru_prefetch_row(&flow->tunnels, packets[i].parsed->of[0].addresses);
    }
    for (size_t i = 0; i < found; i++)
        lru_prefetch_row(&flow->inners, sought[i]->addresses);
}

void prefetch_leads(const struct ipip_judge *judge, struct prefetched *group, const struct batched *packets,
                    size_t count)
{
    const struct flow *flow = judge->flow;
    const struct history *history = &flow->history;
    const struct sightings *sightings = &flow->sides.sightings;

    group->packets = packets;
    group->count = count;
    group->found = group->found_ids = 0;
    if (history->entries == NULL)
        return;
    group->found = gather(group->sought, packets, count);
    group->found_ids = gather_ids(group->ids, packets, count);
    for (size_t i = 0; i < group->found; i++)
        history_prefetch_head(history, group->sought[i]->content);
    for (size_t i = 0; sightings->ring != NULL && i < group->found; i++)
        sightings_prefetch_head(sightings, group->sought[i]->content);
    for (size_t i = 0; i < group->found_ids; i++)
        history_prefetch_inner_id_head(history, group->ids[i].addresses, group->ids[i].id);
    if (is_large(flow))
        prefetch_places(flow, packets, count, group->sought, group->found);
}

void prefetch_rows(const struct ipip_judge *judge, const struct prefetched *group)
{
    const struct flow *flow = judge->flow;
    const struct history *history = &flow->history;
    const struct sightings *sightings = &flow->sides.sightings;

    if (history->entries == NULL)
        return;
    for (size_t i = 0; i < group->found; i++)
        history_prefetch_content(history, group->sought[i]->content);
    for (size_t i = 0; sightings->ring != NULL && i < group->found; i++)
        sightings_prefetch_link(sightings, group->sought[i]->content);
    for (size_t i = 0; i < group->found_ids; i++)
        history_prefetch_inner_id(history, group->ids[i].addresses, group->ids[i].id);
    if (is_large(flow))
        fetch_rows(flow, group->packets, group->count, group->sought, group->found);
}
