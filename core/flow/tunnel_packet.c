/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram in a tunnel, against those before it. */
#include "flow/large.h"
#include "flow/state.h"
#include "ipip/age.h"
#include "packet/facts.h"
#include "packet/fingerprint.h"
#include "packet/transport.h"
#include "packet/ttl_place.h"

enum {
    LOOP_ANONYMOUS = 5, /* falls of the TTL that count where all Identifications are 0, and equal packets no copies */
    /* Datagrams later, what looks the same is rather the Identification that has come around. */
    COPY_DISTANCE = 1 << 14,
    SAME_MAX = 16, /* of the same content that are looked at */
};

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

static struct other other_of(const struct history *r, const struct history_entry *entry, int64_t now)
{
    return (struct other){history_frame(r, entry), ipip_age_distance(now, entry->time), entry->ttl, true};
}

const struct history_entry *flow_find_content(const struct flow *flow, const struct ipip_layer *datagram)
{
    return history_find_content(&flow->history,
                                fingerprint_of_content(&flow->tunnels.keys, datagram, ipip_layer_payload(datagram)));
}

const struct history_entry *flow_find_id(struct flow *flow, const struct ipip_ip *ip)
{
    uint64_t addresses = fingerprint_of_addresses(&flow->tunnels.keys, ip->src, ip->dst);

    return history_find_id(&flow->history, addresses, (uint16_t)ip->id, ip->protocol);
}

/* The datagram before with the same Identification; not this one's own first fragment, which came last. */
static const struct history_entry *same_id(struct history *r, const struct history_entry *fresh, bool is_whole)
{
    const struct history_entry *entry = history_find_id(r, fresh->addresses, fresh->id, fresh->protocol);

    return is_whole && entry != NULL && !entry->has_content ? history_before_id(r, entry) : entry;
}

/* The same datagram a second time. True where it is the same packet, seen twice: then nothing follows from it. */
static bool is_copy(const struct history *r, const struct history_entry *fresh, const struct history_entry *old,
                    struct rule_set *triggered, struct flow_view *e)
{
    uint64_t distance = ipip_age_distance(fresh->time, old->time);

    if (fresh->inner_ttl != old->inner_ttl)
        return false; /* it has been around */
    e->copy = other_of(r, old, fresh->time);
    if (distance <= IPIP_AGE_MILLISECOND || (fresh->ttl != old->ttl && distance <= IPIP_AGE_SECOND)) {
        rule_set_add(triggered, RULE_905);
        return true;
    }
    if (fresh->ttl != old->ttl || fresh->is_atomic != old->is_atomic)
        return false;
    if (distance <= IPIP_AGE_SECOND)
        rule_set_add(triggered, RULE_213);
    if (!fresh->is_atomic && distance < HISTORY_MDL)
        rule_set_add(triggered, RULE_622);
    return false;
}

static void check_reuse(const struct history *r, const struct history_entry *fresh, const struct history_entry *old,
                        const struct tunnel *t, struct rule_set *triggered, struct flow_view *e)
{
    /* In one packet it is a tunnel inside itself: IPIP216. Of a fragment alone the content is not known. */
    if (history_is_of_packet(r, old) || !old->has_content || fresh->is_atomic || old->is_atomic ||
        ipip_age_distance(fresh->time, old->time) >= HISTORY_MDL)
        return;
    /* IPIP624 and IPIP623 cover this, too. */
    if (t->has_id_run || t->has_id_rate)
        return;
    e->reuse = other_of(r, old, fresh->time);
    e->is_reuse_fragment = fresh->is_fragment || old->is_fragment;
    rule_set_add(triggered, RULE_621);
}

/* The innermost header's Identification, among datagrams that may be fragmented. */
static __attribute__((noinline)) void check_inner_reuse(const struct history *r, const struct history_datagram *fresh,
                                                        struct rule_set *triggered, struct flow_view *e)
{
    const struct history_entry *old = history_find_inner_id(r, fresh);
    int64_t now = fresh->entry.time;

    if (old == NULL || history_has_content(r, old, fresh->content) || ipip_age_distance(now, old->time) >= HISTORY_MDL)
        return;
    e->inner_reuse = other_of(r, old, now);
    rule_set_add(triggered, RULE_627);
}

/* One of the directions starts where the other ends. */
static bool is_around(const struct ipip_ip *ip, const struct tunnel *old)
{
    return old != NULL && (ipip_address_equal(old->dst, ip->src) || ipip_address_equal(old->src, ip->dst));
}

/* The last of the same content in this direction, or in one that goes around with it; NULL where there is none lately. */
static const struct history_entry *find_same(const struct flow *flow, const struct history_entry *fresh,
                                             const struct history_entry *twin, const struct ipip_ip *ip,
                                             bool is_other_wanted)
{
    const struct history *r = &flow->history;
    const struct history_entry *old = twin;

    for (int steps = 0; old != NULL && steps < SAME_MAX; steps++, old = history_before_content(r, old)) {
        bool is_same = old->addresses == fresh->addresses;

        if (ipip_age_distance(fresh->time, old->time) > PASSAGE_SECONDS * IPIP_AGE_SECOND)
            break;
        if (is_other_wanted ? !is_same && is_around(ip, flow_tunnel_of(flow, old->addresses)) : is_same)
            return old;
    }
    return NULL;
}

/* The same inner datagram again, with a lower TTL: it goes around. */
static __attribute__((noinline)) void check_loop(const struct flow *flow, struct history_entry *fresh,
                                                 const struct history_entry *twin, const struct ipip_ip *ip,
                                                 bool is_anonymous, struct rule_set *triggered, struct flow_view *e)
{
    const struct history_entry *same = find_same(flow, fresh, twin, ip, false);
    const struct history_entry *other;

    if (same == NULL)
        return;
    if (fresh->inner_ttl >= same->inner_ttl) {
        /* Seen once more as it was: not lost for what comes. */
        fresh->ttl_drops = fresh->inner_ttl == same->inner_ttl ? same->ttl_drops : 0;
        return;
    }
    fresh->ttl_drops = (uint8_t)(same->ttl_drops + (same->ttl_drops < UINT8_MAX));
    e->loop = other_of(&flow->history, same, fresh->time);
    e->loop.ttl = same->inner_ttl;
    e->loop_times = fresh->ttl_drops + 1U;
    if (is_anonymous && fresh->ttl_drops < LOOP_ANONYMOUS)
        return;
    other = find_same(flow, fresh, twin, ip, true);
    if (other != NULL) {
        const struct tunnel *around = flow_tunnel_of(flow, other->addresses);

        e->loop_src = around->src;
        e->loop_dst = around->dst;
        rule_set_add(triggered, RULE_220);
    } else {
        rule_set_add(triggered, RULE_203);
    }
}

/* The habits of a tunnel. */
static void check_habits(const struct tunnel *t, const struct ipip_ip *inner, bool is_authenticated,
                         struct rule_set *triggered)
{
    if (ipip_tunnel_inherits_ttl(&t->stats))
        rule_set_add(triggered, RULE_107);
    if (ipip_tunnel_hides_ecn(&t->stats) && ipip_ip_ecn(inner) != IPIP_NOT_ECT)
        rule_set_add(triggered, RULE_507);
    if (ipip_tunnel_copies_id_for_long(&t->stats))
        rule_set_add(triggered, RULE_626);
    if (is_authenticated && ipip_tunnel_has_dscps(&t->stats))
        rule_set_add(triggered, RULE_514);
    if (t->stats.ttl.packets >= TUNNEL_ONE_WAY_PACKETS && !t->is_answered)
        rule_set_add(triggered, RULE_907);
}

/*
 * A guess is made once, with the first packet that allows it. The other direction helps to infer the capture point of
 * this one.
 */
static __attribute__((noinline)) void guess_vantage(const struct flow *flow, const struct tunnel *t,
                                                    const struct ipip_ip *outer, struct rule_set *triggered,
                                                    struct flow_view *e)
{
    const struct tunnel *back = flow_known_tunnel(flow, outer->dst, outer->src);
    unsigned routers;

    if (ttl_place(&t->stats.ttl, INITIAL_TTL_TUNNEL, 0, &routers) == TTL_PLACE_UNKNOWN)
        return;
    rule_set_add(triggered, RULE_906);
    e->back_place = back != NULL ? ttl_place(&back->stats.ttl, INITIAL_TTL_USUAL, 0, &routers) : TTL_PLACE_UNKNOWN;
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

/* The path MTU, and whether the encapsulator obeys it. */
static __attribute__((noinline)) void check_mtu(struct flow *flow, const struct flow_context *context,
                                                const struct tunnel *t, const struct ipip_layer *outer,
                                                const struct ipip_layer *innermost, struct facts *facts,
                                                struct rule_set *triggered, struct flow_view *e)
{
    int64_t now = context->packet->time;
    struct path *path;
    uint16_t mtu;

    path = flow_known_path(flow, outer->ip.src, outer->ip.dst);
    mtu = path_mtu(path, now);
    if (mtu == 0)
        return;
    facts->context |= FACT_PATH_MTU;
    if (outer->ip.total_bytes <= mtu || !ipip_age_exceeds(now, path->period.time, GRACE_SECONDS * IPIP_AGE_SECOND))
        return;
    if ((!t->is_wire && flow_may_be_segments(innermost)) ||
        ipip_age_exceeds(now, path->toobig_time, RETRY_SECONDS * IPIP_AGE_SECOND)) {
        facts->context |= FACT_OVER_UNKNOWN;
        return;
    }
    path->over = (uint16_t)(path->over + (path->over < UINT16_MAX));
    if (path->over == 1) {
        facts->context |= FACT_OVER_UNKNOWN;
        return;
    }
    e->toobig = other_at(&path->period, now);
    e->mtu = mtu;
    e->over = path->over;
    rule_set_add(triggered, RULE_312);
}

void flow_take_fragment(struct flow *flow, const struct parsed_packet *parsed, unsigned layer)
{
    const struct ipip_ip *outer = &parsed->stack.layers[layer].ip;
    struct history_datagram fragment = {.frame = parsed->packet.frame,
                                        .entry = {.addresses = parsed->of[layer].addresses,
                                                  .time = parsed->packet.time,
                                                  .id = (uint16_t)outer->id,
                                                  .total_bytes = (uint16_t)outer->total_bytes,
                                                  .protocol = outer->protocol,
                                                  .ttl = outer->ttl,
                                                  .is_atomic = is_atomic(outer),
                                                  .is_fragment = ipip_ip_is_fragment(outer),
                                                  .is_there = true}};

    history_add(&flow->history, &fragment);
}

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

/* The same tunnel packet behind a router, with something else in it. */
static bool is_changed_copy(struct flow *flow, const struct flow_context *context, const struct ipip_layer *outer,
                            const struct history_entry *fresh, const struct history_entry *old, struct flow_view *e)
{
    if (fresh->ttl >= old->ttl)
        return false;
    e->sides = sides_take_again(flow, context->packet, outer, fresh, old);
    return rule_set_has(&e->sides.triggered, RULE_404);
}

/* The one before with this Identification, or NULL; and whether the datagram inside is the same. */
struct before {
    const struct history_entry *entry;
    bool is_same;
    bool is_copy; /* it is the same packet, seen twice: nothing follows from it */
};

static __attribute__((noinline)) struct before find_before(struct flow *flow, const struct flow_context *context,
                                                           const struct ipip_layer *outer,
                                                           const struct history_datagram *datagram,
                                                           struct rule_set *triggered, struct flow_view *e)
{
    struct history *r = &flow->history;
    const struct history_entry *fresh = &datagram->entry;
    struct before before = {.entry = same_id(r, fresh, outer->is_reassembled)};
    const struct history_entry *old = before.entry;

    before.is_same = old != NULL && history_has_content(r, old, datagram->content);
    before.is_copy = before.is_same && history_since(r, old) < COPY_DISTANCE &&
                     (is_changed_copy(flow, context, outer, fresh, old, e) || is_copy(r, fresh, old, triggered, e));
    return before;
}

/* A datagram whose Identification must be unique. */
static __attribute__((noinline)) void check_id(const struct history *r, const struct history_entry *fresh,
                                               const struct before *before, struct tunnel *t,
                                               struct rule_set *triggered, struct flow_view *e)
{
    if (!before->is_same)
        tunnel_observe_id(t, fresh->id, fresh->is_fragment, fresh->time);
    if (t->id_run >= TUNNEL_ID_RUN)
        rule_set_add(triggered, RULE_624);
    if (tunnel_exceeds_id_rate(t))
        rule_set_add(triggered, RULE_623);
    if (before->entry != NULL && !before->is_same)
        check_reuse(r, fresh, before->entry, t, triggered, e);
}

struct rule_set flow_take_tunnel_packet(struct flow *flow, const struct flow_context *context,
                                        const struct parsed_packet *parsed, unsigned layer, struct tunnel *t,
                                        struct facts *facts, struct flow_view *e)
{
    const struct ipip_stack *stack = &parsed->stack;
    const struct ipip_layer *outer = &stack->layers[layer];
    const struct ipip_layer *inner = outer + 1;
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
    struct history *r = &flow->history;
    uint64_t content = parsed->of[layer + 1].content;
    bool is_fragment = outer->is_reassembled || ipip_ip_is_fragment(&outer->ip);
    struct history_datagram datagram;
    struct history_entry *fresh = &datagram.entry;
    const struct history_entry *twin = history_find_content(r, content);
    struct before before = {NULL, false, false};
    struct rule_set triggered = {{0}};

    datagram.frame = context->packet->frame;
    datagram.content = content;
    *fresh = (struct history_entry){
        .addresses = parsed->of[layer].addresses,
        .time = context->packet->time,
        .content_low = (uint32_t)content,
        .id = (uint16_t)outer->ip.id,
        .total_bytes = (uint16_t)outer->ip.total_bytes,
        .inner_id = (uint16_t)inner->ip.id,
        .protocol = outer->ip.protocol,
        .ttl = outer->ip.ttl,
        .inner_ttl = inner->ip.ttl,
        .is_atomic = ipip_ip_df(&outer->ip) && !is_fragment,
        .is_fragment = is_fragment,
        .has_content = true,
        /* First fragments compare with each other only: the whole and its fragments have different contents. */
        .has_inner_id = !is_atomic(&inner->ip) && inner->kind == IPIP_KIND_NONE && inner->ip.fragment_offset == 0,
        .is_there = true,
    };
    /* An atomic datagram's Identification only shows whether the same datagram was seen twice. */
    if (twin != NULL || !fresh->is_atomic) {
        before = find_before(flow, context, outer, &datagram, &triggered, e);
        if (before.is_copy) {
            flow->copied |= 1U << layer;
            facts->context |= context_of_habits(t, &outer->ip, &inner->ip);
            return triggered;
        }
    }

    ipip_habit_stats_add(&t->stats, outer, inner);
    if (large_may_be(&outer->ip) || large_may_be(&innermost->ip))
        large_take(flow, context, parsed, layer, t);
    if (!fresh->is_atomic)
        check_id(r, fresh, &before, t, &triggered, e);
    if (fresh->has_inner_id) {
        datagram.inner_mf = ipip_ip_mf(&inner->ip);
        datagram.inner_protocol = inner->ip.protocol;
        datagram.inner_addresses = parsed->of[layer + 1].addresses;
        check_inner_reuse(r, &datagram, &triggered, e);
    }
    if (twin != NULL)
        check_loop(flow, fresh, twin, &outer->ip, inner->ip.id == 0, &triggered, e);
    check_habits(t, &inner->ip, outer->shim_bytes > 0, &triggered);
    if (t->stats.ttl.packets == TUNNEL_HABIT_PACKETS)
        guess_vantage(flow, t, &outer->ip, &triggered, e);
    if (flow->paths.count > 0 && ipip_ip_df(&outer->ip))
        check_mtu(flow, context, t, outer, innermost, facts, &triggered, e);
    facts->context |= context_of_habits(t, &outer->ip, &inner->ip);
    e->has_arrived = flow_take_entered(flow, context, parsed, layer);
    if (sightings_may_have(&flow->sides.sightings, content) || flow->sides.has_two_places)
        take_sides(flow, context, outer, content, twin, e);
    history_add(r, &datagram);
    return triggered;
}
