/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/repeats.h"
#include "judge/judge_internal.h"
#include "wire/octets.h"

enum {
    CACHED_ROWS = 1000, /* so many stay in the cache by themselves */
    NESTED_SOUGHT = 2,  /* of what lies in nested tunnels */
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

static bool has_tunnel(const struct parsed_packet *parsed)
{
    return parsed->status == IPIP_OK && parsed->stack.count > 1;
}

/* A header inside whose Identification must be unique: what finds those before with the same one. */
struct sought_id {
    uint64_t addresses;
    uint16_t id;
};

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
    struct sought_id ids[PREFETCH_GROUP];
    size_t found, found_ids;

    if (history->entries == NULL)
        return;
    found = gather(sought, packets, count);
    found_ids = gather_ids(ids, packets, count);
    /* What leads to the rows, */
    for (size_t i = 0; i < found; i++)
        history_prefetch_head(history, sought[i]->content);
    for (size_t i = 0; sightings->ring != NULL && i < found; i++)
        sightings_prefetch_head(sightings, sought[i]->content);
    for (size_t i = 0; i < found_ids; i++)
        history_prefetch_inner_id_head(history, ids[i].addresses, ids[i].id);
    if (is_large)
        prefetch_places(flow, packets, count, sought, found);
    /* and the rows. */
    for (size_t i = 0; i < found; i++)
        history_prefetch_content(history, sought[i]->content);
    for (size_t i = 0; sightings->ring != NULL && i < found; i++)
        sightings_prefetch_link(sightings, sought[i]->content);
    for (size_t i = 0; i < found_ids; i++)
        history_prefetch_inner_id(history, ids[i].addresses, ids[i].id);
    if (is_large)
        prefetch_rows(flow, packets, count, sought, found);
}
