/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "traffic.h"

#include <stdlib.h>
#include <string.h>

#include "violations.h"

uint32_t traffic_pick(struct traffic *traffic, uint32_t choices)
{
    traffic->random ^= traffic->random << 13;
    traffic->random ^= traffic->random >> 7;
    traffic->random ^= traffic->random << 17;
    return (uint32_t)((traffic->random >> 32) * choices >> 32);
}

unsigned traffic_imix(struct traffic *traffic)
{
    const uint32_t twelfth = traffic_pick(traffic, 12);
    return twelfth < 7 ? 40 : twelfth < 11 ? 576 : 1480;
}

/* A few tunnels at random; many in turn, and each turn in an order without locality. */
static uint32_t pick_tunnel(struct traffic *traffic)
{
    if (traffic->tunnels <= 128) {
        return traffic_pick(traffic, traffic->tunnels);
    }
    const uint64_t turn = traffic->count / traffic->tunnels;
    return (uint32_t)((traffic->count % traffic->tunnels * 2654435761U + turn * 40503) % traffic->tunnels);
}

/* Never 0, which many senders without a counter write. */
static uint16_t next_id(uint16_t *id)
{
    *id += 1 + (*id == UINT16_MAX);
    return *id;
}

static void swap(uint32_t *one, uint32_t *other)
{
    const uint32_t kept = *one;
    *one = *other;
    *other = kept;
}

void traffic_turn_around(struct plan *plan)
{
    const uint16_t port = plan->source_port;
    for (unsigned i = 0; i < plan->count; i++) {
        swap(&plan->layers[i].source, &plan->layers[i].destination);
    }
    plan->source_port = plan->destination_port;
    plan->destination_port = port;
}

void traffic_tunnel_packet(struct traffic *traffic, struct plan *plan, unsigned size)
{
    const uint32_t tunnel = pick_tunnel(traffic);
    const uint32_t host = traffic_pick(traffic, traffic->kind->flows);
    const uint32_t flow = tunnel * traffic->kind->flows + host;
    const uint32_t from = tunnel / 2 % 1000, to = tunnel / 2 / 1000;
    plan->layers[0] = (struct header){.source = 0xac100101 + from,
                                      .destination = 0xac180101 + to,
                                      .id = next_id(&traffic->outer_ids[tunnel]),
                                      .flags = FLAG_DF,
                                      .ttl = 64};
    plan->layers[1] = (struct header){.source = 0x0a000002 + (from << 8) + host,
                                      .destination = 0x0a800002 + (to << 8) + host,
                                      .id = next_id(&traffic->inner_ids[flow]),
                                      .flags = FLAG_DF,
                                      .ttl = 63};
    plan->carried = ++traffic->carried[tunnel];
    plan->count = 2;
    plan->size = size;
    plan->protocol = host % 4 == 3 && size > 40 ? PROTOCOL_UDP : PROTOCOL_TCP;
    plan->source_port = (uint16_t)(32768 + host);
    plan->destination_port = 443;
    plan->sequence = traffic->sequences[flow];
    plan->acknowledged = (uint32_t)traffic->count * 1448;
    traffic->sequences[flow] += size - 40;
    if (tunnel % 2 != 0) {
        traffic_turn_around(plan);
    }
}

bool traffic_start(struct traffic *traffic, const struct kind *kind, uint32_t tunnels)
{
    const size_t flows = (size_t)tunnels * kind->flows;
    *traffic = (struct traffic){.kind = kind, .random = 0x9e3779b97f4a7c15U, .tunnels = tunnels};
    traffic->outer_ids = malloc(tunnels * sizeof *traffic->outer_ids);
    traffic->inner_ids = malloc(flows * sizeof *traffic->inner_ids);
    traffic->sequences = malloc(flows * sizeof *traffic->sequences);
    traffic->carried = calloc(tunnels, sizeof *traffic->carried);
    if (traffic->outer_ids == NULL || traffic->inner_ids == NULL || traffic->sequences == NULL ||
        traffic->carried == NULL) {
        traffic_end(traffic);
        return false;
    }
    for (size_t i = 0; i < tunnels; i++) {
        traffic->outer_ids[i] = (uint16_t)traffic_pick(traffic, 65536);
    }
    for (size_t i = 0; i < flows; i++) {
        traffic->inner_ids[i] = (uint16_t)traffic_pick(traffic, 65536);
        traffic->sequences[i] = traffic_pick(traffic, UINT32_MAX);
    }
    return true;
}

void traffic_next(struct traffic *traffic, struct plan *plan)
{
    *plan = (struct plan){0};
    traffic->violation = NULL;
    traffic->kind->shape(traffic, plan);
    traffic->count++;
}

void traffic_end(struct traffic *traffic)
{
    free(traffic->outer_ids);
    free(traffic->inner_ids);
    free(traffic->sequences);
    free(traffic->carried);
}
