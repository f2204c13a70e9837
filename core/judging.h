/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The judge from inside: what it holds, and how its parts call each other. */
#ifndef IPIP_CORE_JUDGING_H
#define IPIP_CORE_JUDGING_H

#include "flow/state.h"
#include "ipip/judge.h"
#include "tally.h"
#include "unfilled.h"

/* Indices of rules, one bit each. */
struct rule_set {
    uint64_t bits[IPIP_RULES_MAX / 64];
};

/* A rule that was asked about the subject at hand. */
struct asked {
    size_t rule;
    unsigned layers;           /* on how many it was asked */
    enum ipip_verdict verdict; /* the gravest so far */
};

struct ipip_judge {
    struct ipip_policy policy;
    ipip_sink *sink;
    void *context;
    struct ipip_flow *flow;
    struct ipip_reassembly *reassembly;
    struct stance *stances;
    bool knows_much; /* the policy says something of sites, endpoints or tunnels */
    struct ipip_judge_counts counts;
    struct tally tally;
    /* Which rules wake up at a fact, or at an event; and at any. */
    struct rule_set by_fact[64];
    struct rule_set by_event[64];
    uint64_t triggers;
    /* Of the packet at hand. */
    struct ipip_reading *reading;
    const struct ipip_packet *packet; /* of it, as the stack */
    struct ipip_stack *stack;
    uint64_t first_frame;
    struct flow_evidence evidence;
    /* Of the subject at hand. */
    struct tally_key key;
    unsigned asked_count;
    struct asked asked[IPIP_RULES_MAX];
    /* For packets that come one by one. */
    struct ipip_reader *reader;
    struct ipip_reading own;
    /* A tunnel packet of which only the first fragment is there, or one that was there before. */
    struct ipip_reading partial;
    struct unfilled_list unfilled;
};

/* Finds out which rules wake up at what. */
void ask_init(struct ipip_judge *judge);

/* A new subject begins. */
void ask_begin(struct ipip_judge *judge, enum ipip_subject subject);

/*
 * Asks the rules that the facts and events of a layer wake up; `facts` are counted by ask_end(). The rules of `habits`, further
 * events, have been asked before: they fail once more.
 */
void ask_layer(struct ipip_judge *judge, uint16_t stance, unsigned layer, uint64_t facts, uint64_t events,
               uint64_t habits);

/* Counts the subject, with what the rules said of it. */
void ask_end(struct ipip_judge *judge);

/* The same for a subject that was counted as `before`: what was unknown of it is known now. */
void ask_end_late(struct ipip_judge *judge, const struct tally_key *before);

/* Tells the sink, unless it is a note that the tunnel has had. */
void finding_report(struct ipip_judge *judge, const struct ipip_case *c, size_t index, const struct outcome *outcome);

/* Gathers what is to be known of the layers from `first` on, which was reassembled. */
void read_layers(const struct ipip_reader *reader, struct ipip_reading *reading, unsigned first);

/* The tunnel headers of the packet at hand, from the outside in. */
void judge_layers(struct ipip_judge *judge);

/* The packet at hand if it is, or carries, an ICMP error; and as a packet that belongs to a tunnel. */
void judge_beside(struct ipip_judge *judge);

/* The direction's record, with what follows from the mere sight of it. */
struct tunnel *meet_tunnel(struct ipip_judge *judge, unsigned layer, uint64_t *events);

/* The layer that is no tunnel header goes by the stance of the tunnel that carries it. */
void judge_innermost(struct ipip_judge *judge, unsigned layer, uint64_t facts);

/* Whether the fragment at the end of the packet at hand shows the header inside; then judge_partial() judges that one. */
bool prepare_partial(struct ipip_judge *judge);
void judge_partial(struct ipip_judge *judge);

/* The same for a fragment that has waited in vain: of type ipip_given_up. Its note is the stance of its tunnel, and 1. */
void judge_given_up(void *context, const struct ipip_lost_fragment *lost);

/* Datagrams that have waited too long for their fragments. */
void judge_expired(struct ipip_judge *judge);

#endif
