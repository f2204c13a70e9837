/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A datagram in a tunnel: what it adds to the state of the direction and of the datagrams inside.
 *
 * Compiled into its caller, once for plain packets (plain.h), of which much is known beforehand, and once for all others.
 */
#ifndef IPIP_CORE_FLOW_TUNNEL_PACKET_H
#define IPIP_CORE_FLOW_TUNNEL_PACKET_H

#include "flow/entered.h"
#include "flow/large.h"
#include "flow/repeats.h"
#include "flow/state.h"
#include "packet/facts.h"
#include "wire/always_inline.h"

/*
 * A guess is made once, with the first packet that allows it. The other direction helps to infer the capture point of
 * this one.
 */
bool tunnel_packet_guess_vantage(const struct flow *flow, const struct tunnel *t, struct flow_view *e);

/* The path MTU, and whether the encapsulator obeys it. Returns facts. */
uint64_t tunnel_packet_check_mtu(const struct flow *flow, const struct flow_context *context, const struct tunnel *t,
                                 uint64_t key, const struct ipip_layer *outer, const struct ipip_layer *innermost,
                                 struct rule_set *triggered, struct flow_view *e);

/* The datagram was seen beside the tunnel, too, or will be seen in it once more. */
void tunnel_packet_take_sides(struct flow *flow, const struct flow_context *context, struct parsed_packet *parsed,
                              unsigned layer, const struct tunnel *t, const struct history_entry *twin,
                              struct flow_view *e);

/* What only packets of one kind show. */
struct rule_set tunnel_packet_take_kind(struct flow *flow, struct tunnel *t, uint64_t direction,
                                        const struct ipip_layer *outer, struct facts *facts);

/* The habits of a tunnel: the rules that they trigger. */
static inline void check_habits(const struct tunnel *t, const struct ipip_ip *inner, bool is_sequenced,
                                struct rule_set *triggered)
{
    if (ipip_tunnel_inherits_ttl(&t->stats))
        rule_set_add(triggered, RULE_107);
    if (ipip_ip_ecn(inner) != IPIP_NOT_ECT && ipip_tunnel_hides_ecn(&t->stats))
        rule_set_add(triggered, RULE_507);
    if (ipip_tunnel_copies_id_for_long(&t->stats))
        rule_set_add(triggered, RULE_626);
    if (is_sequenced && ipip_tunnel_has_dscps(&t->stats))
        rule_set_add(triggered, RULE_514);
    if (!t->is_answered && t->stats.ttl.packets >= TUNNEL_ONE_WAY_PACKETS)
        rule_set_add(triggered, RULE_907);
}

/* And the facts. */
static inline uint64_t context_of_habits(const struct tunnel *t, const struct ipip_ip *outer,
                                         const struct ipip_ip *inner)
{
    uint64_t facts = 0;

    if (t->stats.ttl.packets < TUNNEL_HABIT_PACKETS)
        facts |= FACT_FEW;
    if (!t->is_answered && t->stats.ttl.packets < TUNNEL_ONE_WAY_PACKETS)
        facts |= FACT_DIRECTION_FEW;
    if (ipip_ip_ecn(inner) != IPIP_NOT_ECT)
        facts |= FACT_INNER_ECT |
                 (t->stats.ect_packets < IPIP_HIDDEN_ECT_PACKETS && !t->stats.has_outer_ecn ? FACT_ECT_FEW : 0);
    if (!is_atomic(outer))
        facts |= t->id_count < TUNNEL_ID_RUN ? FACT_IDS_FEW : 0;
    return facts;
}

/*
 * `layer` and the one inside, `outer` and `inner`, are well-formed; of a plain packet `layer` is 0, and the layers of `parsed` need not be
 * filled in. Adds the rules that it triggers, and to the context in `*facts`. `t` is the outer direction's record.
 */
static ALWAYS_INLINE void flow_take_tunnel_packet(struct flow *flow, const struct flow_context *context,
                                                  struct parsed_packet *parsed, unsigned layer, bool is_plain,
                                                  const struct ipip_layer *outer, const struct ipip_layer *inner,
                                                  struct tunnel *t, struct facts *facts, struct rule_set *triggered,
                                                  struct flow_view *e)
{
    uint64_t addresses = parsed->of[layer].addresses;
    uint64_t content = parsed->of[layer + 1].content;
    const struct history_entry *twin = history_find_content(&flow->history, content);
    struct history_entry *entry;
    unsigned innermost = is_plain ? 1 : parsed->stack.count - 1;
    unsigned flags = HISTORY_THERE | HISTORY_CONTENT | HISTORY_ATOMIC;
    uint8_t ttl_drops = 0;
    bool is_followed = is_plain || outer->kind == IPIP_KIND_IPIP; /* beside the tunnel */

    if (twin != NULL || !repeats_is_atomic(outer, inner)) {
        const struct ipip_layer *layers = parsed_layers(parsed);
        struct repeats repeats;

        repeats_find(&repeats, flow, context, parsed, layer, t, twin, e);
        rule_set_add_all(triggered, repeats.triggered);
        if (repeats.is_copy) {
            flow->copied |= 1U << layer;
            facts->context |= context_of_habits(t, &outer->ip, &inner->ip);
            return;
        }
        flags = repeats_flags(&layers[layer]);
        ttl_drops = repeats.ttl_drops;
    }

    ipip_habit_stats_add(&t->stats, outer, inner);
    if (is_followed && (large_may_be(&outer->ip) || (!is_plain && large_may_be(&parsed->stack.layers[innermost].ip)))) {
        parsed_layers(parsed);
        large_take(flow, context, parsed, layer, t);
    }
    if (!is_followed)
        rule_set_add_all(triggered, tunnel_packet_take_kind(flow, t, addresses, outer, facts));
    check_habits(t, &inner->ip,
                 !is_plain && (is_followed ? outer->shim_bytes > 0 : (facts->context & FACTS_OF_SEQUENCE) != 0),
                 triggered);
    if (t->stats.ttl.packets == TUNNEL_HABIT_PACKETS && tunnel_packet_guess_vantage(flow, t, e))
        rule_set_add(triggered, RULE_906);
    if (flow->paths.count > 0 && ipip_ip_df(&outer->ip) && !outer->is_reassembled) {
        const struct ipip_layer *layers = parsed_layers(parsed);

        facts->context |=
            tunnel_packet_check_mtu(flow, context, t, addresses, &layers[layer], &layers[innermost], triggered, e);
    }
    facts->context |= context_of_habits(t, &outer->ip, &inner->ip);
    if (is_followed || (KINDS_ENTERED >> outer->kind & 1) != 0) {
        e->has_arrived = is_followed || outer->kind != IPIP_KIND_MINIMAL
                             ? flow_take_entered(flow, context, parsed, layer, outer, inner)
                             : flow_take_entered_folded(flow, context, parsed, layer);
        if (sightings_may_have(&flow->sides.sightings, content) || flow->sides.is_inside_kept)
            tunnel_packet_take_sides(flow, context, parsed, layer, t, twin, e);
    } else {
        e->has_arrived = false;
    }
    entry = history_add(&flow->history, content, parsed->packet.frame, parsed->packet.time, twin != NULL);
    if (entry == NULL)
        return;
    repeats_fill(entry, addresses, &outer->ip, &inner->ip, flags);
    entry->ttl_drops = ttl_drops;
    if ((flags & HISTORY_INNER_ID) != 0)
        history_link_inner_id(&flow->history, repeats_inner(parsed, layer), (flags & HISTORY_FRAGMENT) != 0);
}

#endif
