/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The judge from inside: what it holds, and how its parts call each other. */
#ifndef IPIP_CORE_JUDGE_INTERNAL_H
#define IPIP_CORE_JUDGE_INTERNAL_H

#include "flow/state.h"
#include "ipip/judge.h"
#include "judge/tally.h"
#include "judge/unfilled.h"

/* Indices of rules, one bit each. */
struct rule_set {
    uint64_t bits[IPIP_RULES_MAX / 64];
};

/* A rule that was evaluated on the subject at hand. */
struct evaluated {
    size_t rule;
    unsigned layers;           /* on how many it was evaluated */
    enum ipip_verdict verdict; /* the gravest so far */
};

struct ipip_judge {
    struct ipip_policy policy;
    ipip_sink *sink;
    void *context;
    struct ipip_flow *flow;
    struct ipip_reassembly *reassembly;
    struct tunnel_policy *tunnel_policies;
    bool knows_much; /* the policy says something of sites, endpoints or tunnels */
    struct ipip_judge_counts counts;
    struct tally tally;
    /* Which rules are triggered by a fact, or at an event; and at any. */
    struct rule_set by_fact[64];
    struct rule_set by_event[64];
    uint64_t triggers;
    /* Of the packet at hand. */
    struct ipip_parsed_packet *parsed;
    const struct ipip_packet *packet; /* of it, as the stack */
    struct ipip_stack *stack;
    uint64_t first_frame;
    struct flow_view view;
    /* Of the subject at hand. */
    struct tally_key key;
    unsigned evaluated_count;
    struct evaluated evaluated[IPIP_RULES_MAX];
    /* For packets that come one by one. */
    struct ipip_parser *parser;
    struct ipip_parsed_packet own;
    /* A tunnel packet of which only the first fragment is there, or one that was there before. */
    struct ipip_parsed_packet partial;
    struct unfilled_list unfilled;
};

/* Finds out which rules are triggered by what. */
void evaluate_init(struct ipip_judge *judge);

/* A new subject begins. */
void evaluate_begin(struct ipip_judge *judge, enum ipip_subject subject);

/*
 * Evaluates the rules that the facts and events of a layer trigger; `facts` are counted by evaluate_end(). The rules of `habits`, further
 * events, have been evaluated before: they fail once more.
 */
void evaluate_layer(struct ipip_judge *judge, uint16_t tunnel_policy, unsigned layer, uint64_t facts, uint64_t events,
                    uint64_t habits);

/* Counts the subject, with what the rules said of it. */
void evaluate_end(struct ipip_judge *judge);

/* The same for a subject that was counted as `before`: what was unknown of it is known now. */
void evaluate_end_late(struct ipip_judge *judge, const struct tally_key *before);

/* Tells the sink, unless it is a note that the tunnel has had. */
void finding_report(struct ipip_judge *judge, const struct ipip_rule_input *c, size_t index,
                    const struct ruling *ruling);

/* The tunnel headers of the packet at hand, from the outside in. */
void judge_layers(struct ipip_judge *judge);

/* The packet at hand if it is, or carries, an ICMP error; and as a packet that belongs to a tunnel. */
void judge_inner_side(struct ipip_judge *judge);

/* The direction's record, with what follows from the mere sight of it. */
struct tunnel *meet_tunnel(struct ipip_judge *judge, unsigned layer, uint64_t *events);

/* The layer that is no tunnel header goes by the tunnel policy of the tunnel that carries it. */
void judge_innermost(struct ipip_judge *judge, unsigned layer, uint64_t facts);

/* Whether the fragment at the end of the packet at hand shows the header inside; then judge_partial() judges that one. */
bool prepare_partial(struct ipip_judge *judge);
void judge_partial(struct ipip_judge *judge);

/* The same for a fragment that has waited in vain: of type ipip_given_up. Its note is the tunnel policy of its tunnel, and 1. */
void judge_given_up(void *context, const struct ipip_lost_fragment *lost);

/* Datagrams that have waited too long for their fragments. */
void judge_expired(struct ipip_judge *judge);

#endif
