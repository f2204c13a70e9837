/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of mixes, and how each one makes its next frame. */
#include <string.h>

#include "floods.h"
#include "traffic.h"
#include "violations.h"

static void small_packets(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
}

static void mixed_sizes(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, traffic_imix(traffic));
}

/* The tunnel goes through another one, between other routers. */
static void nested(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
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
    traffic_tunnel_packet(traffic, plan, traffic_imix(traffic));
    const uint32_t tenth = traffic_pick(traffic, 10);
    plan->layers[0] = plan->layers[1];
    plan->count = 1;
    plan->ipv6 = tenth >= 7;
    plan->size += plan->ipv6 && plan->size == 40 ? 20 : 0;
    plan->protocol = tenth < 5 || tenth >= 9 ? PROTOCOL_TCP : PROTOCOL_UDP;
}

/* Every inner flow has headers of its own: addresses, TTL, and TOS, which the tunnel copies. */
static void many_headers(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
    const unsigned host = plan->source_port ^ plan->destination_port;
    plan->layers[1].ttl = (uint8_t)(40 + host % 24);
    plan->layers[0].tos = plan->layers[1].tos = (uint8_t)(host % 8 << 5);
}

static void without_df(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
    plan->layers[0].flags = plan->layers[1].flags = 0;
}

static void half_tunnelled(struct traffic *traffic, struct plan *plan)
{
    (traffic_pick(traffic, 2) == 0 ? ordinary : mixed_sizes)(traffic, plan);
}

/* A datagram of several frames: whether this is the first one. */
static bool starts(struct traffic *traffic, unsigned frames)
{
    traffic->frames = traffic->frames % frames + 1;
    return traffic->frames == 1;
}

/* Of 39 tunnel packets one is sent in two fragments: one frame in twenty is a fragment. */
static void fragmented(struct traffic *traffic, struct plan *plan)
{
    enum { LINK = 1480 };
    if (traffic->frames == 1) {
        traffic->frames = 0;
        *plan = traffic->datagram;
        plan->part = (struct part){LINK, plan->size};
    } else if (traffic_pick(traffic, 39) != 0) {
        without_df(traffic, plan);
    } else {
        traffic_tunnel_packet(traffic, plan, 1500);
        plan->layers[0].flags = plan->layers[1].flags = 0;
        traffic->datagram = *plan;
        traffic->frames = 1;
        plan->part = (struct part){0, LINK};
    }
}

/* One tunnel packet in a hundred is lost, and both a router in the tunnel and the encapsulator report it. */
static void with_errors(struct traffic *traffic, struct plan *plan)
{
    enum { HUNDRED = 102 };
    if (starts(traffic, HUNDRED) || traffic->frames <= HUNDRED - 2) {
        small_packets(traffic, plan);
        traffic->datagram = *plan;
        return;
    }
    const unsigned layer = traffic->frames == HUNDRED;
    *plan = traffic->datagram;
    plan->icmp_error = (struct icmp_error){layer == 0 ? 0xac1e0001 : plan->layers[0].source, layer, 1};
}

/* Each datagram in four places: before the tunnel, in it, further on in it, behind it. */
static void on_both_sides(struct traffic *traffic, struct plan *plan)
{
    if (starts(traffic, 4)) {
        small_packets(traffic, &traffic->datagram);
    }
    *plan = traffic->datagram;
    if (traffic->frames == 1 || traffic->frames == 4) {
        plan->layers[0] = plan->layers[1];
        plan->layers[0].ttl += traffic->frames == 1 ? 1 : -1;
        plan->count = 1;
    } else {
        plan->layers[0].ttl -= traffic->frames == 3 ? 3 : 0;
    }
}

/* Each datagram twice: before the tunnel, and in it. */
static void at_the_entry(struct traffic *traffic, struct plan *plan)
{
    if (starts(traffic, 2))
        small_packets(traffic, &traffic->datagram);
    *plan = traffic->datagram;
    if (traffic->frames == 1) {
        plan->layers[0] = plan->layers[1];
        plan->layers[0].ttl++;
        plan->count = 1;
    }
}

/* One packet in ten is a SYN, and the next one its answer; both announce an MSS that fits the tunnel. */
static void opening(struct traffic *traffic, struct plan *plan)
{
    enum { SYN = 0x02, SYN_ACK = 0x12, FITTING = 1400 };
    if (traffic->frames == 1) {
        traffic->frames = 0;
        *plan = traffic->datagram;
        traffic_turn_around(plan);
        plan->acknowledged = plan->sequence + 1;
        plan->sequence = (uint32_t)traffic->count;
        plan->tcp_flags = SYN_ACK;
        return;
    }
    traffic_tunnel_packet(traffic, plan, 40);
    if (traffic_pick(traffic, 10) == 0 && plan->destination_port == 443) {
        plan->size = 44;
        plan->tcp_flags = SYN;
        plan->acknowledged = 0;
        plan->mss = FITTING;
        traffic->datagram = *plan;
        traffic->frames = 1;
    }
}

static void violating(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
    if (traffic_pick(traffic, 1000) == 0) {
        traffic->violation = &violations[traffic_pick(traffic, violation_count)];
        traffic->violation->apply(plan);
    }
}

/* As small packets, in another kind of tunnel. */
static void carried(struct traffic *traffic, struct plan *plan)
{
    traffic_tunnel_packet(traffic, plan, 40);
    plan->carrier = traffic->kind->carrier;
}

/* Where DF is clear, a direction must not use an Identification again within two minutes: RFC 6864 section 4.3. */
enum { FAST = 1, SLOW = 2000 };
enum { FLOOD = 10000000 };
#define IN_TUNNEL(name, carrier)                                                              \
    {                                                                                         \
        name, "as small, in another kind of tunnel", 4000000, 2, 8, FAST, carried, &(carrier) \
    }

const struct kind traffic_kinds[] = {
    {"small", "TCP ACKs, 60 octets with the tunnel header, both ways of one tunnel", 10000000, 2, 8, FAST,
     small_packets, NULL},
    {"headers-4k", "as small, 4,096 combinations of headers in 64 directions", 4000000, 64, 64, FAST, many_headers,
     NULL},
    {"headers-64k", "as small, 65,536 combinations of headers in 256 directions", 4000000, 256, 256, FAST, many_headers,
     NULL},
    {"df-clear", "as small, DF clear in both headers", 4000000, 2, 8, SLOW, without_df, NULL},
    {"imix", "inner packets of 40, 576 and 1480 octets, 7:4:1, both ways of 64 tunnels", 4000000, 128, 8, FAST,
     mixed_sizes, NULL},
    {"ordinary", "TCP and UDP over IPv4 and IPv6 without tunnels, sizes as imix", 4000000, 128, 8, FAST, ordinary,
     NULL},
    {"half", "a packet of imix or of ordinary", 4000000, 128, 8, FAST, half_tunnelled, NULL},
    {"fragments", "as df-clear, one frame in twenty a fragment of a tunnel packet", 4000000, 2, 8, SLOW, fragmented,
     NULL},
    {"nested", "three IP headers: small packets through a tunnel in a tunnel", 4000000, 2, 8, FAST, nested, NULL},
    {"tunnels", "as small, four packets in each of a million tunnels", 4000000, 1000000, 1, FAST, small_packets, NULL},
    {"errors", "as small, one in a hundred lost: two ICMP errors", 4000000, 2, 8, FAST, with_errors, NULL},
    {"sides", "as small, each datagram in four places of its path", 4000000, 2, 8, FAST, on_both_sides, NULL},
    {"entry", "as small, each datagram before the tunnel and in it", 4000000, 2, 8, FAST, at_the_entry, NULL},
    {"opening", "as small, one packet in ten a SYN or its answer", 4000000, 2, 8, FAST, opening, NULL},
    IN_TUNNEL("gre", carrier_gre),
    IN_TUNNEL("gre-key", carrier_gre_key),
    IN_TUNNEL("gre-sequence", carrier_gre_sequence),
    IN_TUNNEL("gre6", carrier_gre6),
    IN_TUNNEL("gretap", carrier_gretap),
    IN_TUNNEL("erspan", carrier_erspan),
    IN_TUNNEL("gre-udp", carrier_gre_udp),
    IN_TUNNEL("gue", carrier_gue),
    IN_TUNNEL("sit", carrier_sit),
    IN_TUNNEL("4in6", carrier_4in6),
    IN_TUNNEL("6in6", carrier_6in6),
    IN_TUNNEL("6in6-limit", carrier_6in6_limit),
    IN_TUNNEL("minimal", carrier_minimal),
    IN_TUNNEL("ah", carrier_ah),
    IN_TUNNEL("esp", carrier_esp),
    IN_TUNNEL("ipcomp", carrier_ipcomp),
    IN_TUNNEL("mpls", carrier_mpls),
    {"violations", "as small, and one packet in a thousand breaks a rule", 4000000, 2, 8, FAST, violating, NULL},
    {"flood-tunnels", "each packet in another tunnel, from a spoofed address", FLOOD, 2, 8, FAST, flood_of_tunnels,
     NULL},
    {"flood-flows", "one tunnel, each packet of another inner flow", FLOOD, 2, 8, FAST, flood_of_flows, NULL},
    {"flood-syns", "one tunnel, each packet a SYN of another host", FLOOD, 2, 8, FAST, flood_of_handshakes, NULL},
    {"flood-fragments", "first fragments of datagrams that never come whole", FLOOD, 2, 8, FAST, flood_of_fragments,
     NULL},
    {"flood-ids", "DF clear, the Identifications at random", FLOOD, 2, 8, FAST, flood_of_ids, NULL},
    {"flood-errors", "ICMP errors about packets that nobody sent", FLOOD, 2, 8, FAST, flood_of_errors, NULL},
    {"flood-errors-ipv6", "4in6, every second one an ICMPv6 error about what nobody sent", FLOOD, 2, 8, FAST,
     flood_of_errors_ipv6, &carrier_4in6},
    {"flood-findings", "each packet in another tunnel breaks a rule", FLOOD, 2, 8, FAST, flood_of_findings, NULL},
};
const unsigned traffic_kind_count = sizeof traffic_kinds / sizeof traffic_kinds[0];
