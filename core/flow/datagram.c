/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram in a tunnel, beside those that were there before. */
#include "../facts.h"
#include "../transport.h"
#include "ipip/age.h"
#include "state.h"

enum {
    LOOP_ANONYMOUS = 5, /* falls of the TTL that count where all Identifications are 0, and equal packets no copies */
    SEGMENT_MAX = 1500,
    /* Datagrams later, what looks the same is rather the Identification that has come around. */
    COPY_DISTANCE = 1 << 14,
    SAME_MAX = 16, /* of the same content that are looked at */
};

bool flow_is_segments(const struct ipip_layer *innermost)
{
    const struct ipip_ipv4 *ip = &innermost->ip;

    bool is_segmented = ip->protocol == IPIP_PROTOCOL_TCP || ip->protocol == IPIP_PROTOCOL_UDP;

    return ip->total_bytes == 0 || (is_segmented && ip->total_bytes > SEGMENT_MAX);
}

bool flow_may_be_segments(const struct ipip_layer *innermost)
{
    const struct ipip_ipv4 *ip = &innermost->ip;

    return flow_is_segments(innermost) || (ip->protocol == IPIP_PROTOCOL_TCP && !ipip_ipv4_is_fragment(ip) &&
                                           transport_checksum(innermost) == TRANSPORT_PARTIAL);
}

static struct other other_of(const struct recent *entry, int64_t now)
{
    return (struct other){entry->frame, ipip_age_distance(now, entry->time), entry->ttl, true};
}

const struct recent *flow_find_content(const struct ipip_flow *flow, const struct ipip_layer *datagram)
{
    return recents_find_content(&flow->recents, recent_content(&flow->tunnels.keys, datagram));
}

const struct recent *flow_find_id(const struct ipip_flow *flow, const struct ipip_ipv4 *ip)
{
    struct recent like = {.src = ip->src, .dst = ip->dst, .id = ip->id, .protocol = ip->protocol};
    uint64_t hash = flow_hash(&flow->tunnels.keys, ip->src, ip->dst);

    return recents_find(&flow->recents, RECENT_BY_ID, recent_id_slot(hash, ip), &like);
}

/* The datagram before with the same Identification; not this one's own first fragment, which came last. */
static const struct recent *same_id(const struct recents *r, const struct recent *fresh, uint32_t slot, bool is_whole)
{
    const struct recent *entry = recents_find(r, RECENT_BY_ID, slot, fresh);

    return is_whole && entry != NULL && entry->content == 0 ? recents_before(r, RECENT_BY_ID, entry) : entry;
}

/* The same datagram a second time. True where it is the same packet, seen twice: then nothing follows from it. */
static bool is_copy(const struct recent *fresh, const struct recent *old, uint64_t *events, struct flow_evidence *e)
{
    uint64_t distance = ipip_age_distance(fresh->time, old->time);

    if (fresh->inner_ttl != old->inner_ttl)
        return false; /* it has been around */
    e->copy = other_of(old, fresh->time);
    if (distance <= IPIP_AGE_MILLISECOND || (fresh->ttl != old->ttl && distance <= IPIP_AGE_SECOND)) {
        *events |= EVENT(TWICE);
        return true;
    }
    if (fresh->ttl != old->ttl)
        return false;
    if (distance <= IPIP_AGE_SECOND)
        *events |= EVENT(REPEATED);
    if (!fresh->is_atomic && distance < RECENT_MDL)
        *events |= EVENT(ID_RESENT);
    return false;
}

static void check_reuse(const struct recents *r, const struct recent *fresh, const struct recent *old,
                        const struct tunnel *t, uint64_t *events, struct flow_evidence *e)
{
    /* In one packet it is a tunnel inside itself: IPIP216. Of a fragment alone the content is not known. */
    if (recents_is_of_packet(r, old) || old->content == 0 || fresh->is_atomic || old->is_atomic ||
        ipip_age_distance(fresh->time, old->time) >= RECENT_MDL)
        return;
    /* What IPIP624 and IPIP623 say of the tunnel says this, too. */
    if (t->has_id_run || t->has_id_rate)
        return;
    e->reuse = other_of(old, fresh->time);
    e->is_reuse_fragment = fresh->is_fragment || old->is_fragment;
    *events |= EVENT(ID_REUSED);
}

/* The innermost header's Identification, among datagrams that may be fragmented. */
static void check_inner_reuse(const struct recents *r, const struct recent *fresh, uint32_t slot, uint64_t *events,
                              struct flow_evidence *e)
{
    const struct recent *old = recents_find(r, RECENT_BY_INNER_ID, slot, fresh);

    if (old == NULL || old->content == fresh->content || ipip_age_distance(fresh->time, old->time) >= RECENT_MDL)
        return;
    e->inner_reuse = other_of(old, fresh->time);
    *events |= EVENT(INNER_ID_REUSED);
}

/* One of the directions starts where the other ends. */
static bool is_around(const struct recent *fresh, const struct recent *old)
{
    return old->dst == fresh->src || old->src == fresh->dst;
}

/* The last of the same content in this direction, or in one that goes around with it; NULL where there is none lately. */
static const struct recent *find_same(const struct recents *r, const struct recent *fresh, bool is_other_wanted)
{
    const struct recent *old = recents_find_content(r, fresh->content);

    for (int steps = 0; old != NULL && steps < SAME_MAX; steps++, old = recents_before(r, RECENT_BY_CONTENT, old)) {
        bool is_same = old->src == fresh->src && old->dst == fresh->dst;

        if (ipip_age_distance(fresh->time, old->time) > PASSAGE_SECONDS * IPIP_AGE_SECOND)
            break;
        if (is_other_wanted ? !is_same && is_around(fresh, old) : is_same)
            return old;
    }
    return NULL;
}

/* The same inner datagram again, with a lower TTL: it goes around. */
static void check_loop(const struct recents *r, struct recent *fresh, bool is_anonymous, uint64_t *events,
                       struct flow_evidence *e)
{
    const struct recent *same = find_same(r, fresh, false);
    const struct recent *other;

    if (same == NULL)
        return;
    if (fresh->inner_ttl >= same->inner_ttl) {
        /* Seen once more as it was: not lost for what comes. */
        fresh->falls = fresh->inner_ttl == same->inner_ttl ? same->falls : 0;
        return;
    }
    fresh->falls = (uint8_t)(same->falls + (same->falls < UINT8_MAX));
    e->loop = other_of(same, fresh->time);
    e->loop.ttl = same->inner_ttl;
    e->loop_times = fresh->falls + 1U;
    if (is_anonymous && fresh->falls < LOOP_ANONYMOUS)
        return;
    other = find_same(r, fresh, true);
    if (other != NULL) {
        e->loop_src = other->src;
        e->loop_dst = other->dst;
        *events |= EVENT(RELAYED_AROUND);
    } else {
        *events |= EVENT(REENTERED);
    }
}

/* What is said of a tunnel by its habits. */
static uint64_t habits(const struct tunnel *t, const struct flow_context *context, const struct ipip_ipv4 *inner,
                       bool is_authenticated)
{
    uint64_t events = 0;
    unsigned routers;

    if (tunnel_inherits_ttl(t))
        events |= EVENT(TTL_INHERITED);
    if (t->ect_packets >= TUNNEL_ECT_PACKETS && !t->has_outer_ecn && ipip_ipv4_ecn(inner) != IPIP_NOT_ECT)
        events |= EVENT(ECN_NEVER);
    if (t->ttl.packets >= TUNNEL_HABIT_PACKETS && t->id_copied == t->ttl.packets && t->id_varies)
        events |= EVENT(ID_COPIED);
    if (is_authenticated && (t->dscps & (t->dscps - 1)) != 0)
        events |= EVENT(DSCPS);
    /* Guesses are made once, with the first packet that allows them. */
    if (t->ttl.packets == TUNNEL_HABIT_PACKETS && context->policy->vantage == IPIP_VANTAGE_UNKNOWN &&
        tunnel_place(t, &routers) != TUNNEL_PLACE_UNKNOWN)
        events |= EVENT(VANTAGE);
    if (t->ttl.packets >= TUNNEL_ONE_WAY_PACKETS && !t->is_answered)
        events |= EVENT(ONE_WAY);
    return events;
}

static uint64_t facts_of_habits(const struct tunnel *t, const struct ipip_ipv4 *outer, const struct ipip_ipv4 *inner)
{
    uint64_t facts = 0;

    if (t->ttl.packets < TUNNEL_HABIT_PACKETS)
        facts |= FACT_FEW;
    if (t->ttl.packets < TUNNEL_ONE_WAY_PACKETS && !t->is_answered)
        facts |= FACT_DIRECTION_FEW;
    if (ipip_ipv4_ecn(inner) != IPIP_NOT_ECT)
        facts |= FACT_INNER_ECT | (t->ect_packets < TUNNEL_ECT_PACKETS && !t->has_outer_ecn ? FACT_ECT_FEW : 0);
    if (!is_atomic(outer))
        facts |= t->id_count < TUNNEL_ID_RUN ? FACT_IDS_FEW : 0;
    return facts;
}

/* What the path is known to carry, and whether the encapsulator heeds it. */
static uint64_t check_mtu(struct ipip_flow *flow, const struct flow_context *context, const struct ipip_layer *outer,
                          const struct ipip_layer *innermost, uint64_t *facts, struct flow_evidence *e)
{
    int64_t now = context->packet->time;
    struct path *path = flow_known_path(flow, outer->ip.src, outer->ip.dst);
    uint16_t mtu = path_mtu(path, now);

    if (mtu == 0 || !outer->ip.df)
        return 0;
    *facts |= FACT_PATH_MTU;
    if (outer->ip.total_bytes <= mtu || !ipip_age_exceeds(now, path->toobig.time, GRACE_SECONDS * IPIP_AGE_SECOND))
        return 0;
    if (flow_may_be_segments(innermost)) {
        *facts |= FACT_OVER_UNKNOWN;
        return 0;
    }
    path->over = (uint16_t)(path->over + (path->over < UINT16_MAX));
    if (path->over == 1) {
        *facts |= FACT_OVER_UNKNOWN;
        return 0;
    }
    e->toobig = other_at(&path->toobig, now);
    e->mtu = mtu;
    e->over = path->over;
    return EVENT(MTU_IGNORED);
}

static struct recent recent_of(const struct ipip_packet *packet, const struct ipip_layer *outer)
{
    return (struct recent){
        .time = packet->time,
        .frame = packet->frame,
        .src = outer->ip.src,
        .dst = outer->ip.dst,
        .id = outer->ip.id,
        .total_bytes = outer->ip.total_bytes,
        .protocol = outer->ip.protocol,
        .ttl = outer->ip.ttl,
        .is_atomic = is_atomic(&outer->ip),
        .is_fragment = outer->is_reassembled || ipip_ipv4_is_fragment(&outer->ip),
    };
}

void flow_take_fragment(struct ipip_flow *flow, const struct ipip_reading *reading, unsigned layer)
{
    const struct ipip_layer *outer = &reading->stack.layers[layer];
    struct recent entry = recent_of(&reading->packet, outer);
    struct recent_slots slots = {{recent_id_slot(reading->of[layer].addresses, &outer->ip), 0, 0}};

    recents_add(&flow->recents, &entry, &slots);
}

uint64_t flow_take_datagram(struct ipip_flow *flow, const struct flow_context *context,
                            const struct ipip_reading *reading, unsigned layer, struct tunnel *t, uint64_t *facts,
                            struct flow_evidence *e)
{
    const struct ipip_stack *stack = &reading->stack;
    const struct ipip_layer *outer = &stack->layers[layer];
    const struct ipip_layer *inner = outer + 1;
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
    struct recents *r = &flow->recents;
    struct recent fresh = recent_of(context->packet, outer);
    struct recent_slots slots;
    const struct recent *twin;
    const struct recent *old = NULL;
    uint64_t events = 0;

    fresh.is_atomic &= !fresh.is_fragment;
    fresh.content = reading->of[layer + 1].content;
    fresh.inner_src = inner->ip.src;
    fresh.inner_dst = inner->ip.dst;
    fresh.inner_id = inner->ip.id;
    fresh.inner_protocol = inner->ip.protocol;
    fresh.inner_ttl = inner->ip.ttl;
    fresh.inner_mf = inner->ip.mf;
    slots.of[RECENT_BY_ID] = recent_id_slot(reading->of[layer].addresses, &outer->ip);
    slots.of[RECENT_BY_INNER_ID] = recent_id_slot(reading->of[layer + 1].addresses, &inner->ip);
    slots.of[RECENT_BY_CONTENT] = recent_content_slot(fresh.content);
    twin = recents_find_content(r, fresh.content);
    /* An atomic datagram's Identification tells no more than whether the same one was seen twice. */
    if (twin != NULL || !fresh.is_atomic)
        old = same_id(r, &fresh, slots.of[RECENT_BY_ID], outer->is_reassembled);
    if (old != NULL && old->content == fresh.content && recents_since(r, old) < COPY_DISTANCE &&
        is_copy(&fresh, old, &events, e)) {
        *facts |= facts_of_habits(t, &outer->ip, &inner->ip);
        return events;
    }

    tunnel_observe(t, outer, inner);
    t->has_segments |= flow_is_segments(innermost);
    if (!fresh.is_atomic && (old == NULL || old->content != fresh.content))
        tunnel_observe_id(t, fresh.id, fresh.is_fragment, fresh.time);
    if (!fresh.is_atomic && t->id_run >= TUNNEL_ID_RUN)
        events |= EVENT(ID_CONSTANT);
    if (!fresh.is_atomic && tunnel_exceeds_id_rate(t))
        events |= EVENT(ID_RATE);
    if (old != NULL && old->content != fresh.content)
        check_reuse(r, &fresh, old, t, &events, e);
    if (!inner->is_tunnel && !is_atomic(&inner->ip) && inner->ip.fragment_offset == 0) {
        /* First fragments compare with each other only: the whole and its fragments have different contents. */
        fresh.has_inner_id = true;
        check_inner_reuse(r, &fresh, slots.of[RECENT_BY_INNER_ID], &events, e);
    }
    if (twin != NULL)
        check_loop(r, &fresh, inner->ip.id == 0, &events, e);
    events |= habits(t, context, &inner->ip, outer->shim_bytes > 0);
    events |= check_mtu(flow, context, outer, innermost, facts, e);
    *facts |= facts_of_habits(t, &outer->ip, &inner->ip);
    e->has_arrived = flow_take_entered(flow, context, outer, inner, reading->of[layer + 1].addresses);
    recents_add(r, &fresh, &slots);
    return events;
}
