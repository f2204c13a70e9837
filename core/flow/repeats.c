/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/repeats.h"

#include "ipip/age.h"
#include "wire/always_inline.h"

enum {
    LOOP_ANONYMOUS = 5, /* falls of the TTL that count where all Identifications are 0, and equal packets no copies */
    /* Datagrams later, what looks the same is rather the Identification that has come around. */
    COPY_DISTANCE = 1 << 14,
    SAME_MAX = 16, /* of the same content that are looked at */
};

static struct other other_of(const struct history *r, const struct history_entry *entry, int64_t now)
{
    return (struct other){history_frame(r, entry), ipip_age_distance(now, entry->time), entry->ttl, true};
}

/* The datagram before with the same Identification; not this one's own first fragment, which came last. */
static const struct history_entry *same_id(struct history *r, const struct history_entry *fresh, bool is_whole)
{
    const struct history_entry *entry = history_find_id(r, fresh->addresses, fresh->id, fresh->protocol);

    return is_whole && entry != NULL && !history_is(entry, HISTORY_CONTENT) ? history_before_id(r, entry) : entry;
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
    if (fresh->ttl != old->ttl || history_is(fresh, HISTORY_ATOMIC) != history_is(old, HISTORY_ATOMIC))
        return false;
    if (distance <= IPIP_AGE_SECOND)
        rule_set_add(triggered, RULE_213);
    if (!history_is(fresh, HISTORY_ATOMIC) && distance < HISTORY_MDL)
        rule_set_add(triggered, RULE_622);
    return false;
}

static void check_reuse(const struct history *r, const struct history_entry *fresh, const struct history_entry *old,
                        const struct tunnel *t, struct rule_set *triggered, struct flow_view *e)
{
    /* In one packet it is a tunnel inside itself: IPIP216. Of a fragment alone the content is not known. */
    if (history_is_of_packet(r, old) || !history_is(old, HISTORY_CONTENT) || history_is(fresh, HISTORY_ATOMIC) ||
        history_is(old, HISTORY_ATOMIC) || ipip_age_distance(fresh->time, old->time) >= HISTORY_MDL)
        return;
    /* IPIP624 and IPIP623 cover this, too. */
    if (t->has_id_run || t->has_id_rate)
        return;
    e->reuse = other_of(r, old, fresh->time);
    e->is_reuse_fragment = history_is(fresh, HISTORY_FRAGMENT) || history_is(old, HISTORY_FRAGMENT);
    rule_set_add(triggered, RULE_621);
}

/* The innermost header's Identification, among datagrams that may be fragmented. */
static void check_inner_reuse(const struct history *r, const struct history_inner *inner, uint64_t content, int64_t now,
                              struct rule_set *triggered, struct flow_view *e)
{
    const struct history_entry *old = history_find_inner_id(r, inner);

    if (old == NULL || history_has_content(r, old, content) || ipip_age_distance(now, old->time) >= HISTORY_MDL)
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
static void check_loop(const struct flow *flow, struct history_entry *fresh, const struct history_entry *twin,
                       const struct ipip_ip *ip, bool is_anonymous, struct rule_set *triggered, struct flow_view *e)
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

/* The same tunnel packet behind a router, with something else in it. */
static bool is_changed_copy(struct flow *flow, const struct flow_context *context, const struct ipip_layer *outer,
                            unsigned layer, const struct history_entry *fresh, const struct history_entry *old,
                            struct flow_view *e)
{
    if (fresh->ttl >= old->ttl)
        return false;
    e->sides = sides_take_again(flow, context->packet, outer, fresh, old);
    e->sides.layer = (uint8_t)layer;
    return rule_set_has(&e->sides.triggered, RULE_404);
}

/* The one before with this Identification, or NULL; and whether the datagram inside is the same. */
struct before {
    const struct history_entry *entry;
    bool is_same;
    bool is_copy; /* it is the same packet, seen twice: nothing follows from it */
};

/* What a sender does not send again by itself, or not that soon: an echo with its sequence number; data of TCP. */
enum numbered { NOT_NUMBERED, NUMBERED_ECHO, NUMBERED_DATA };

static enum numbered numbered_of(const struct ipip_layer *inner)
{
    enum { ECHO_REPLY = 0, ECHO_REQUEST = 8, ECHO_IPV6 = 128, ECHO_REPLY_IPV6 = 129 };
    enum { ICMP_HEADER = 8, DATA_OFFSET = 12 };
    struct ipip_bytes payload = ipip_layer_payload(inner);

    if (ipip_ip_is_fragment(&inner->ip) || payload.captured < ICMP_HEADER)
        return NOT_NUMBERED;
    switch (inner->ip.protocol) {
    case IPIP_PROTOCOL_ICMP:
        return payload.data[0] == ECHO_REPLY || payload.data[0] == ECHO_REQUEST ? NUMBERED_ECHO : NOT_NUMBERED;
    case IPIP_PROTOCOL_ICMPV6:
        return payload.data[0] == ECHO_IPV6 || payload.data[0] == ECHO_REPLY_IPV6 ? NUMBERED_ECHO : NOT_NUMBERED;
    case IPIP_PROTOCOL_TCP:
        return payload.captured > DATA_OFFSET && payload.wire > (payload.data[DATA_OFFSET] >> 4) * 4U ? NUMBERED_DATA
                                                                                                      : NOT_NUMBERED;
    default:
        return NOT_NUMBERED;
    }
}

/* Of two captures, one at each end: routers are between the two, and no other datagram before was the same. */
static bool is_at_other_end(const struct flow *flow, const struct ipip_layer *outer, const struct history_entry *fresh,
                            const struct history_entry *old)
{
    const struct history_entry *older = history_before_content(&flow->history, old);

    return flow->has_both_ends && fresh->ttl < old->ttl && find_same(flow, fresh, older, &outer->ip, false) == NULL;
}

/* Where no Identification tells: the one before with the same content, as far as that does. */
static struct before find_numbered(struct flow *flow, const struct flow_context *context,
                                   const struct history_entry *fresh, const struct history_entry *twin,
                                   const struct ipip_layer *outer, unsigned layer, struct rule_set *triggered,
                                   struct flow_view *e)
{
    enum numbered numbered = numbered_of(outer + 1);
    struct before before = {find_same(flow, fresh, twin, &outer->ip, false), false, false};

    if (before.entry != NULL && is_at_other_end(flow, outer, fresh, before.entry)) {
        before.is_same = before.is_copy = is_changed_copy(flow, context, outer, layer, fresh, before.entry, e) ||
                                          is_copy(&flow->history, fresh, before.entry, triggered, e);
        if (before.is_copy)
            return before;
    }
    if (numbered == NOT_NUMBERED)
        before.entry = NULL;
    if (before.entry == NULL)
        return before;
    /* TCP sends its data again. */
    before.is_same = numbered == NUMBERED_ECHO || fresh->ttl != before.entry->ttl ||
                     ipip_age_distance(fresh->time, before.entry->time) <= IPIP_AGE_MILLISECOND;
    before.is_copy = before.is_same && is_copy(&flow->history, fresh, before.entry, triggered, e);
    return before;
}

static struct before find_before(struct flow *flow, const struct flow_context *context, const struct ipip_layer *outer,
                                 unsigned layer, const struct history_entry *fresh, uint64_t content,
                                 struct rule_set *triggered, struct flow_view *e)
{
    struct history *r = &flow->history;
    struct before before = {.entry = same_id(r, fresh, outer->is_reassembled)};
    const struct history_entry *old = before.entry;

    before.is_same = old != NULL && history_has_content(r, old, content);
    before.is_copy =
        before.is_same && history_since(r, old) < COPY_DISTANCE &&
        (is_changed_copy(flow, context, outer, layer, fresh, old, e) || is_copy(r, fresh, old, triggered, e));
    return before;
}

/* A datagram whose Identification must be unique. */
static ALWAYS_INLINE void check_id(const struct history *r, const struct history_entry *fresh,
                                   const struct before *before, struct tunnel *t, struct rule_set *triggered,
                                   struct flow_view *e)
{
    if (!before->is_same)
        tunnel_observe_id(t, fresh->id, history_is(fresh, HISTORY_FRAGMENT), fresh->time);
    if (t->id_run >= TUNNEL_ID_RUN)
        rule_set_add(triggered, RULE_624);
    if (tunnel_exceeds_id_rate(t))
        rule_set_add(triggered, RULE_623);
    if (before->entry != NULL && !before->is_same)
        check_reuse(r, fresh, before->entry, t, triggered, e);
}

void repeats_check_id(const struct history *r, const struct history_entry *fresh, const struct history_entry *old,
                      bool is_same, struct tunnel *t, struct rule_set *triggered, struct flow_view *e)
{
    const struct before before = {old, is_same, false};

    check_id(r, fresh, &before, t, triggered, e);
}

void repeats_find(struct repeats *repeats, struct flow *flow, const struct flow_context *context,
                  const struct parsed_packet *parsed, unsigned layer, struct tunnel *t,
                  const struct history_entry *twin, struct flow_view *e)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    const struct ipip_layer *inner = outer + 1;
    struct history *r = &flow->history;
    uint64_t content = parsed->of[layer + 1].content;
    int64_t now = parsed->packet.time;
    struct history_entry entry = {.time = now, .content_low = (uint32_t)content};
    struct history_entry *fresh = &entry;
    struct before before = {NULL, false, false};

    *repeats = (struct repeats){.is_copy = false};
    repeats_fill(fresh, parsed->of[layer].addresses, &outer->ip, &inner->ip, repeats_flags(outer));
    if (!repeats_is_anonymous(outer)) {
        if (twin != NULL || !history_is(fresh, HISTORY_ATOMIC))
            before = find_before(flow, context, outer, layer, fresh, content, &repeats->triggered, e);
    } else if (twin != NULL) {
        before = find_numbered(flow, context, fresh, twin, outer, layer, &repeats->triggered, e);
    }
    repeats->is_copy = before.is_copy;
    if (before.is_copy)
        return;
    if (!history_is(fresh, HISTORY_ATOMIC))
        check_id(r, fresh, &before, t, &repeats->triggered, e);
    if (history_is(fresh, HISTORY_INNER_ID)) {
        struct history_inner inner_id = repeats_inner(parsed, layer);

        check_inner_reuse(r, &inner_id, content, now, &repeats->triggered, e);
    }
    if (twin != NULL)
        check_loop(flow, fresh, twin, &outer->ip, inner->ip.id == 0, &repeats->triggered, e);
    repeats->ttl_drops = fresh->ttl_drops;
}
