/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "floods.h"

#include "traffic.h"
#include "violations.h"

/* Spoofed: of a block of 2^24 unicast addresses none comes twice in as many packets, and neighbours lie far apart. */
static uint32_t spoofed(const struct traffic *traffic, uint32_t block)
{
    return block << 24 | (uint32_t)(traffic->count * 10368889 & 0xffffff);
}

static void spoof(const struct traffic *traffic, struct plan *plan)
{
    plan->layers[0].source = spoofed(traffic, 93);
    plan->layers[1].source = spoofed(traffic, 10);
}

void flood_of_tunnels(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
    spoof(traffic, plan);
}

void flood_of_flows(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
    plan->layers[1].source = spoofed(traffic, 10);
    plan->source_port = (uint16_t)(1024 + traffic_pick(traffic, 60000));
}

void flood_of_handshakes(struct traffic *traffic, struct plan *plan)
{
    enum { SYN = 0x02, TOO_LARGE = 1460 };
    flood_of_flows(traffic, plan);
    plan->size = 44;
    plan->tcp_flags = SYN;
    plan->acknowledged = 0;
    plan->mss = TOO_LARGE;
}

/* The first half of datagrams that never come whole. */
void flood_of_fragments(struct traffic *traffic, struct plan *plan)
{
    enum { LINK = 1480 };
    traffic_tunnel_packet(traffic, plan, 1500);
    spoof(traffic, plan);
    plan->layers[0].flags = plan->layers[1].flags = 0;
    plan->part = (struct part){0, LINK};
}

/* DF clear and an Identification at random: each is kept until it may come again. */
void flood_of_ids(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
    plan->layers[0].flags = plan->layers[1].flags = 0;
    plan->layers[0].id = (uint16_t)traffic_pick(traffic, 65536);
    plan->layers[1].id = (uint16_t)traffic_pick(traffic, 65536);
    plan->layers[1].source = spoofed(traffic, 10);
}

/* About packets that nobody sent, from routers that don't exist. */
void flood_of_errors(struct traffic *traffic, struct plan *plan)
{
    enum { FRAGMENTATION_NEEDED = 4 };
    traffic_tunnel_packet(traffic, plan, 40);
    spoof(traffic, plan);
    plan->icmp_error = (struct icmp_error){spoofed(traffic, 94), 0, FRAGMENTATION_NEEDED};
}

/* Every second one, about a packet of the tunnel that none was like: without an Identification all that may be meant are looked at. */
void flood_of_errors_ipv6(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
    plan->carrier = traffic->kind->carrier;
    plan->layers[1].id = 0;
    if (traffic->count % 2 == 1) {
        plan->size += 2;
        plan->icmp_error = (struct icmp_error){spoofed(traffic, 94), 0, 0};
    }
}

void flood_of_findings(struct traffic *traffic, struct plan *plan)
{
    flood_of_tunnels(traffic, plan);
    traffic->violation = &violations[traffic_pick(traffic, violation_count)];
    traffic->violation->apply(plan);
}
