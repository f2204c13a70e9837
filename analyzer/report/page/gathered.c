/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gathered.h"

#include "host_pairs.h"
#include "out_of_memory.h"

struct gathered *gathered_new(const struct ipip_kinds *kinds)
{
    struct gathered *gathered = g_new0(struct gathered, 1);

    gathered->kinds = kinds;
    gathered->seen = tunnels_seen_new(kinds);
    gathered->pairs = host_pairs_new();
    return gathered;
}

void gathered_free(struct gathered *gathered)
{
    for (unsigned i = 0; i < CHARTS_MAX; i++)
        chart_free(gathered->charts[i]);
    tunnels_seen_clear(&gathered->seen);
    host_pairs_free(gathered->pairs);
    g_free(gathered);
}

const struct chart *gathered_chart(const struct gathered *gathered, const struct ipip_direction_stats *seen)
{
    return seen->index < CHARTS_MAX ? gathered->charts[seen->index] : NULL;
}

/* A new one where need be; NULL where there is no room. */
static struct chart *chart_of(struct gathered *gathered, uint32_t index)
{
    if (index >= CHARTS_MAX)
        return NULL;
    if (gathered->charts[index] == NULL)
        gathered->charts[index] = chart_new();
    return gathered->charts[index];
}

static void take_flow(struct gathered *gathered, struct chart *chart, uint32_t index, const struct ipip_layer *inner)
{
    struct inner_flow flow = inner_flow_of_layer(inner);

    if (flow_table_add(&chart->flows, &flow, inner->ip.total_bytes))
        host_pairs_set(gathered->pairs, flow.src, flow.dst, index);
}

static void take_layers(struct gathered *gathered, const struct report_packet *packet)
{
    const struct ipip_stack *stack = packet->stack;

    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        const struct ipip_layer *inner = k + 1 < stack->count ? &stack->layers[k + 1] : NULL;
        const struct ipip_direction_stats *seen =
            (packet->copied >> k & 1) == 0 ? ipip_inventory_of(gathered->seen.tunnels, stack, k) : NULL;
        struct chart *chart = seen != NULL ? chart_of(gathered, seen->index) : NULL;

        if (chart == NULL)
            continue;
        chart_add(chart, packet->packet->time, &stack->layers[k], inner);
        if (inner != NULL)
            take_flow(gathered, chart, seen->index, inner);
    }
}

/* What an ICMP error is about: a tunnel packet that it quotes, or one that went into a tunnel. */
static int64_t direction_of(const struct gathered *gathered, const struct ipip_stack *quote, gboolean is_of_tunnel)
{
    const struct ipip_direction_stats *seen;
    struct ipip_tunnel_direction direction;

    if (!is_of_tunnel)
        return host_pairs_find(gathered->pairs, quote->layers[0].ip.src, quote->layers[0].ip.dst);
    direction = ipip_tunnel_direction_of(gathered->kinds, &quote->layers[0]);
    seen = ipip_inventory_find(gathered->seen.tunnels, &direction);
    return seen != NULL ? (int64_t)seen->index : -1;
}

static void take_icmp(struct gathered *gathered, const struct report_packet *packet)
{
    struct icmp_sight sight;
    gboolean is_of_tunnel;
    int64_t index;
    struct chart *chart;

    if (!icmp_sight_read(&sight, gathered->kinds, packet->stack))
        return;
    is_of_tunnel = sight.quote.layers[0].kind != IPIP_KIND_NONE;
    index = direction_of(gathered, &sight.quote, is_of_tunnel);
    chart = index >= 0 ? chart_of(gathered, (uint32_t)index) : NULL;
    if (chart != NULL)
        icmp_list_add(&chart->icmp, &sight, !is_of_tunnel, packet->file, packet->frame, packet->packet->time);
}

void gathered_take(struct gathered *gathered, const struct report_packet *packet)
{
    int64_t time = packet->packet->time;

    gathered->first = gathered->has_packets ? MIN(gathered->first, time) : time;
    gathered->last = gathered->has_packets ? MAX(gathered->last, time) : time;
    gathered->has_packets = TRUE;
    if (packet->stack->count == 0)
        return;
    tunnels_seen_take(&gathered->seen, packet->packet, packet->stack, packet->copied);
    if (ipip_inventory_is_out_of_memory(gathered->seen.tunnels))
        out_of_memory();
    take_layers(gathered, packet);
    take_icmp(gathered, packet);
}
