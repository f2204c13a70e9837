/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The judge: packets in, findings out. It reads a packet's layers, reassembles tunnel fragments, gathers facts, asks the
 * rules that those facts concern, and feeds the flow state (flow.h), which remembers what each tunnel has shown. It never
 * prints; nothing is allocated for a packet, only, now and then, for a tunnel or a flow that was not seen before.
 *
 * Feed it the packets of a run in capture order, those of several files one file after the other. A judge serves one thread.
 */
#ifndef IPIP_JUDGE_H
#define IPIP_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/finding.h"
#include "ipip/flow.h"
#include "ipip/packet.h"
#include "ipip/policy.h"
#include "ipip/reassembly.h"
#include "ipip/rules.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of packet it was. */
enum ipip_packet_class {
    IPIP_PACKET_PLAIN,       /* no tunnel */
    IPIP_PACKET_TUNNEL,      /* IPv4 in IPv4: judged */
    IPIP_PACKET_UNSUPPORTED, /* a tunnel of a kind that is not judged yet */
    IPIP_PACKET_TRUNCATED,   /* too little captured to tell */
    IPIP_PACKET_CLASSES
};

struct ipip_judge_counts {
    uint64_t packets[IPIP_PACKET_CLASSES];
    uint64_t subjects[IPIP_SUBJECTS]; /* of which the tunnel packets are packets[IPIP_PACKET_TUNNEL] */
    uint64_t tunnels;                 /* directions: distinct pairs of source and destination */
    uint64_t unsupported[256];        /* packets of the unsupported class by outer protocol number, over IPv4 */
    uint64_t unsupported_ipv6;        /* those whose outermost header is IPv6 */
};

struct ipip_judge;

/*
 * NULL where there is no memory. `policy` is copied, but for the arrays that it points to. `flow` is fed, and stays the
 * caller's; it outlives the judge, and serves no other one. `seed` makes the hash tables hard to attack; no result depends on it.
 */
struct ipip_judge *ipip_judge_new(const struct ipip_policy *policy, struct ipip_flow *flow, ipip_sink *sink,
                                  void *context, uint64_t seed);
void ipip_judge_free(struct ipip_judge *judge);

enum ipip_packet_class ipip_judge_packet(struct ipip_judge *judge, const struct ipip_packet *packet);

/*
 * ipip_judge_packet() in two steps, of which the first, ipip_parser_parse() (packet.h), leaves the judge as it is: while it takes packets,
 * other threads may read those that follow, each with a reader of its own. A reading is taken, or held, once, by a judge with the
 * reader's flow; the octets of its packet must still be there.
 */
enum ipip_packet_class ipip_judge_take(struct ipip_judge *judge, struct ipip_parsed_packet *parsed);

/* A reading that will be taken soon, and one that will be taken after the next few: what they need is fetched into the cache. */
void ipip_judge_expect(const struct ipip_judge *judge, const struct ipip_parsed_packet *soon,
                       const struct ipip_parsed_packet *later);

/*
 * In place of ipip_judge_take(), for a packet that is not to be judged: if it is a tunnel fragment it is kept for reassembly, so
 * that others can be judged that complete the datagram. Nothing is counted.
 */
void ipip_judge_hold(struct ipip_judge *judge, struct ipip_parsed_packet *parsed);

/*
 * The flow could not remember what it should (ipip_flow_is_out_of_memory()). Findings would be others than those of a run with
 * memory: there are none from then on, those before are right, and the counts and verdicts mean nothing. To be asked now and then;
 * whoever shows findings must say that they are not complete.
 */
bool ipip_judge_is_out_of_memory(const struct ipip_judge *judge);

/*
 * The layers of the last packet of ipip_judge_packet(), those of a datagram that it completed included. Valid until the next one. (A parsed
 * packet that was taken has them itself.)
 */
const struct ipip_stack *ipip_judge_stack(const struct ipip_judge *judge);

/* The capture has ended: what is still incomplete will stay so. */
void ipip_judge_end(struct ipip_judge *judge);

const struct ipip_judge_counts *ipip_judge_counts(const struct ipip_judge *judge);
const struct ipip_reassembly_counts *ipip_judge_reassembly_counts(const struct ipip_judge *judge);

/* How many of its subjects got this verdict of the rule. The four verdicts of a rule add up to the number of its subjects. */
uint64_t ipip_judge_verdicts(struct ipip_judge *judge, size_t rule_index, enum ipip_verdict verdict);

/*
 * On how many packets a tunnel direction showed what a finding with `is_of_tunnel` speaks of; 0 where the direction has been
 * forgotten since.
 */
uint64_t ipip_judge_tunnel_count(const struct ipip_judge *judge, uint32_t src, uint32_t dst, size_t rule_index);

#ifdef __cplusplus
}
#endif

#endif
