/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The judge from inside: what it holds, and how its parts call each other. */
#ifndef IPIP_CORE_JUDGE_INTERNAL_H
#define IPIP_CORE_JUDGE_INTERNAL_H

#include "flow/state.h"
#include "ipip/judge.h"
#include "judge/batch.h"
#include "judge/judge_sides.h"
#include "judge/tally.h"
#include "judge/unfilled.h"
#include "rules/once.h"

/* A rule that was evaluated on a subject. */
struct evaluated {
    size_t rule;
    unsigned layers;           /* on how many it was evaluated */
    enum ipip_verdict verdict; /* the gravest so far */
};

/* A subject and what has become of it so far, from evaluate_begin() to evaluate_end(). Too large to be cleared for each packet. */
struct evaluation {
    uint64_t first_frame;  /* of a reassembled datagram: that of the fragment at offset 0 */
    bool is_unfilled;      /* it waits in the list of unfilled headers */
    struct flow_view view; /* of the layer at which the evaluation is */
    struct tally_key key;
    unsigned evaluated_count;
    struct evaluated evaluated[IPIP_RULES_MAX];
};

/* How a subject was counted whose verdicts became known late, and the rules that did not know then. */
struct late {
    struct tally_key key;
    struct rule_set unknown;
};

struct ipip_judge {
    struct ipip_policy policy;
    ipip_sink *sink;
    void *context;
    struct flow *flow;
    struct ipip_reassembly *reassembly;
    struct tunnel_policy *tunnel_policies;
    bool has_policy_checks; /* the policy declares sites, endpoints or tunnels, or */
    bool is_vantage_open;   /* of the vantage of all directions, which may not hold for each */
    struct ipip_vantage_conflict vantage_conflict;
    struct ipip_vantage_clash vantage_clash;
    bool *has_met_source; /* by index of the policy's vantages; NULL without */
    uint8_t *tunnels_met; /* of enum ipip_tunnel_met, by index of the policy's tunnels; NULL without */
    struct ipip_judge_counts counts;
    struct tally tally;
    struct once once;
    struct late late;
    int64_t last_time; /* of the packet taken last */
    /* Which rules are triggered by a fact; and those facts. */
    struct rule_set by_fact[64];
    uint64_t triggers;
    /* For packets that were not read ahead. */
    struct ipip_parser *parser;
    struct ipip_batch *batch;
    struct parsed_packet *latest;   /* the last packet */
    struct parsed_room room;        /* for one whose stack may grow */
    uint64_t recognised;            /* discriminator of the tunnel of the fragment that was recognised last */
    ipip_packet_observer *observer; /* NULL: none */
    void *observer_context;
    struct unfilled_list unfilled;
    struct unsettled_list unsettled;
};

enum {
    PREFETCH_GROUP = 16,
    NESTED_SOUGHT = 2, /* of what lies in nested tunnels */
};

/* Packets that come soon: by what the tables are asked for them. */
struct prefetched {
    const struct batched *packets;
    size_t count, found, found_ids;
    const struct parsed_layer *sought[NESTED_SOUGHT * PREFETCH_GROUP];
    /* Headers inside whose Identification must be unique: what finds those before with the same one. */
    struct sought_id {
        uint64_t addresses;
        uint16_t id;
    } ids[PREFETCH_GROUP];
};

/* What leads to the rows that these packets need, at most a group, is fetched into the cache; and a group later the rows. */
void prefetch_leads(const struct ipip_judge *judge, struct prefetched *group, const struct batched *packets,
                    size_t count);
void prefetch_rows(const struct ipip_judge *judge, const struct prefetched *group);

/* The next packet. */
void judge_packet(struct ipip_judge *judge, struct parsed_packet *parsed);

/* Finds out which rules are triggered by what, and counted where. False where there is no room for the counts. */
bool evaluate_init(struct ipip_judge *judge);

/* A subject begins, in the packet of frame `frame`. */
static inline void evaluate_begin(struct evaluation *e, enum ipip_subject subject, uint64_t frame)
{
    e->first_frame = frame;
    e->is_unfilled = false;
    e->key.subject = subject;
    e->key.count = 0;
    e->evaluated_count = 0;
}

/* Evaluates the rules that these facts of a layer trigger, and those that the flow has triggered. */
void evaluate_triggered(const struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                        uint16_t tunnel_policy, unsigned layer, struct facts facts, struct rule_set triggered);

/*
 * Evaluates the rules that the facts of a layer trigger, and those that the flow has triggered; the context is counted by evaluate_end(). The
 * rules of `habits` (once.h) fail without.
 */
static inline void evaluate_layer(const struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                                  uint16_t tunnel_policy, unsigned layer, struct facts facts, struct rule_set triggered,
                                  uint64_t habits)
{
    tally_key_add(&e->key, tunnel_policy, facts.context | habits << TALLY_HABITS);
    if ((facts.triggers & judge->triggers) != 0 || !rule_set_is_empty(triggered)) {
        parsed_layers(parsed);
        evaluate_triggered(judge, e, parsed, tunnel_policy, layer, facts,
                           rule_set_both(triggered, judge->tunnel_policies[tunnel_policy].evaluated));
    }
}

/* The verdicts of the rules that were evaluated on a subject, where they are others than its contexts imply. */
void evaluate_correct(struct ipip_judge *judge, struct evaluation *e);

/* Counts the subject, with its verdicts. */
static inline void evaluate_end(struct ipip_judge *judge, struct evaluation *e)
{
    judge->counts.subjects[e->key.subject]++;
    tally_add(&judge->tally, &e->key);
    if (e->evaluated_count > 0)
        evaluate_correct(judge, e);
}

/* The rules that these facts trigger. */
struct rule_set triggered_by(const struct ipip_judge *judge, struct facts facts);

/* The same for a subject that was counted as `before`: what was unknown of it is known now. Rules of `then` have been evaluated before. */
void evaluate_end_late(struct ipip_judge *judge, const struct evaluation *e, const struct tally_key *before,
                       const struct rule_set *then);

/* Reports to the sink, unless it is of the tunnel and was reported before. */
void finding_report(const struct ipip_judge *judge, const struct ipip_rule_input *c, size_t index,
                    const struct ruling *ruling);

/* What minimal encapsulation has folded into the innermost header goes on as a layer of its own. `*parsed` may grow. */
void judge_unfold(struct ipip_judge *judge, struct parsed_packet *parsed);

/* The packet ends in a fragment of which only the first one shows that it is one of a tunnel packet: gives it that kind. Where that is not there, it is none. */
void judge_recognise(struct ipip_judge *judge, struct parsed_packet *parsed);

/* A tunnel packet: its headers from the outside in. The stack grows by the datagram that it completes. */
void judge_tunnel_packet(struct ipip_judge *judge, struct parsed_packet *parsed);

/* A packet that is, or carries, an ICMP error; and one that belongs to a tunnel. */
void judge_inner_side(struct ipip_judge *judge, struct parsed_packet *parsed);

/* A packet that ends in a tunnel that is named only. */
void judge_named(struct ipip_judge *judge, struct parsed_packet *parsed);

/* UDP on ports that stand for no tunnel: whether it looks like one. */
void judge_guess(struct ipip_judge *judge, struct parsed_packet *parsed);

/* The record of a direction that is none of the tunnels that are judged, on which its findings are counted. */
struct tunnel *meet_unread(struct ipip_judge *judge, const struct ipip_tunnel_direction *direction, int64_t now);

/* The same of a carrier, which `parsed` is not: the kind, or IPIP_KIND_NONE where it has none that is looked for. */
enum ipip_kind judge_named_carrier(struct ipip_judge *judge, const struct parsed_packet *parsed,
                                   struct ipip_bytes carrier);

/* The policy has sections about single directions: which of them this new one belongs to. */
void met_tunnel(struct ipip_judge *judge, const struct tunnel *tunnel);

/* It is now under another tunnel policy. */
static inline void tunnel_take_policy(struct ipip_judge *judge, struct tunnel *tunnel, uint16_t tunnel_policy)
{
    enum ipip_vantage vantage = judge->tunnel_policies[tunnel_policy].vantage;

    if (judge->tunnels_met != NULL)
        met_tunnel(judge, tunnel);
    tunnel->tunnel_policy = tunnel_policy;
    tunnel->is_wire = vantage != IPIP_VANTAGE_UNKNOWN && vantage != IPIP_VANTAGE_HOST_TX;
}

/* The header has more than IPv4 in IPv4 has: what that triggers among the packets before, and is to be known of it. */
static inline bool has_more(uint64_t context)
{
    return (context & FACT_SHIM) != 0 || facts_kind(context) != IPIP_KIND_IPIP;
}
void judge_more(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
                struct tunnel *tunnel, struct facts *facts, struct rule_set *triggered);

/* Of ESP and IPComp, where what is inside is not read, and the packet is no copy. */
void judge_opaque(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
                  struct tunnel *tunnel, struct facts *facts, struct rule_set *triggered);

/* Home agents of Mobile IP are known: whether it goes to one, in a tunnel without a registration. */
void judge_reverse(const struct ipip_judge *judge, const struct ipip_layer *outer, const struct ipip_layer *inner,
                   int64_t now, struct facts *facts, struct rule_set *triggered);

/* Its sequence numbers; its GRE header; and, with an IP packet inside, the flow of that. */
void judge_sequences(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
                     struct facts *facts, struct rule_set *triggered);
void judge_gre(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
               struct facts *facts, struct rule_set *triggered);
void judge_spread(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
                  struct facts *facts, struct rule_set *triggered);

/* The direction is new: others between its ends, of kinds that one device can send, trigger a rule. */
void judge_mixed(const struct ipip_judge *judge, const struct tunnel *tunnel, struct rule_set *triggered);

/* The direction's record, with what follows from the mere sight of it. */
struct tunnel *meet_tunnel(struct ipip_judge *judge, struct parsed_packet *parsed, unsigned layer,
                           struct rule_set *triggered);

/* The context of a layer that is no tunnel header: what is in an Ethernet frame is its hosts' business, unless the policy has it judged. */
static inline uint64_t context_of_inner(const struct ipip_judge *judge, uint16_t tunnel_policy, uint64_t context)
{
    bool is_judged = judge->tunnel_policies[tunnel_policy].judges_frames &&
                     (KINDS_OF_FRAMES & IPIP_KIND_BIT(facts_kind(context))) != 0;

    return is_judged ? context & ~FACT_FOREIGN : context;
}

/* The layer that is no tunnel header goes by the tunnel policy of the tunnel that carries it. */
void judge_innermost(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
                     uint16_t tunnel_policy, struct facts facts);

/*
 * Makes of a packet that ends in a fragment at offset 0 one that shows the header inside. False where it does not; else
 * judge_partial() judges it from `layer` on, the fragment's.
 */
bool prepare_partial(const struct ipip_kinds *kinds, struct parsed_room *partial, struct parsed_packet *parsed);
void judge_partial(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *partial, unsigned layer);

/* The same for a fragment that has waited in vain: of type ipip_given_up. Its note is the tunnel policy of its tunnel, and 1. */
void judge_given_up(void *context, const struct ipip_lost_fragment *lost);

/* Datagrams that have waited too long for their fragments, or were missed in a tunnel for too long, when `packet` comes. */
void judge_all_expired(struct ipip_judge *judge, const struct ipip_packet *packet);

static inline void judge_expired(struct ipip_judge *judge, const struct ipip_packet *packet)
{
    if (judge->flow->sides.missing.count > 0 || ipip_reassembly_is_due(judge->reassembly, packet->time))
        judge_all_expired(judge, packet);
}

#endif
