/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <stdlib.h>

#include "flow/ah_sizes.h"
#include "flow/bindings.h"
#include "flow/copied_labels.h"
#include "flow/df_clear_loss.h"
#include "flow/esp_null.h"
#include "flow/first_pieces.h"
#include "flow/fragment_ids.h"
#include "flow/gre_fields.h"
#include "flow/gre_keys.h"
#include "flow/guesses.h"
#include "flow/keepalive.h"
#include "flow/large.h"
#include "flow/reported.h"
#include "flow/request.h"
#include "flow/segment.h"
#include "flow/sequence.h"
#include "flow/sources.h"
#include "flow/spread.h"
#include "flow/state.h"
#include "flow/transport.h"
#include "ipip/age.h"
#include "packet/fingerprint.h"

/* Behind a row: where it is found, in a table that is at least a quarter full. */
enum { ROW_OVERHEAD = sizeof(struct lru_node) + 2 * sizeof(uint64_t) };

_Static_assert(sizeof(struct tunnel) + ROW_OVERHEAD <= 264, "as limits.h promises");
_Static_assert(sizeof(struct inner_flow) + ROW_OVERHEAD <= 184, "as limits.h promises");
_Static_assert(sizeof(struct path) + ROW_OVERHEAD <= 288, "as limits.h promises");
_Static_assert(sizeof(struct df_clear_loss) + ROW_OVERHEAD <= 2640, "as limits.h promises");
_Static_assert(sizeof(struct handshake) + ROW_OVERHEAD <= 88, "as limits.h promises");
_Static_assert(sizeof(struct large_packets) + ROW_OVERHEAD <= 320, "as limits.h promises");
_Static_assert(sizeof(struct sequence_series) + ROW_OVERHEAD <= 1064, "as limits.h promises");
_Static_assert(sizeof(struct first_pieces) + ROW_OVERHEAD <= 48, "as limits.h promises");
_Static_assert(sizeof(struct spread) + ROW_OVERHEAD <= 448, "as limits.h promises");
_Static_assert(sizeof(struct copied_labels) + ROW_OVERHEAD <= 64, "as limits.h promises");
_Static_assert(sizeof(struct binding) + ROW_OVERHEAD <= 96, "as limits.h promises");
_Static_assert(sizeof(struct sources) + ROW_OVERHEAD <= 104, "as limits.h promises");
_Static_assert(sizeof(struct request_pair) + ROW_OVERHEAD <= 384, "as limits.h promises");
_Static_assert(sizeof(struct udp_flow) + ROW_OVERHEAD <= 40, "as limits.h promises");
_Static_assert(sizeof(struct transport_direction) + ROW_OVERHEAD <= 640, "as limits.h promises");
_Static_assert(sizeof(struct side) + ROW_OVERHEAD <= 80, "as limits.h promises");
_Static_assert((int)HISTORY_ENTRY_BYTES <= 100, "as limits.h promises");

_Static_assert((int)IPIP_LIMIT_MAX < 1 << LRU_ROW_BITS, "rows have a number");

static uint32_t within_limits(uint32_t rows)
{
    if (rows > IPIP_LIMIT_MAX)
        return IPIP_LIMIT_MAX;
    return rows > 0 ? rows : 1;
}

static uint32_t power_of_two(uint32_t rows)
{
    uint32_t power = 1;

    while (power < rows)
        power *= 2;
    return power;
}

/* A table of the flow: for as many rows as one of the limits, and no more than `most`. */
struct flow_table {
    size_t place; /* in struct flow */
    size_t row_bytes;
    size_t limit; /* in struct ipip_limits */
    uint32_t most;
};

#define TABLE(member, row, limit, most)                                                       \
    {                                                                                         \
        offsetof(struct flow, member), sizeof(row), offsetof(struct ipip_limits, limit), most \
    }

static const struct flow_table tables[] = {
    TABLE(tunnels, struct tunnel, tunnels, IPIP_LIMIT_MAX),
    TABLE(inners, struct inner_flow, flows, IPIP_LIMIT_MAX),
    TABLE(paths, struct path, paths, IPIP_LIMIT_MAX),
    TABLE(reported, struct reported, tunnels, IPIP_LIMIT_MAX),
    TABLE(df_clear, struct df_clear_loss, tunnels, DF_CLEAR_DIRECTIONS),
    TABLE(handshakes, struct handshake, flows, TRANSPORT_CONNECTIONS),
    TABLE(large, struct large_packets, tunnels, LARGE_DIRECTIONS),
    TABLE(sequences, struct sequence_series, tunnels, SEQUENCE_SERIES),
    TABLE(esp_nulls, struct esp_null, tunnels, ESP_NULL_ASSOCIATIONS),
    TABLE(pieces, struct first_pieces, tunnels, FIRST_PIECES_DIRECTIONS),
    TABLE(fragment_ids, struct fragment_id, flows, FRAGMENT_IDS),
    TABLE(spreads, struct spread, tunnels, SPREAD_DIRECTIONS),
    TABLE(labels, struct copied_labels, tunnels, COPIED_LABELS_DIRECTIONS),
    TABLE(sources, struct sources, flows, SOURCES_FLOWS),
    TABLE(bindings, struct binding, flows, BINDINGS_MAX),
    TABLE(home_agents, struct home_agent, flows, BINDINGS_AGENTS_MAX),
    TABLE(ah_sizes, struct ah_sizes, tunnels, AH_SIZES_DIRECTIONS),
    TABLE(gre_fields, struct gre_fields, tunnels, GRE_FIELDS_DIRECTIONS),
    TABLE(gre_keys, struct gre_keys, tunnels, GRE_KEYS_PAIRS),
    TABLE(keepalives, struct keepalive_pair, tunnels, KEEPALIVE_PAIRS),
    TABLE(guesses, struct udp_flow, flows, GUESSES_FLOWS),
    TABLE(requests, struct request_pair, flows, REQUEST_PAIRS),
    TABLE(directions, struct transport_direction, tunnels, TRANSPORT_DIRECTIONS),
};

enum { TABLES = sizeof tables / sizeof tables[0] };

static struct lru *table_at(struct flow *flow, size_t i)
{
    return (struct lru *)(void *)((char *)flow + tables[i].place);
}

static bool tables_init(struct flow *flow, const struct ipip_limits *limits, uint64_t seed)
{
    for (size_t i = 0; i < TABLES; i++) {
        uint32_t rows = within_limits(*(const uint32_t *)(const void *)((const char *)limits + tables[i].limit));

        if (!lru_init(table_at(flow, i), tables[i].row_bytes, rows < tables[i].most ? rows : tables[i].most, seed))
            return false;
    }
    return true;
}

struct flow *flow_new(const struct ipip_limits *limits, uint64_t seed)
{
    struct flow *flow = calloc(1, sizeof *flow);

    if (flow == NULL)
        return NULL;
    history_init(&flow->history, power_of_two(within_limits(limits->datagrams)));
    if (!tables_init(flow, limits, seed) ||
        !sent_flows_init(&flow->sent, within_limits(limits->flows), seed, segment_sizes_of, flow) ||
        !sides_init(&flow->sides, within_limits(limits->paths), power_of_two(within_limits(limits->sightings)), seed)) {
        flow_free(flow);
        return NULL;
    }
    return flow;
}

void flow_free(struct flow *flow)
{
    if (flow == NULL)
        return;
    history_free(&flow->history);
    for (size_t i = 0; i < TABLES; i++)
        lru_free(table_at(flow, i));
    sent_flows_free(&flow->sent);
    sides_free(&flow->sides);
    free(flow);
}

struct ipip_losses flow_losses(const struct flow *flow)
{
    return (struct ipip_losses){flow->tunnels.evicted, flow->inners.evicted, flow->paths.evicted,
                                flow->history.forgotten_early};
}

bool flow_is_out_of_memory(const struct flow *flow)
{
    bool is_starved = flow->history.is_starved || flow->sent.rows.is_starved || flow->sides.rows.is_starved ||
                      flow->sides.sightings.is_starved;

    for (size_t i = 0; i < TABLES; i++)
        is_starved |= ((const struct lru *)(const void *)((const char *)flow + tables[i].place))->is_starved;
    return is_starved;
}

static void *known(const struct lru *lru, struct ipip_addr src, struct ipip_addr dst)
{
    uint64_t hash = fingerprint_of_addresses(&lru->keys, src, dst);
    uint32_t row = lru_peek(lru, hash);

    return row != 0 ? lru_row(lru, row) : NULL;
}

struct tunnel *flow_known_tunnel(const struct flow *flow, const struct ipip_tunnel_direction *direction)
{
    uint32_t row = lru_peek(&flow->tunnels, fingerprint_of_direction(&flow->tunnels.keys, direction));

    return row != 0 ? lru_row(&flow->tunnels, row) : NULL;
}

struct tunnel *flow_back_of(const struct flow *flow, const struct tunnel *tunnel)
{
    struct ipip_tunnel_direction direction = tunnel_direction(tunnel);
    struct ipip_tunnel_direction back = ipip_tunnel_direction_back(&direction);

    return flow_known_tunnel(flow, &back);
}

struct tunnel *flow_ipip_between(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    return known(&flow->tunnels, src, dst);
}

struct tunnel *flow_tunnel_of(const struct flow *flow, uint64_t key)
{
    uint32_t row = lru_peek(&flow->tunnels, key);

    return row != 0 ? lru_row(&flow->tunnels, row) : NULL;
}

uint64_t flow_key(const struct flow *flow, const struct ipip_tunnel_direction *direction)
{
    return fingerprint_of_direction(&flow->tunnels.keys, direction);
}

uint64_t flow_key_of_ipip(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    return fingerprint_of_addresses(&flow->tunnels.keys, src, dst);
}

struct path *flow_path(struct flow *flow, uint64_t key)
{
    bool is_new;

    return lru_row(&flow->paths, lru_get(&flow->paths, key, &is_new));
}

struct side *flow_side(struct flow *flow, uint64_t key)
{
    bool is_new;

    return lru_row(&flow->sides.rows, lru_get(&flow->sides.rows, key, &is_new));
}

bool flow_is_at_device(const struct flow *flow, uint64_t key)
{
    uint32_t row = flow->sides.rows.count > 0 ? lru_peek(&flow->sides.rows, key) : 0;
    const struct side *side = row != 0 ? lru_row(&flow->sides.rows, row) : NULL;
    const struct sides_steps *in = side != NULL ? &side->steps[SIDES_IN] : NULL;

    return in != NULL && in->matches > 0 && in->step == 0 && !in->varies && side->places_in[0] == side->places_in[1];
}

struct path *flow_known_path(const struct flow *flow, uint64_t key)
{
    uint32_t row = flow->paths.count > 0 ? lru_peek(&flow->paths, key) : 0;

    return row != 0 ? lru_row(&flow->paths, row) : NULL;
}

struct inner_flow *flow_known_inner(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    return known(&flow->inners, src, dst);
}

uint16_t path_mtu(const struct path *path, int64_t now)
{
    bool is_in_force =
        path != NULL && path->mtu != 0 && !ipip_age_exceeds(now, path->toobig_time, MTU_SECONDS * IPIP_AGE_SECOND);

    return is_in_force ? path->mtu : 0;
}

struct ipip_path flow_path_shown(const struct flow *flow, const struct ipip_tunnel_direction *direction)
{
    const struct path *path = flow_known_path(flow, flow_key(flow, direction));
    bool loses_large = direction->kind == IPIP_KIND_IPIP && segment_loses_large(flow, direction->src, direction->dst);

    if (path == NULL)
        return (struct ipip_path){.loses_large = loses_large};
    return (struct ipip_path){.loses_large = loses_large,
                              .mtu = path->mtu,
                              .mtu_frame = path->mtu != 0 ? path->toobig.frame : 0,
                              .has_hops = path->has_hops,
                              .hops = path->hops,
                              .hops_min = path->hops_min};
}
