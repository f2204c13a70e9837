/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/judge.h"

#include <stdlib.h>
#include <string.h>

#include "rule.h"
#include "tally.h"
#include "tunnels.h"

/* The facts on which the verdict of an untriggered rule depends. */
#define CONTEXT_FACTS \
    ((FACT(24) - 1) | FACT_NO_ROOM | FACT_VERSION_WRONG | FACT_IHL_SHORT | FACT_TOTAL_SHORT | FACT_TOTAL_LONG)

struct ipip_judge {
    struct ipip_policy policy;
    ipip_sink *sink;
    void *context;
    struct ipip_reassembly *reassembly;
    struct tunnels tunnels;
    struct ipip_judge_counts counts;
    struct tally tally;
    /* Of the rules that may be asked. */
    uint64_t triggers;
    /* Of the packet at hand. */
    const struct ipip_packet *packet;
    uint64_t first_frame;
    struct ipip_stack stack;
    struct tally_key key;
    unsigned asked_count;
    struct {
        size_t rule;
        unsigned layers;           /* on how many it was asked */
        enum ipip_verdict verdict; /* the gravest so far */
    } asked[IPIP_RULES_MAX];
};

struct ipip_judge *ipip_judge_new(const struct ipip_policy *policy, ipip_sink *sink, void *context, uint64_t seed)
{
    struct ipip_judge *judge = calloc(1, sizeof *judge);

    if (judge == NULL)
        return NULL;
    judge->policy = *policy;
    judge->sink = sink;
    judge->context = context;
    judge->reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, seed);
    if (!tunnels_init(&judge->tunnels, seed) || judge->reassembly == NULL) {
        ipip_judge_free(judge);
        return NULL;
    }
    tally_init(&judge->tally, policy);
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (judge->tally.modes[i] == RULE_ASKED)
            judge->triggers |= rule_at(i)->triggers;
    }
    return judge;
}

void ipip_judge_free(struct ipip_judge *judge)
{
    if (judge == NULL)
        return;
    ipip_reassembly_free(judge->reassembly);
    tunnels_free(&judge->tunnels);
    free(judge);
}

static struct ipip_octets clip(struct ipip_octets octets, struct ipip_bytes header)
{
    if (octets.offset >= header.captured)
        return (struct ipip_octets){0, 0};
    if (octets.offset + octets.count > header.captured)
        octets.count = (uint8_t)(header.captured - octets.offset);
    return octets;
}

/* The header that the tunnel header at `k` carries, or what stands in its place; nothing where that is elsewhere. */
static struct ipip_bytes inner_header(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];

    if (k + 1 < stack->count)
        return ipip_layer_header(layer + 1);
    if (stack->end == IPIP_END_BAD_HEADER || layer->ip.fragment_offset != 0)
        return (struct ipip_bytes){layer->bytes.data, 0, 0};
    return ipip_bytes_first(ipip_layer_inside(layer), IPIP_IPV4_HEADER_MIN);
}

static void report(struct ipip_judge *judge, const struct ipip_case *c, size_t index, const struct outcome *outcome)
{
    const struct rule *rule = rule_at(index);
    const struct ipip_stack *stack = c->stack;
    bool is_inner = c->layer > 0 && !stack->layers[c->layer].is_tunnel;
    unsigned tunnel_layer = is_inner ? c->layer - 1 : c->layer;
    const struct ipip_ipv4 *tunnel = &stack->layers[tunnel_layer].ip;
    struct ipip_finding finding = {
        .rule = &rule->about,
        .rule_index = index,
        .severity = outcome->severity,
        .confidence = outcome->confidence,
        .src = tunnel->src,
        .dst = tunnel->dst,
        .packet = judge->packet,
        .first_frame = judge->first_frame,
        .layer = c->layer,
        .tunnel_layer = tunnel_layer,
        .outer = {.header = ipip_layer_header(&stack->layers[tunnel_layer])},
        .inner = {.header = inner_header(stack, tunnel_layer)},
        .evidence = c,
    };

    finding.outer.marked = clip(is_inner ? (struct ipip_octets){0, 0} : rule->outer, finding.outer.header);
    finding.inner.marked = clip(is_inner ? rule->outer : rule->inner, finding.inner.header);
    if (outcome->note != TUNNEL_NOTE_NONE) {
        finding.is_of_tunnel = true;
        finding.tunnel = tunnels_find(&judge->tunnels, tunnel->src, tunnel->dst);
        if (judge->tunnels.records[finding.tunnel].notes[outcome->note]++ > 0)
            return;
    }
    judge->sink(judge->context, &finding);
}

static void remember_verdict(struct ipip_judge *judge, size_t index, enum ipip_verdict verdict)
{
    unsigned i = 0;

    while (i < judge->asked_count && judge->asked[i].rule != index)
        i++;
    if (i == judge->asked_count) {
        judge->asked_count++;
        judge->asked[i].rule = index;
        judge->asked[i].layers = 0;
        judge->asked[i].verdict = verdict;
    }
    judge->asked[i].layers++;
    if (verdict > judge->asked[i].verdict)
        judge->asked[i].verdict = verdict;
}

/* Asks the rules that the facts of a layer trigger. */
static void ask(struct ipip_judge *judge, unsigned layer, uint64_t facts)
{
    struct ipip_case c = {&judge->policy, judge->packet, &judge->stack, layer, facts};

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const struct rule *rule = rule_at(i);
        struct outcome outcome = {IPIP_FAIL, rule->about.severity, IPIP_CERTAIN, rule->note};

        if ((facts & rule->triggers) == 0 || tally_untriggered(&judge->tally, i, facts) != IPIP_PASS)
            continue;
        if (rule->check != NULL)
            rule->check(&c, &outcome);
        remember_verdict(judge, i, outcome.verdict);
        if (outcome.verdict == IPIP_FAIL)
            report(judge, &c, i, &outcome);
    }
}

static void judge_layer(struct ipip_judge *judge, unsigned layer, uint64_t facts)
{
    judge->key.masks[judge->key.count++] = facts & CONTEXT_FACTS;
    if ((facts & FACT_TRIGGERS & judge->triggers) != 0)
        ask(judge, layer, facts);
}

/* The verdict of an asked rule on the whole packet: layers where it was not asked have a say too. */
static enum ipip_verdict final_verdict(const struct ipip_judge *judge, unsigned asked)
{
    enum ipip_verdict final = judge->asked[asked].verdict;
    unsigned passing = 0;

    for (unsigned k = 0; k < judge->key.count; k++) {
        enum ipip_verdict other = tally_untriggered(&judge->tally, judge->asked[asked].rule, judge->key.masks[k]);

        passing += other == IPIP_PASS;
        if (other == IPIP_UNKNOWN && final < IPIP_UNKNOWN)
            final = IPIP_UNKNOWN;
    }
    /* A rule is asked only where it would have passed; where it would have on more layers, there it did. */
    return passing > judge->asked[asked].layers && final < IPIP_PASS ? IPIP_PASS : final;
}

/* Counts the packet: as its facts have it, but for the rules that were asked. */
static void settle(struct ipip_judge *judge)
{
    tally_add(&judge->tally, &judge->key);
    for (unsigned i = 0; i < judge->asked_count; i++)
        tally_correct(&judge->tally, judge->asked[i].rule, &judge->key, final_verdict(judge, i));
}

/*
 * The innermost layer is a fragment: its header is judged as it is, and the relation to what it carries once the datagram
 * is complete. True where it is; then the stack goes on.
 */
static bool judge_fragment(struct ipip_judge *judge)
{
    unsigned layer = judge->stack.count - 1;
    const struct ipip_layer *fragment = &judge->stack.layers[layer];
    uint64_t facts = facts_of_header(&judge->stack, layer);
    enum ipip_reassembly_result result = IPIP_REASSEMBLY_CUT;
    struct ipip_whole whole;

    if ((facts & FACT_WELL_FORMED) != 0)
        result = ipip_reassembly_add(judge->reassembly, fragment, judge->packet->frame, judge->packet->time, &whole);
    if (result == IPIP_REASSEMBLY_COMPLETE) {
        facts |= FACT_FRAGMENT_HEADER;
    } else {
        facts |= facts_of_relation(&judge->stack, layer);
        if (fragment->ip.fragment_offset != 0 && !ipip_reassembly_has_first(judge->reassembly, fragment))
            facts |= FACT_ORPHAN;
    }
    judge_layer(judge, layer, facts);
    if (result != IPIP_REASSEMBLY_COMPLETE)
        return false;
    judge->first_frame = whole.fragments[0].frame;
    ipip_stack_resume(&judge->stack, whole.datagram, whole.ecn);
    return true;
}

/* Judges the layers from `first` on, which was reassembled if `is_whole`; an innermost fragment is judge_fragment()'s. */
static void judge_from(struct ipip_judge *judge, unsigned first, bool is_whole)
{
    const struct ipip_stack *stack = &judge->stack;
    unsigned end = stack->end == IPIP_END_FRAGMENT ? stack->count - 1 : stack->count;

    for (unsigned k = first; k < end; k++) {
        uint64_t facts = k == first && is_whole ? FACT_WHOLE | FACT_FRAGMENT | FACT_WELL_FORMED | FACT_TUNNEL
                                                : facts_of_header(stack, k);

        facts |= facts_of_relation(stack, k);
        if (k + 1 == stack->count)
            facts |= facts_of_innermost(stack);
        judge_layer(judge, k, facts);
    }
}

static void count_tunnels(struct ipip_judge *judge)
{
    for (unsigned k = 0; k < judge->stack.count && judge->stack.layers[k].is_tunnel; k++) {
        const struct ipip_ipv4 *ip = &judge->stack.layers[k].ip;

        if (tunnels_find(&judge->tunnels, ip->src, ip->dst) == 0)
            judge->counts.tunnels_not_tracked++;
    }
    judge->counts.tunnels = judge->tunnels.count;
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

/* But for its version the header at `data` is one of a tunnel packet: protocol 4, and the checksum holds, as it is or with 4. */
static bool is_tunnel_but_for_version(struct ipip_bytes packet)
{
    uint8_t header[IPIP_IPV4_HEADER_MAX];
    size_t header_bytes;

    if (packet.captured < IPIP_IPV4_HEADER_MIN || packet.data[9] != IPIP_PROTOCOL_IPIP)
        return false;
    header_bytes = (size_t)4 * (packet.data[0] & 15);
    if (header_bytes < IPIP_IPV4_HEADER_MIN || header_bytes > packet.captured)
        return false;
    memcpy(header, packet.data, header_bytes);
    header[0] = (uint8_t)(4 << 4 | (header[0] & 15));
    return ipip_ipv4_checksum_ok(header, header_bytes) || ipip_ipv4_checksum_ok(packet.data, header_bytes);
}

/* A version other than 4 where IPv4 was announced: IPIP601, if the rest looks like a tunnel packet. */
static void judge_version(struct ipip_judge *judge)
{
    const struct ipip_packet *packet = judge->packet;
    struct ipip_stack *stack = &judge->stack;

    if (packet->announced != IPIP_ANNOUNCED_IPV4 || !is_tunnel_but_for_version(packet->ip))
        return;
    stack->count = 1;
    stack->end = IPIP_END_BAD_HEADER;
    stack->layers[0] = (struct ipip_layer){.bytes = packet->ip, .kind = IPIP_LAYER_IPV4, .is_tunnel = true};
    ipip_ipv4_read(&stack->layers[0].ip, packet->ip.data, packet->ip.captured);
    ask(judge, 0, facts_of_header(stack, 0));
    for (unsigned i = 0; i < judge->asked_count; i++)
        judge->tally.verdicts[judge->asked[i].rule][judge->asked[i].verdict]++;
}

static enum ipip_packet_class classify(struct ipip_judge *judge)
{
    const struct ipip_stack *stack = &judge->stack;
    struct ipip_bytes packet = judge->packet->ip;

    switch (ipip_stack_read(&judge->stack, packet)) {
    case IPIP_OK:
        break;
    case IPIP_TRUNCATED:
        return packet.wire > packet.captured ? IPIP_PACKET_TRUNCATED : IPIP_PACKET_PLAIN;
    default:
        judge_version(judge);
        if (!is_ipv6_tunnel(packet))
            return IPIP_PACKET_PLAIN;
        judge->counts.unsupported_ipv6++;
        return IPIP_PACKET_UNSUPPORTED;
    }

    if (!stack->layers[0].is_tunnel) {
        if (stack->end != IPIP_END_UNSUPPORTED)
            return IPIP_PACKET_PLAIN;
        judge->counts.unsupported[stack->next]++;
        return IPIP_PACKET_UNSUPPORTED;
    }
    judge_from(judge, 0, false);
    while (stack->end == IPIP_END_FRAGMENT) {
        unsigned fragment = stack->count - 1;

        if (!judge_fragment(judge))
            break;
        judge_from(judge, fragment, true);
    }
    count_tunnels(judge);
    settle(judge);
    return IPIP_PACKET_TUNNEL;
}

enum ipip_packet_class ipip_judge_packet(struct ipip_judge *judge, const struct ipip_packet *packet)
{
    enum ipip_packet_class class;

    judge->packet = packet;
    judge->first_frame = packet->frame;
    judge->key.count = 0;
    judge->asked_count = 0;
    class = classify(judge);
    judge->counts.packets[class]++;
    return class;
}

void ipip_judge_hold(struct ipip_judge *judge, const struct ipip_packet *packet)
{
    struct ipip_stack *stack = &judge->stack;
    struct ipip_whole whole;

    ipip_stack_read(stack, packet->ip);
    while (stack->count > 0 && stack->end == IPIP_END_FRAGMENT &&
           ipip_reassembly_add(judge->reassembly, &stack->layers[stack->count - 1], packet->frame, packet->time,
                               &whole) == IPIP_REASSEMBLY_COMPLETE)
        ipip_stack_resume(stack, whole.datagram, whole.ecn);
}

const struct ipip_stack *ipip_judge_stack(const struct ipip_judge *judge)
{
    return &judge->stack;
}

void ipip_judge_end(struct ipip_judge *judge)
{
    ipip_reassembly_end(judge->reassembly);
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

uint64_t ipip_judge_tunnel_count(const struct ipip_judge *judge, uint32_t tunnel, size_t rule_index)
{
    return judge->tunnels.records[tunnel].notes[rule_at(rule_index)->note];
}

void ipip_finding_describe(const struct ipip_finding *finding, struct ipip_text *text)
{
    *text = (struct ipip_text){"", "", ""};
    rule_at(finding->rule_index)->describe(finding->evidence, text);
}
