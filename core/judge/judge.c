/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/judge.h"

#include <stdlib.h>
#include <string.h>

#include "flow/bindings.h"
#include "flow/reported.h"
#include "judge/judge_internal.h"
#include "judge/late.h"
#include "judge/vantage_check.h"
#include "packet/unfold.h"

enum { OWN_BATCH = 32 };

struct ipip_judge *ipip_judge_new(const struct ipip_policy *policy, const struct ipip_limits *limits, ipip_sink *sink,
                                  void *context, uint64_t seed)
{
    static const struct ipip_limits usual = {IPIP_LIMIT_TUNNELS,   IPIP_LIMIT_FLOWS,     IPIP_LIMIT_PATHS,
                                             IPIP_LIMIT_DATAGRAMS, IPIP_LIMIT_SIGHTINGS, IPIP_LIMIT_FRAGMENTS};
    struct ipip_judge *judge = calloc(1, sizeof *judge);

    if (judge == NULL)
        return NULL;
    if (limits == NULL)
        limits = &usual;
    judge->policy = *policy;
    judge->flow = flow_new(limits, seed);
    judge->sink = sink;
    judge->context = context;
    judge->reassembly =
        ipip_reassembly_new(limits->fragments < IPIP_LIMIT_MAX ? limits->fragments : (size_t)IPIP_LIMIT_MAX, seed);
    judge->tunnel_policies = tunnel_policies_new(&judge->policy);
    judge->tally.tunnel_policies = judge->tunnel_policies;
    judge->tally.once = &judge->once;
    judge->parser = judge->flow != NULL ? ipip_parser_new(judge) : NULL;
    judge->batch = ipip_batch_new(OWN_BATCH);
    if (policy->vantage_count > 0)
        judge->has_met_source = calloc(policy->vantage_count, sizeof *judge->has_met_source);
    if (policy->tunnel_count > 0)
        judge->tunnels_met = calloc(policy->tunnel_count, sizeof *judge->tunnels_met);
    if (judge->reassembly == NULL || judge->tunnel_policies == NULL || judge->parser == NULL || judge->batch == NULL ||
        (policy->vantage_count > 0 && judge->has_met_source == NULL) ||
        (policy->tunnel_count > 0 && judge->tunnels_met == NULL) || !evaluate_init(judge)) {
        ipip_judge_free(judge);
        return NULL;
    }
    ipip_reassembly_remember(judge->reassembly);
    ipip_reassembly_tell(judge->reassembly, judge_given_up, judge);
    judge->has_policy_checks = policy->site_count + policy->endpoint_count + policy->tunnel_count + policy->learn > 0;
    judge->latest = &judge->room.parsed;
    judge->is_vantage_open = vantage_is_of_one_way(policy);
    judge->has_policy_checks |= judge->is_vantage_open;
    return judge;
}

void ipip_judge_free(struct ipip_judge *judge)
{
    if (judge == NULL)
        return;
    ipip_reassembly_free(judge->reassembly);
    ipip_parser_free(judge->parser);
    ipip_batch_free(judge->batch);
    flow_free(judge->flow);
    free(judge->unfilled.rows);
    free(judge->unsettled.rows);
    free(judge->tunnel_policies);
    free(judge->has_met_source);
    free(judge->tunnels_met);
    free(judge);
}

/* IPv6 whose next header, behind destination options, is a tunnel's: not judged yet. */
static bool is_ipv6_tunnel(struct ipip_bytes packet)
{
    enum { HEADER = 40, DESTINATION_OPTIONS = 60 };
    uint8_t next;

    if (packet.captured < HEADER || packet.data[0] >> 4 != 6)
        return false;
    next = packet.data[6];
    if (next == DESTINATION_OPTIONS && packet.captured > HEADER)
        next = packet.data[HEADER];
    return next == IPIP_PROTOCOL_IPIP || next == IPIP_PROTOCOL_IPV6 || next == IPIP_PROTOCOL_GRE;
}

/* It ends in a tunnel of a kind that is looked for, and named only. */
static bool is_named(const struct ipip_judge *judge, const struct ipip_stack *stack)
{
    return stack->end == IPIP_END_UNSUPPORTED &&
           (judge->policy.kinds->set & IPIP_KIND_BIT((unsigned)stack->next_kind)) != 0;
}

/* No tunnel packet that is read, but one that has a name. */
static enum ipip_packet_class judge_unread(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    if (is_named(judge, &parsed->stack))
        judge_named(judge, parsed);
    judge->counts.unsupported[parsed->stack.next_kind]++;
    return IPIP_PACKET_UNSUPPORTED;
}

/* By all that tells kinds apart: protocol 47 alone does not. */
static enum ipip_kind kind_of_carrier(struct ipip_bytes carrier)
{
    struct ipip_layer layer = {.bytes = carrier};
    struct ipip_chain chain;

    if (ipip_ipv4_read(&layer.ip, carrier.data, carrier.captured) != IPIP_OK)
        return IPIP_KIND_NONE;
    ipip_layer_chain(&chain, ipip_kinds_all(), &layer);
    return (enum ipip_kind)chain.kind;
}

/* No tunnel packet, in a carrier: that counts by its own kind where nothing of what it brought was judged. */
static __attribute__((noinline)) enum ipip_packet_class judge_carried(struct ipip_judge *judge,
                                                                      struct parsed_packet *parsed)
{
    struct ipip_judge_counts *counts = &judge->counts;
    uint64_t judged = counts->subjects[IPIP_SUBJECT_ICMP] + counts->subjects[IPIP_SUBJECT_INNER];
    uint32_t bytes = parsed->stack.carrier_bytes;
    struct ipip_bytes ip = parsed->packet.ip;
    struct ipip_bytes carrier = {ip.data - bytes, ip.captured + bytes, ip.wire + bytes};
    enum ipip_kind kind;

    judge_inner_side(judge, parsed);
    if (counts->subjects[IPIP_SUBJECT_ICMP] + counts->subjects[IPIP_SUBJECT_INNER] > judged)
        return IPIP_PACKET_PLAIN;
    if (is_named(judge, &parsed->stack))
        return judge_unread(judge, parsed);
    kind = judge_named_carrier(judge, parsed, carrier);
    if (kind != IPIP_KIND_NONE) {
        counts->unsupported[kind]++;
        return IPIP_PACKET_UNSUPPORTED;
    }
    if (carrier.data[0] >> 4 == 4) {
        kind = kind_of_carrier(carrier);
        if (kind == IPIP_KIND_NONE)
            return IPIP_PACKET_PLAIN;
        counts->unsupported[kind]++;
        return IPIP_PACKET_UNSUPPORTED;
    }
    if (!is_ipv6_tunnel(carrier))
        return IPIP_PACKET_PLAIN;
    counts->unsupported_ipv6++;
    return IPIP_PACKET_UNSUPPORTED;
}

static inline enum ipip_packet_class judge_tunnel(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    judge_tunnel_packet(judge, parsed);
    if (icmp_is_protocol(parsed->stack.next) && parsed->stack.end == IPIP_END_PAYLOAD) {
        parsed_layers(parsed);
        judge_inner_side(judge, parsed);
    }
    return IPIP_PACKET_TUNNEL;
}

static __attribute__((noinline)) enum ipip_packet_class classify(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    const struct ipip_stack *stack = &parsed->stack;
    struct ipip_bytes packet = parsed->packet.ip;

    switch (parsed->status) {
    case IPIP_OK:
        break;
    case IPIP_TRUNCATED:
        return packet.wire > packet.captured ? IPIP_PACKET_TRUNCATED : IPIP_PACKET_PLAIN;
    default:
        if (stack->count > 0)
            break;
        if (!is_ipv6_tunnel(packet))
            return IPIP_PACKET_PLAIN;
        judge->counts.unsupported_ipv6++;
        return IPIP_PACKET_UNSUPPORTED;
    }

    if (stack->layers[0].kind != IPIP_KIND_NONE) {
        judge_tunnel(judge, parsed);
        if (is_named(judge, stack))
            judge_named(judge, parsed);
        return IPIP_PACKET_TUNNEL;
    }
    if (stack->next == IPIP_PROTOCOL_UDP && stack->end == IPIP_END_PAYLOAD) {
        judge->counts.udp++;
        if (bindings_may_be(&stack->layers[0]))
            bindings_take(judge->flow, &stack->layers[0], parsed->packet.time);
        if (judge->policy.is_guessing)
            judge_guess(judge, parsed);
    }
    if (stack->carrier_bytes != 0)
        return judge_carried(judge, parsed);
    judge_inner_side(judge, parsed);
    return stack->end == IPIP_END_UNSUPPORTED ? judge_unread(judge, parsed) : IPIP_PACKET_PLAIN;
}

/* Only kept for reassembly. */
static __attribute__((noinline)) void hold(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    const struct ipip_packet *packet = &parsed->packet;
    struct ipip_stack *stack = &parsed->stack;
    struct ipip_whole whole;

    while (stack->count > 0 && stack->end == IPIP_END_FRAGMENT &&
           ipip_reassembly_add(judge->reassembly, &stack->layers[stack->count - 1], packet->frame, packet->time,
                               &whole) == IPIP_REASSEMBLY_COMPLETE)
        ipip_stack_resume(stack, judge->policy.kinds, whole.datagram, whole.ecn);
}

/* It ends in what can be more than was parsed: its stack may grow. */
static __attribute__((noinline)) struct parsed_packet *unfold(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    struct parsed_packet *unfolded = parsed_room_take(&judge->room, parsed);

    reassembly_unfold_room(judge->reassembly)->used = 0;
    judge_unfold(judge, unfolded);
    if (unfolded->stack.end == IPIP_END_FRAGMENT &&
        unfolded->stack.layers[unfolded->stack.count - 1].kind == IPIP_KIND_NONE)
        judge_recognise(judge, unfolded);
    return unfolded;
}

void judge_packet(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    const struct ipip_packet *packet = &parsed->packet;

    if (!parsed->is_plain && parsed->stack.count > 0 &&
        (parsed->stack.end == IPIP_END_FRAGMENT || parsed->stack.end == IPIP_END_FOLDED))
        parsed = unfold(judge, parsed);
    judge->latest = parsed;
    if (packet->is_context) {
        hold(judge, parsed);
        return;
    }
    judge->last_time = packet->time;
    judge->flow->has_cut_packets |= packet->ip.captured < packet->ip.wire;
    judge_expired(judge, packet);
    judge->counts.packets[parsed->is_plain ? judge_tunnel(judge, parsed) : classify(judge, parsed)]++;
    if (judge->observer != NULL)
        judge->observer(judge->observer_context, packet, ipip_judge_stack(judge));
}

void ipip_judge_set_observer(struct ipip_judge *judge, ipip_packet_observer *observer, void *context)
{
    judge->observer = observer;
    judge->observer_context = context;
}

void ipip_judge_expect_both_ends(struct ipip_judge *judge)
{
    judge->policy.has_both_ends = judge->flow->has_both_ends = true;
}

bool ipip_judge_is_out_of_memory(const struct ipip_judge *judge)
{
    return flow_is_out_of_memory(judge->flow) || judge->unfilled.is_starved || judge->unsettled.is_starved;
}

struct ipip_losses ipip_judge_losses(const struct ipip_judge *judge)
{
    return flow_losses(judge->flow);
}

struct ipip_path ipip_judge_path(const struct ipip_judge *judge, const struct ipip_tunnel_direction *direction)
{
    return flow_path_shown(judge->flow, direction);
}

uint32_t ipip_judge_copied(struct ipip_judge *judge)
{
    uint32_t copied = judge->flow->copied;

    judge->flow->copied = 0;
    return copied;
}

const struct ipip_stack *ipip_judge_stack(const struct ipip_judge *judge)
{
    parsed_layers(judge->latest);
    return &judge->latest->stack;
}

bool ipip_judge_stack_stays(const struct ipip_judge *judge)
{
    return judge->latest != &judge->room.parsed;
}

void ipip_judge_end(struct ipip_judge *judge)
{
    struct sides_missing missing;

    judge->latest = &judge->room.parsed; /* the octets of the last packet may be gone */
    judge->room.parsed.stack.count = 0;
    ipip_reassembly_end(judge->reassembly);
    unfilled_settle(judge);
    late_settle(judge);
    while (sides_next_missing(&judge->flow->sides.missing, 0, true, &missing))
        judge_missing(judge, &missing, true);
    unsettled_settle(judge);
}

const struct ipip_judge_counts *ipip_judge_counts(const struct ipip_judge *judge)
{
    return &judge->counts;
}

const struct ipip_reassembly_counts *ipip_judge_reassembly_counts(const struct ipip_judge *judge)
{
    return ipip_reassembly_counts(judge->reassembly);
}

uint64_t ipip_judge_verdicts(struct ipip_judge *judge, size_t rule_index, enum ipip_verdict verdict)
{
    tally_settle(&judge->tally);
    return judge->tally.verdicts[rule_index][verdict];
}

struct ipip_vantage_conflict ipip_judge_vantage_conflict(const struct ipip_judge *judge)
{
    return judge->vantage_conflict;
}

struct ipip_vantage_clash ipip_judge_vantage_clash(const struct ipip_judge *judge)
{
    return judge->vantage_clash;
}

bool ipip_judge_has_met_source(const struct ipip_judge *judge, size_t index)
{
    return judge->has_met_source[index];
}

uint64_t ipip_judge_tunnel_count(const struct ipip_judge *judge, const struct ipip_tunnel_direction *direction,
                                 size_t rule_index)
{
    uint64_t key = flow_key(judge->flow, direction);
    const struct tunnel *tunnel = flow_tunnel_of(judge->flow, key);
    unsigned count = judge->once.count_of[rule_index];

    if (tunnel == NULL)
        return 0;
    return count != ONCE_NONE ? tunnel->counts[count] : reported_count(judge->flow, key, tunnel, rule_index);
}
