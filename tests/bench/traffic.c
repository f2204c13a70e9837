/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "traffic.h"

#include <stdlib.h>
#include <string.h>

#include "violations.h"

static uint32_t pick(struct traffic *traffic, uint32_t choices)
{
    traffic->random ^= traffic->random << 13;
    traffic->random ^= traffic->random >> 7;
    traffic->random ^= traffic->random << 17;
    return (uint32_t)((traffic->random >> 32) * choices >> 32);
}

/* 7 : 4 : 1, the simple IMIX. */
static unsigned imix(struct traffic *traffic)
{
    const uint32_t twelfth = pick(traffic, 12);
    return twelfth < 7 ? 40 : twelfth < 11 ? 576 : 1500;
}

/* A few tunnels at random; many in turn, and each turn in an order without locality. */
static uint32_t pick_tunnel(struct traffic *traffic)
{
    if (traffic->tunnels <= 128) {
        return pick(traffic, traffic->tunnels);
    }
    const uint64_t turn = traffic->count / traffic->tunnels;
    return (uint32_t)((traffic->count % traffic->tunnels * 2654435761U + turn * 40503) % traffic->tunnels);
}

static void swap(uint32_t *one, uint32_t *other)
{
    const uint32_t kept = *one;
    *one = *other;
    *other = kept;
}

/*
 * A mesh of sites, 172.16/12, a thousand by as many as needed, with inner networks in 10/8.
 * Tunnels of odd numbers are the way back of the ones before them.
 */
static void tunnel_packet(struct traffic *traffic, struct plan *plan, unsigned size)
{
    const uint32_t tunnel = pick_tunnel(traffic);
    const uint32_t host = pick(traffic, traffic->kind->flows);
    const uint32_t flow = tunnel * traffic->kind->flows + host;
    const uint32_t from = tunnel / 2 % 1000, to = tunnel / 2 / 1000;
    plan->layers[0] = (struct header){.source = 0xac100101 + from,
                                      .destination = 0xac180101 + to,
                                      .id = traffic->outer_ids[tunnel]++,
                                      .flags = FLAG_DF,
                                      .ttl = 64};
    plan->layers[1] = (struct header){.source = 0x0a000002 + (from << 8) + host,
                                      .destination = 0x0a800002 + (to << 8) + host,
                                      .id = traffic->inner_ids[flow]++,
                                      .flags = FLAG_DF,
                                      .ttl = 63};
    plan->count = 2;
    plan->size = size;
    plan->protocol = host % 4 == 3 && size > 40 ? PROTOCOL_UDP : PROTOCOL_TCP;
    plan->source_port = (uint16_t)(32768 + host);
    plan->destination_port = 443;
    plan->sequence = traffic->sequences[flow];
    plan->acknowledged = (uint32_t)traffic->count * 1448;
    traffic->sequences[flow] += size - 40;
    if (tunnel % 2 != 0) {
        for (unsigned i = 0; i < 2; i++) {
            swap(&plan->layers[i].source, &plan->layers[i].destination);
        }
        plan->source_port = 443;
        plan->destination_port = (uint16_t)(32768 + host);
    }
}

static void small_packets(struct traffic *traffic, struct plan *plan)
{
    tunnel_packet(traffic, plan, 40);
}

static void mixed_sizes(struct traffic *traffic, struct plan *plan)
{
    tunnel_packet(traffic, plan, imix(traffic));
}

/* The tunnel goes through another one, between other routers. */
static void nested(struct traffic *traffic, struct plan *plan)
{
    tunnel_packet(traffic, plan, 40);
    memmove(plan->layers + 1, plan->layers, plan->count * sizeof plan->layers[0]);
    plan->count++;
    const bool back = plan->layers[1].source > plan->layers[1].destination;
    plan->layers[0].source = back ? 0xac1d0001 : 0xac1c0001;
    plan->layers[0].destination = back ? 0xac1c0001 : 0xac1d0001;
    plan->layers[0].id = (uint16_t)traffic->count;
}

/* Half TCP over IPv4, a fifth UDP over IPv4, the rest the same two over IPv6. */
static void ordinary(struct traffic *traffic, struct plan *plan)
{
    tunnel_packet(traffic, plan, imix(traffic));
    const uint32_t tenth = pick(traffic, 10);
    plan->layers[0] = plan->layers[1];
    plan->count = 1;
    plan->ipv6 = tenth >= 7;
    plan->size += plan->ipv6 && plan->size == 40 ? 20 : 0;
    plan->protocol = tenth < 5 || tenth >= 9 ? PROTOCOL_TCP : PROTOCOL_UDP;
}

static void violating(struct traffic *traffic, struct plan *plan)
{
    tunnel_packet(traffic, plan, 40);
    if (pick(traffic, 100) == 0) {
        violations[pick(traffic, violation_count)](plan);
    }
}

const struct kind traffic_kinds[] = {
    {"small", "TCP ACKs, 60 octets with the tunnel header, both ways of one tunnel", 10000000, 2, 8, small_packets},
    {"imix", "inner packets of 40, 576 and 1500 octets, 7:4:1, both ways of 64 tunnels", 4000000, 128, 8, mixed_sizes},
    {"tunnels", "as small, four packets in each of a million tunnels", 4000000, 1000000, 1, small_packets},
    {"ordinary", "TCP and UDP over IPv4 and IPv6 without tunnels, sizes as imix", 4000000, 128, 8, ordinary},
    {"nested", "three IP headers: small packets through a tunnel in a tunnel", 4000000, 2, 8, nested},
    {"violations", "as small, and one packet in a hundred breaks a rule", 10000000, 2, 8, violating},
};
const unsigned traffic_kind_count = sizeof traffic_kinds / sizeof traffic_kinds[0];

bool traffic_start(struct traffic *traffic, const struct kind *kind, uint32_t tunnels)
{
    const size_t flows = (size_t)tunnels * kind->flows;
    *traffic = (struct traffic){.kind = kind, .random = 0x9e3779b97f4a7c15U, .tunnels = tunnels};
    traffic->outer_ids = malloc(tunnels * sizeof *traffic->outer_ids);
    traffic->inner_ids = malloc(flows * sizeof *traffic->inner_ids);
    traffic->sequences = malloc(flows * sizeof *traffic->sequences);
    if (traffic->outer_ids == NULL || traffic->inner_ids == NULL || traffic->sequences == NULL) {
        traffic_end(traffic);
        return false;
    }
    for (size_t i = 0; i < tunnels; i++) {
        traffic->outer_ids[i] = (uint16_t)pick(traffic, 65536);
    }
    for (size_t i = 0; i < flows; i++) {
        traffic->inner_ids[i] = (uint16_t)pick(traffic, 65536);
        traffic->sequences[i] = pick(traffic, UINT32_MAX);
    }
    return true;
}

void traffic_next(struct traffic *traffic, struct plan *plan)
{
    *plan = (struct plan){0};
    traffic->kind->shape(traffic, plan);
    traffic->count++;
}

void traffic_end(struct traffic *traffic)
{
    free(traffic->outer_ids);
    free(traffic->inner_ids);
    free(traffic->sequences);
}
