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

#include "ipip/bytes.h"
#include "ipip/flow.h"
#include "ipip/link.h"
#include "ipip/policy.h"
#include "ipip/reassembly.h"
#include "ipip/rules.h"
#include "ipip/stack.h"

/* A packet from its first IP header on, and what the capture says of it. */
struct ipip_packet {
    struct ipip_bytes ip;
    enum ipip_announced announced;
    enum ipip_direction direction;
    bool is_loopback;
    uint64_t frame; /* any number: returned with findings; the judge attaches no meaning to it */
    int64_t time;   /* nanoseconds, from any origin */
};

/* Some octets of a header: `offset` from its start. */
struct ipip_octets {
    uint8_t offset;
    uint8_t count;
};

/* Octets that show what is wrong: a header as captured (options included, nothing of the payload). */
struct ipip_evidence {
    const char *name;          /* "outer", "inner", "icmp", "quoted", "packet", "fragment" */
    struct ipip_bytes header;  /* empty where nothing of it is captured */
    struct ipip_octets marked; /* those that decided; count 0: none of them */
};

enum { IPIP_EVIDENCE_MAX = 2 };

/* What a finding speaks of. */
enum ipip_place {
    IPIP_PLACE_LAYER,     /* a header of the tunnel packet at hand */
    IPIP_PLACE_ICMP,      /* the ICMP message that it is, or carries */
    IPIP_PLACE_INNER,     /* the packet at hand, which belongs into a tunnel */
    IPIP_PLACE_ELSEWHERE, /* a tunnel packet that was there before: its time has come with this packet */
};

struct ipip_case;

/* One rule broken by one packet. Valid during the call of the sink only. */
struct ipip_finding {
    const struct ipip_rule *rule;
    size_t rule_index;
    enum ipip_severity severity;
    enum ipip_confidence confidence;
    enum ipip_place place;
    /* Speaks of the tunnel, not of the packet: comes once, with the first packet that shows it; counted from then on. */
    bool is_of_tunnel;
    uint32_t src; /* of the tunnel header, host byte order */
    uint32_t dst;
    const struct ipip_packet *packet;
    uint64_t first_frame; /* of a reassembled datagram: the frame of the fragment at offset 0; else packet->frame */
    bool has_other;       /* there is another packet without which this would not be one */
    uint64_t other_frame; /* of that; 0 where there is none */
    uint64_t other_age;   /* nanoseconds between the two */
    unsigned layer;       /* of the header that the rule speaks of, 0 outermost; the outer one where it speaks of two */
    unsigned tunnel_layer; /* of the tunnel header, with IPIP_PLACE_LAYER */
    struct ipip_evidence evidence[IPIP_EVIDENCE_MAX];
    const struct ipip_case *its_case; /* for ipip_finding_describe() */
};

/* What a finding says in words, for people. */
struct ipip_text {
    char message[256]; /* one sentence on what is wrong, without a full stop */
    char expected[96];
    char actual[96];
};

/* Called for each finding, in order of layer and rule. */
typedef void ipip_sink(void *context, const struct ipip_finding *finding);

/* Puts the finding into words. To be called during the call of the sink only. */
void ipip_finding_describe(const struct ipip_finding *finding, struct ipip_text *text);

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

/* What a packet says by itself, without those before it. */
struct ipip_reading {
    struct ipip_packet packet;
    enum ipip_status status; /* of ipip_stack_read() */
    /* Of each layer of a tunnel packet, for the judge. */
    struct {
        uint64_t facts;
        uint64_t addresses; /* a hash */
        uint64_t content;   /* likewise; of what a tunnel header carries */
    } of[IPIP_STACK_MAX];
    struct ipip_stack stack;
};

/*
 * ipip_judge_packet() in two steps, of which the first leaves the judge as it is: while it takes packets, other threads may read
 * those that follow, each with a reader of its own. A reading is taken, or held, once, by a judge with the reader's flow; the
 * octets of its packet must still be there.
 */
struct ipip_reader;

/* NULL where there is no memory. `flow` is not touched. */
struct ipip_reader *ipip_reader_new(const struct ipip_flow *flow);
void ipip_reader_free(struct ipip_reader *reader);
void ipip_reader_read(struct ipip_reader *reader, struct ipip_reading *reading, const struct ipip_packet *packet);

enum ipip_packet_class ipip_judge_take(struct ipip_judge *judge, struct ipip_reading *reading);

/* A reading that will be taken soon, and one that will be taken after the next few: what they need is fetched into the cache. */
void ipip_judge_expect(const struct ipip_judge *judge, const struct ipip_reading *soon,
                       const struct ipip_reading *later);

/*
 * In place of ipip_judge_take(), for a packet that is not to be judged: if it is a tunnel fragment it is kept for reassembly, so
 * that others can be judged that complete the datagram. Nothing is counted.
 */
void ipip_judge_hold(struct ipip_judge *judge, struct ipip_reading *reading);

/*
 * The flow could not remember what it should (ipip_flow_is_out_of_memory()). Findings would be others than those of a run with
 * memory: there are none from then on, those before are right, and the counts and verdicts mean nothing. To be asked now and then;
 * whoever shows findings must say that they are not complete.
 */
bool ipip_judge_is_out_of_memory(const struct ipip_judge *judge);

/* The layers of the last packet, those of a datagram that it completed included. Valid until the next packet. */
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

#endif
