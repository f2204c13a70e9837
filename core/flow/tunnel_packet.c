/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram in a tunnel: what it adds to the state of the direction and of the datagrams inside. */
#include "flow/automatic.h"
#include "flow/first_pieces.h"
#include "flow/large.h"
#include "flow/repeats.h"
#include "flow/state.h"
#include "ipip/age.h"
#include "packet/facts.h"
#include "packet/fingerprint.h"
#include "packet/transport.h"
#include "packet/ttl_place.h"

bool flow_is_segments(const struct ipip_layer *innermost)
{
    const struct ipip_ip *ip = &innermost->ip;

    bool is_segmented = ip->protocol == IPIP_PROTOCOL_TCP || ip->protocol == IPIP_PROTOCOL_UDP;

    return ip->total_bytes == 0 || (is_segmented && ip->total_bytes > LARGE_USUAL);
}

bool flow_may_be_segments(const struct ipip_layer *innermost)
{
    const struct ipip_ip *ip = &innermost->ip;

    return flow_is_segments(innermost) ||
           (ip->protocol == IPIP_PROTOCOL_TCP && !ipip_ip_is_fragment(ip) &&
            (transport_facts(innermost, ipip_layer_payload(innermost)).triggers & TRIGGER_TRANSPORT_PARTIAL) != 0);
}

const struct history_entry *flow_find_content(const struct flow *flow, const struct ipip_layer *datagram)
{
    return history_find_content(&flow->history,
                                fingerprint_of_content(&flow->tunnels.keys, datagram, ipip_layer_payload(datagram)));
}

const struct history_entry *flow_find_id(struct flow *flow, uint64_t key, const struct ipip_ip *ip)
{
    return history_find_id(&flow->history, key, (uint16_t)ip->id, ip->protocol);
}

/* The habits of a tunnel. */
static inline struct rule_set check_habits(const struct tunnel *t, const struct ipip_ip *inner, bool is_authenticated)
{
    struct rule_set triggered = {{0}};

    if (ipip_tunnel_inherits_ttl(&t->stats))
        rule_set_add(&triggered, RULE_107);
    if (ipip_tunnel_hides_ecn(&t->stats) && ipip_ip_ecn(inner) != IPIP_NOT_ECT)
        rule_set_add(&triggered, RULE_507);
    if (ipip_tunnel_copies_id_for_long(&t->stats))
        rule_set_add(&triggered, RULE_626);
    if (is_authenticated && ipip_tunnel_has_dscps(&t->stats))
        rule_set_add(&triggered, RULE_514);
    if (t->stats.ttl.packets >= TUNNEL_ONE_WAY_PACKETS && !t->is_answered)
        rule_set_add(&triggered, RULE_907);
    return triggered;
}

/*
 * A guess is made once, with the first packet that allows it. The other direction helps to infer the capture point of
 * this one.
 */
static __attribute__((noinline)) bool guess_vantage(const struct flow *flow, const struct tunnel *t,
                                                    struct flow_view *e)
{
    const struct tunnel *back = flow_back_of(flow, t);
    unsigned routers;

    if (ttl_place(&t->stats.ttl, INITIAL_TTL_TUNNEL, 0, &routers) == TTL_PLACE_UNKNOWN)
        return false;
    e->back_place = back != NULL ? ttl_place(&back->stats.ttl, INITIAL_TTL_USUAL, 0, &routers) : TTL_PLACE_UNKNOWN;
    return true;
}

static uint64_t context_of_habits(const struct tunnel *t, const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    uint64_t facts = 0;

    if (t->stats.ttl.packets < TUNNEL_HABIT_PACKETS)
        facts |= FACT_FEW;
    if (t->stats.ttl.packets < TUNNEL_ONE_WAY_PACKETS && !t->is_answered)
        facts |= FACT_DIRECTION_FEW;
    if (ipip_ip_ecn(inner) != IPIP_NOT_ECT)
        facts |= FACT_INNER_ECT |
                 (t->stats.ect_packets < IPIP_HIDDEN_ECT_PACKETS && !t->stats.has_outer_ecn ? FACT_ECT_FEW : 0);
    if (!is_atomic(outer))
        facts |= t->id_count < TUNNEL_ID_RUN ? FACT_IDS_FEW : 0;
    return facts;
}

/* The path MTU, and whether the encapsulator obeys it. Returns facts. */
static __attribute__((noinline)) uint64_t check_mtu(const struct flow *flow, const struct flow_context *context,
                                                    const struct tunnel *t, uint64_t key,
                                                    const struct ipip_layer *outer, const struct ipip_layer *innermost,
                                                    bool *is_over, struct flow_view *e)
{
    int64_t now = context->packet->time;
    struct path *path = flow_known_path(flow, key);
    uint16_t mtu = path_mtu(path, now);

    if (mtu == 0)
        return 0;
    if (outer->ip.total_bytes <= mtu || !ipip_age_exceeds(now, path->period.time, GRACE_SECONDS * IPIP_AGE_SECOND))
        return FACT_PATH_MTU;
    if ((!t->is_wire && flow_may_be_segments(innermost)) ||
        ipip_age_exceeds(now, path->toobig_time, RETRY_SECONDS * IPIP_AGE_SECOND))
        return FACT_PATH_MTU | FACT_OVER_UNKNOWN;
    path->over = (uint16_t)(path->over + (path->over < UINT16_MAX));
    if (path->over == 1)
        return FACT_PATH_MTU | FACT_OVER_UNKNOWN;
    e->toobig = other_at(&path->period, now);
    e->mtu = mtu;
    e->over = path->over;
    *is_over = true;
    return FACT_PATH_MTU;
}

void flow_take_fragment(struct flow *flow, const struct parsed_packet *parsed, unsigned layer)
{
    const struct ipip_ip *outer = &parsed->stack.layers[layer].ip;
    struct history_entry *entry = history_add(&flow->history, 0, parsed->packet.frame, parsed->packet.time);

    if (entry == NULL)
        return;
    entry->addresses = parsed->of[layer].addresses;
    entry->id = (uint16_t)outer->id;
    entry->total_bytes = (uint16_t)outer->total_bytes;
    entry->inner_id = 0;
    entry->protocol = outer->protocol;
    entry->ttl = outer->ttl;
    entry->inner_ttl = entry->ttl_drops = 0;
    entry->flags = (uint8_t)(HISTORY_THERE | (is_atomic(outer) ? HISTORY_ATOMIC : 0) |
                             (ipip_ip_is_fragment(outer) ? HISTORY_FRAGMENT : 0));
}

/* Kinds of which what is inside is seen going in, too, as a packet that its sender sent. */
enum {
    KINDS_ENTERED = 1 << IPIP_KIND_IPIP | 1 << IPIP_KIND_6IN4 | 1 << IPIP_KIND_4IN6 | 1 << IPIP_KIND_6IN6 |
                    1 << IPIP_KIND_GRE | 1 << IPIP_KIND_GRE6 | IPIP_KINDS_OVER_UDP,
};

/* The datagram was seen beside the tunnel, too, or will be seen in it once more. */
static __attribute__((noinline)) void take_sides(struct flow *flow, const struct flow_context *context,
                                                 const struct ipip_layer *outer, uint64_t content,
                                                 const struct history_entry *twin, struct flow_view *e)
{
    if (!e->sides.is_there)
        e->sides = sides_take_inside(flow, context->packet, outer, content, twin);
    if (flow->sides.has_two_places)
        sides_remember_inside(flow, context->packet, outer + 1, content);
}

/* What only packets of one kind show. */
static __attribute__((noinline)) struct rule_set take_kind(struct flow *flow, struct tunnel *t, uint64_t direction,
                                                           const struct ipip_layer *outer, struct facts *facts)
{
    struct rule_set triggered = {{0}};

    if (outer->kind == IPIP_KIND_6IN4 && automatic_take(flow, t, outer, &facts->context))
        rule_set_add(&triggered, RULE_726);
    if (outer->kind == IPIP_KIND_4IN6 && first_pieces_take(flow, direction, outer))
        rule_set_add(&triggered, RULE_783);
    return triggered;
}

struct rule_set flow_take_tunnel_packet(struct flow *flow, const struct flow_context *context,
                                        const struct parsed_packet *parsed, unsigned layer, struct tunnel *t,
                                        struct facts *facts, struct flow_view *e)
{
    const struct ipip_stack *stack = &parsed->stack;
    const struct ipip_layer *outer = &stack->layers[layer];
    const struct ipip_layer *inner = outer + 1;
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
    uint64_t content = parsed->of[layer + 1].content;
    const struct history_entry *twin = history_find_content(&flow->history, content);
    struct rule_set triggered = {{0}};
    struct history_entry *entry;
    unsigned flags = HISTORY_THERE | HISTORY_CONTENT | HISTORY_ATOMIC;
    uint8_t ttl_drops = 0;
    bool is_followed = outer->kind == IPIP_KIND_IPIP; /* beside the tunnel */

    if (twin != NULL || !repeats_is_atomic(outer)) {
        struct repeats repeats = repeats_find(flow, context, parsed, layer, t, twin, e);

        if (repeats.is_copy) {
            flow->copied |= 1U << layer;
            facts->context |= context_of_habits(t, &outer->ip, &inner->ip);
            return repeats.triggered;
        }
        triggered = repeats.triggered;
        flags = repeats_flags(outer);
        ttl_drops = repeats.ttl_drops;
    }

    ipip_habit_stats_add(&t->stats, outer, inner);
    if (is_followed && (large_may_be(&outer->ip) || large_may_be(&innermost->ip)))
        large_take(flow, context, parsed, layer, t);
    if (!is_followed)
        rule_set_add_all(&triggered, take_kind(flow, t, parsed->of[layer].addresses, outer, facts));
    rule_set_add_all(&triggered, check_habits(t, &inner->ip, is_followed && outer->shim_bytes > 0));
    if (t->stats.ttl.packets == TUNNEL_HABIT_PACKETS && guess_vantage(flow, t, e))
        rule_set_add(&triggered, RULE_906);
    if (flow->paths.count > 0 && ipip_ip_df(&outer->ip) && !outer->is_reassembled) {
        bool is_over = false;

        facts->context |= check_mtu(flow, context, t, parsed->of[layer].addresses, outer, innermost, &is_over, e);
        if (is_over)
            rule_set_add(&triggered, RULE_312);
    }
    facts->context |= context_of_habits(t, &outer->ip, &inner->ip);
    if (is_followed || (KINDS_ENTERED >> outer->kind & 1) != 0)
        e->has_arrived = flow_take_entered(flow, context, parsed, layer);
    else
        e->has_arrived = outer->kind == IPIP_KIND_MINIMAL && flow_take_entered_folded(flow, context, parsed, layer);
    if (is_followed && (sightings_may_have(&flow->sides.sightings, content) || flow->sides.has_two_places))
        take_sides(flow, context, outer, content, twin, e);
    entry = history_add(&flow->history, content, parsed->packet.frame, parsed->packet.time);
    if (entry == NULL)
        return triggered;
    repeats_fill(entry, parsed, layer, flags);
    entry->ttl_drops = ttl_drops;
    if ((flags & HISTORY_INNER_ID) != 0)
        history_link_inner_id(&flow->history, repeats_inner(parsed, layer), (flags & HISTORY_FRAGMENT) != 0);
    return triggered;
}
