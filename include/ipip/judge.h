/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The judge: packets in, findings out. It reads a packet's layers, reassembles tunnel fragments, gathers facts, asks the
 * rules that those facts concern, and remembers what each tunnel has shown (limits.h). It never prints; memory is
 * allocated when it is made, and when a table grows, not for a packet.
 *
 * Feed it the packets of a run in capture order, those of several files one file after the other. A judge is used by one thread at
 * a time; several judges know nothing of each other.
 */
#ifndef IPIP_JUDGE_H
#define IPIP_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/batch.h"
#include "ipip/finding.h"
#include "ipip/limits.h"
#include "ipip/packet.h"
#include "ipip/pair.h"
#include "ipip/path.h"
#include "ipip/policy.h"
#include "ipip/reassembly.h"
#include "ipip/rules.h"
#include "ipip/stack.h"
#include "ipip/vantage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of packet it was. */
enum ipip_packet_class {
    IPIP_PACKET_PLAIN,       /* no tunnel */
    IPIP_PACKET_TUNNEL,      /* IPv4 in IPv4: judged */
    IPIP_PACKET_UNSUPPORTED, /* a tunnel of a kind that is named only, or not to be read */
    IPIP_PACKET_TRUNCATED,   /* too little captured to decide */
    IPIP_PACKET_CLASSES
};

struct ipip_judge_counts {
    uint64_t packets[IPIP_PACKET_CLASSES];
    uint64_t subjects[IPIP_SUBJECTS]; /* of which the tunnel packets are packets[IPIP_PACKET_TUNNEL] */
    uint64_t
        one_sided; /* of subjects[IPIP_SUBJECT_SIDES]: seen on one side of a tunnel only, where they should be on both */
    uint64_t tunnels;                 /* directions: distinct pairs of source and destination */
    uint64_t unsupported[IPIP_KINDS]; /* packets of the unsupported class by kind, where that is read */
    uint64_t unsupported_ipv6;        /* and those with IPv6 outside, where that is not to be read */
    uint64_t udp;                     /* packets with UDP on ports that stand for no tunnel, outside all tunnels */
};

struct ipip_judge;

/*
 * NULL where there is no memory: about 11 MiB, of which 8 MiB are for reassembly, before a table of limits.h grows. `policy` is
 * copied, but for the arrays that it points to: they stay until ipip_judge_free(). `limits` is read during the call; NULL: the
 * usual ones. `sink` is called with `context` for each finding. `seed` makes the hash tables hard to attack: a random number. No
 * result depends on it.
 */
struct ipip_judge *ipip_judge_new(const struct ipip_policy *policy, const struct ipip_limits *limits, ipip_sink *sink,
                                  void *context, uint64_t seed);
void ipip_judge_free(struct ipip_judge *judge); /* NULL: nothing happens */

/*
 * Judges `count` packets, one after the other. Many at a time are judged quicker than one, with the same findings. Their octets are
 * read during the call only. The sink is called during this call, and must not call it, nor ipip_judge_end() or ipip_judge_free().
 */
void ipip_judge_packets(struct ipip_judge *judge, const struct ipip_packet *packets, size_t count);

/*
 * Sees each packet, but those of `is_context`, when it was judged: with its layers, as ipip_judge_stack() returns them. Of one in a
 * carrier it sees what is inside; `stack->carrier_bytes` octets precede that.
 */
typedef void ipip_packet_observer(void *context, const struct ipip_packet *packet, const struct ipip_stack *stack);

/* From now on `observer` is called with `context`. Of the judge's functions it may call only those that do not judge, end or free. */
void ipip_judge_set_observer(struct ipip_judge *judge, ipip_packet_observer *observer, void *context);

/*
 * There was no memory for what should be remembered. Findings would be others than those of a run with memory: there are none from
 * then on, those before are right, and the counts and verdicts mean nothing. Never false again. To be asked now and then; what
 * shows findings must show that they are not complete.
 */
bool ipip_judge_is_out_of_memory(const struct ipip_judge *judge);

/*
 * The layers of the last packet, or, in the sink, of the one at hand; those of a datagram that it completed included. Valid until
 * the next packet, as long as the octets of this one are there.
 */
const struct ipip_stack *ipip_judge_stack(const struct ipip_judge *judge);

/*
 * Whether these layers, and the packet that an observer sees, are there, with the octets, until other packets are parsed into the same batch (batch.h).
 * Those of a fragment, and of what was unfolded, are not.
 */
bool ipip_judge_stack_stays(const struct ipip_judge *judge);

/*
 * Which tunnel headers of the packets since the last call were there before, seen once more by a mirror port or in another place (IPIP905): bit
 * `1 << layer` each. Statistics of the tunnel leave them out.
 */
uint32_t ipip_judge_copied(struct ipip_judge *judge);

/* The packets of two captures come merged, one from each end of the tunnels (`has_both_ends` of policy.h). To be called before the first. */
void ipip_judge_expect_both_ends(struct ipip_judge *judge);

/*
 * A datagram that a pairing of the same packets (pair.h) has found on one side only: judged by IPIP411 and IPIP412. Matches, and what belongs to no
 * known tunnel, pass by. Not to be called in the sink.
 */
void ipip_judge_take_one_sided(struct ipip_judge *judge, const struct ipip_pair_event *event,
                               enum ipip_pair_relation relation);

/* The capture has ended: what is still incomplete will stay so, and what is known only now is reported. To be called once. */
void ipip_judge_end(struct ipip_judge *judge);

const struct ipip_judge_counts *ipip_judge_counts(const struct ipip_judge *judge);
const struct ipip_reassembly_counts *ipip_judge_reassembly_counts(const struct ipip_judge *judge);

/*
 * How many of its subjects got this verdict of the rule at `rule_index`, less than ipip_rules_count(). The four verdicts of a rule add
 * up to the number of its subjects.
 */
uint64_t ipip_judge_verdicts(struct ipip_judge *judge, size_t rule_index, enum ipip_verdict verdict);

/*
 * On how many packets a tunnel direction showed what a finding with `is_of_tunnel` is about; 0 where the direction has
 * been forgotten since.
 */
uint64_t ipip_judge_tunnel_count(const struct ipip_judge *judge, const struct ipip_tunnel_direction *direction,
                                 size_t rule_index);

/* What was forgotten so far. */
struct ipip_losses ipip_judge_losses(const struct ipip_judge *judge);

/* What ICMP errors and the answers of inner hosts have shown of a direction's path; zeros where nothing is known of it. */
struct ipip_path ipip_judge_path(const struct ipip_judge *judge, const struct ipip_tunnel_direction *direction);

/*
 * Directions for which the vantage that the policy declares for all is not used: see vantage.h. One that was forgotten counts again
 * when it comes back. As long as the other direction has not been seen, a routed one is judged as at an unknown vantage for 20 packets.
 */
struct ipip_vantage_conflict ipip_judge_vantage_conflict(const struct ipip_judge *judge);

/* The first tunnel of which the policy's `vantages` put both directions at the entry, or both at the exit. */
struct ipip_vantage_clash ipip_judge_vantage_clash(const struct ipip_judge *judge);

/* Whether tunnel packets came from the source at `index`, less than `vantage_count`, of the policy's `vantages`. */
bool ipip_judge_has_met_source(const struct ipip_judge *judge, size_t index);

/* Whether there was a tunnel packet of the direction that `tunnels[index]` of the policy is about, index less than its `tunnel_count`. */
enum ipip_tunnel_met {
    IPIP_TUNNEL_UNMET,
    IPIP_TUNNEL_MET_BACK, /* of the other direction only */
    IPIP_TUNNEL_MET,
};
enum ipip_tunnel_met ipip_judge_tunnel_met(const struct ipip_judge *judge, size_t index);

#ifdef __cplusplus
}
#endif

#endif
