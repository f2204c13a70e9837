/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/sides.h"

#include <string.h>

#include "flow/state.h"

enum {
    PLACES_MAX = 4, /* in which one datagram may be seen beside the tunnels */
    /* Of datagrams that belong to no inner flow yet, as many are remembered; one that did belong to one is worth some more. */
    CREDIT_MAX = 1024,
    CREDIT_EARNED = 256,
};

bool sides_init(struct sides *sides, uint32_t rows, uint32_t sightings, uint64_t seed)
{
    sightings_init(&sides->sightings, sightings);
    sides->credit = CREDIT_MAX;
    return lru_init(&sides->rows, sizeof(struct side), rows, seed);
}

void sides_free(struct sides *sides)
{
    sightings_free(&sides->sightings);
    lru_free(&sides->rows);
}

static bool is_near(int64_t a, int64_t b)
{
    return ipip_age_distance(a, b) <= IPIP_AGE_SECOND;
}

/* Clocks of two captures may differ by that much. */
static bool is_at_once(int64_t a, int64_t b)
{
    return ipip_age_distance(a, b) < IPIP_AGE_MILLISECOND;
}

/* By time; less than a millisecond apart, one step of the TTL the wrong way round is a matter of clocks. */
static enum sides_way way_of(int64_t outside, uint8_t outside_ttl, int64_t inside, uint8_t inside_ttl,
                             enum sides_way read_order)
{
    enum sides_way way = outside < inside ? SIDES_IN : outside > inside ? SIDES_OUT : read_order;

    if (is_at_once(outside, inside) && way == SIDES_OUT && outside_ttl == inside_ttl + 1)
        return SIDES_IN;
    if (is_at_once(outside, inside) && way == SIDES_IN && inside_ttl == outside_ttl + 1)
        return SIDES_OUT;
    return way;
}

/* It comes from the encapsulator itself: no router counted its TTL down before the tunnel. */
static bool is_own(const struct side *side, const struct ipip_ip *ip, struct ipip_addr tunnel_src)
{
    return ipip_address_equal(ip->src, tunnel_src) || ipip_address_equal(ip->src, side->own);
}

/* Another packet with these contents was in a tunnel at about the same time: which one is meant, is not known. */
static bool is_ambiguous_inside(const struct flow *flow, const struct history_entry *entry, int64_t now)
{
    const struct history_entry *before = history_before_content(&flow->history, entry);

    return before != NULL && is_near(now, before->time);
}

/* The rule about the TTL. What is folded keeps it outside, where routers in the tunnel count it down. */
static unsigned rule_of_step(enum sides_way way, const struct sides_match *match)
{
    if (way == SIDES_OUT)
        return RULE_406;
    return match->direction.kind == IPIP_KIND_MINIMAL ? RULE_827 : RULE_401;
}

/* The step of one datagram more. */
static void take_step(struct side *side, enum sides_way way, struct inner_flow *f, uint64_t place,
                      struct sides_match *match)
{
    struct sides_steps *steps = &side->steps[way];
    bool is_steady = steps->matches >= SIDES_STEADY && !steps->varies;
    uint8_t *first = &f->steps.step[way];
    uint32_t folded = (uint32_t)(place ^ place >> 32);

    if (!match->is_own) {
        if (steps->matches == 0)
            steps->step = match->step;
        steps->varies |= !is_steady && match->step != steps->step;
        steps->matches += steps->matches < UINT32_MAX;
    }
    match->steps = *steps;
    rule_set_add(&match->triggered, rule_of_step(way, match));
    if (match->step < 0 || match->step > 1)
        return;
    if (*first == 0) {
        *first = (uint8_t)(match->step + 1);
        f->steps.place[way] = folded;
    } else if (*first != match->step + 1 && f->steps.place[way] == folded) {
        match->facts |= SIDES_FACT_MIXED;
    }
}

static void meet(struct sides_match *match, enum sides_way way, const struct tunnel *t, const struct ipip_ip *datagram)
{
    match->is_there = true;
    match->facts |= way == SIDES_IN ? SIDES_FACT_IN : SIDES_FACT_OUT;
    match->direction = tunnel_direction(t);
    match->is_ipv6 = datagram->version == 6;
    match->facts |= match->is_ipv6 ? SIDES_FACT_IPV6 : 0U;
    match->step = (int16_t)(match->ttl_before - match->ttl_after);
    if (way == SIDES_OUT && match->ttl_before == 0) {
        match->facts |= SIDES_FACT_TTL_ZERO;
        rule_set_add(&match->triggered, RULE_407);
    }
}

/* The datagram as it was seen last beside the tunnels; where it was seen first, and whether it may be another one. */
static struct sighting *last_outside(const struct sides *sides, uint64_t content, int64_t now, uint64_t *first_place,
                                     bool *is_ambiguous)
{
    struct sighting *last = NULL;
    uint64_t places[PLACES_MAX];
    unsigned count = 0;

    for (struct sighting *s = sightings_find(&sides->sightings, content); s != NULL;
         s = sightings_before(&sides->sightings, s)) {
        if (s->is_inside || !is_near(now, s->time))
            continue;
        for (unsigned i = 0; i < count; i++)
            *is_ambiguous |= places[i] == s->place;
        if (count == PLACES_MAX) {
            *is_ambiguous = true;
            break;
        }
        places[count++] = *first_place = s->place;
        if (last == NULL)
            last = s;
    }
    return last;
}

struct sides_match sides_take_inside(struct flow *flow, const struct ipip_packet *packet, const struct tunnel *t,
                                     uint64_t key, const struct ipip_layer *outer, uint64_t content,
                                     const struct history_entry *twin, bool is_sum_wrong)
{
    struct sides_match match = {.is_there = false};
    const struct ipip_layer *inner = outer + 1;
    int64_t now = packet->time;
    bool is_ambiguous = twin != NULL && is_near(now, twin->time);
    uint64_t first_place;
    struct inner_flow *f;
    enum sides_way way;
    struct sighting *s;
    struct side *side;
    uint8_t outside_ttl;

    if (!sightings_can_hold(inner))
        return match;
    s = last_outside(&flow->sides, content, now, &first_place, &is_ambiguous);
    if (s == NULL)
        return match;
    match.is_many = first_place != s->place;
    match.facts = sides_found(&flow->sides.missing, content);
    f = flow_known_inner(flow, inner->ip.src, inner->ip.dst);
    if (!f->has_sides && flow->sides.credit <= CREDIT_MAX - CREDIT_EARNED)
        flow->sides.credit += CREDIT_EARNED;
    f->has_sides = true;
    outside_ttl = sighting_ttl(s->header);
    way = way_of(s->time, outside_ttl, now, inner->ip.ttl, SIDES_IN);
    match.other_frame = s->frame;
    match.other_place = s->place;
    match.other_age = ipip_age_distance(now, s->time);
    match.ttl_before = way == SIDES_IN ? outside_ttl : inner->ip.ttl;
    match.ttl_after = way == SIDES_IN ? inner->ip.ttl : outside_ttl;
    meet(&match, way, t, &inner->ip);
    if (is_ambiguous) {
        match.facts |= SIDES_FACT_AMBIGUOUS;
        return match;
    }
    side = flow_side(flow, key);
    match.is_own = way == SIDES_IN && is_own(side, &inner->ip, outer->ip.src);
    if (way == SIDES_IN) {
        side->places_in[0] = first_place;
        side->places_in[1] = s->place;
        sides_compare_entry(&match, s->header, inner);
        if (is_sum_wrong)
            sides_compare_checksum(&match, s);
    } else {
        s->is_out = true;
        match.facts |= SIDES_FACT_OUTER_UNSEEN;
        sides_compare_exit(&match, inner->bytes.data, 0, s->header);
    }
    take_step(side, way, f, s->place, &match);
    return match;
}

/* Seen in this place, or just now, as it is: a copy. Not where it has been in a tunnel since, and is in another place now. */
static bool is_copy(const struct sighting *s, const struct ipip_packet *packet, const struct ipip_layer *datagram,
                    const struct history_entry *entry)
{
    bool has_been_inside = entry != NULL && s->time <= entry->time && entry->time <= packet->time;

    if (s->header_bytes != sighting_header_bytes(&datagram->ip) ||
        memcmp(s->header, datagram->bytes.data, s->header_bytes) != 0)
        return false;
    return s->place == packet->place ||
           (ipip_age_distance(packet->time, s->time) <= IPIP_AGE_MILLISECOND && !has_been_inside);
}

/* What was seen of it beside the tunnels before. */
struct before {
    bool is_copy;
    bool is_ambiguous; /* in this place, on its way in */
    bool is_any;
    bool is_out; /* in the place where it came out of the tunnel */
};

static struct before seen_before(const struct sides *sides, const struct ipip_packet *packet,
                                 const struct ipip_layer *datagram, uint64_t content, const struct history_entry *entry)
{
    struct before before = {false, false, false, false};

    for (const struct sighting *s = sightings_find(&sides->sightings, content); s != NULL;
         s = sightings_before(&sides->sightings, s)) {
        if (s->is_inside || !is_near(packet->time, s->time))
            continue;
        before.is_copy |= is_copy(s, packet, datagram, entry);
        before.is_ambiguous |= s->place == packet->place && !s->is_out;
        before.is_any = true;
        before.is_out |= s->is_out;
    }
    return before;
}

/* Seen in a tunnel at about the same time. */
static void take_passage(struct flow *flow, const struct ipip_packet *packet, const struct ipip_layer *datagram,
                         struct inner_flow *f, const struct history_entry *entry, const struct before *before,
                         struct sighting *s, struct sides_match *match)
{
    const struct tunnel *tunnel = flow_tunnel_of(flow, entry->addresses);
    uint8_t ttl = datagram->ip.ttl;
    bool is_at_one_time = is_at_once(packet->time, entry->time);
    bool is_in = way_of(packet->time, ttl, entry->time, entry->inner_ttl, SIDES_OUT) == SIDES_IN;
    const struct sighting *inside;
    struct side *side;

    s->is_out = !is_in;
    if (tunnel == NULL || (KINDS_ENTERED >> tunnel->kind & 1) == 0)
        return; /* forgotten, or not the datagram as such */
    /* Behind the first place other routers may have had it. And where it went in just now, the clocks may have it come late. */
    if (!is_in && (before->is_out || (is_at_one_time && before->is_any && ttl == entry->inner_ttl)))
        return;
    *match = (struct sides_match){.is_there = false};
    match->other_frame = history_frame(&flow->history, entry);
    match->other_age = ipip_age_distance(packet->time, entry->time);
    match->other_place = packet->place;
    match->ttl_before = is_in ? ttl : entry->inner_ttl;
    match->ttl_after = is_in ? entry->inner_ttl : ttl;
    meet(match, is_in ? SIDES_IN : SIDES_OUT, tunnel, &datagram->ip);
    if ((is_in && before->is_ambiguous) || is_ambiguous_inside(flow, entry, packet->time)) {
        match->facts |= SIDES_FACT_AMBIGUOUS | SIDES_FACT_HEADER_UNSEEN;
        return;
    }
    inside = is_in ? NULL : sides_sighting_of(flow, entry);
    if (inside == NULL) {
        match->facts |= SIDES_FACT_HEADER_UNSEEN;
    } else {
        match->facts |= inside->is_nested ? SIDES_FACT_OUTER_UNSEEN : 0U;
        sides_compare_exit(match, inside->header, inside->outer_tclass, datagram->bytes.data);
    }
    flow->sides.is_inside_kept |= !is_in;
    side = flow_side(flow, entry->addresses);
    match->is_own = is_in && is_own(side, &datagram->ip, tunnel->src);
    take_step(side, is_in ? SIDES_IN : SIDES_OUT, f, packet->place, match);
}

void sides_take_outside(struct flow *flow, const struct ipip_packet *packet, const struct ipip_layer *datagram,
                        struct inner_flow *f, uint64_t content, const struct history_entry *entry,
                        struct sides_match *match)
{
    struct sides *sides = &flow->sides;
    struct before before;
    struct sighting *s;

    match->is_there = false;
    if (!sightings_can_hold(datagram))
        return;
    if (entry != NULL && !is_near(packet->time, entry->time))
        entry = NULL;
    before = seen_before(sides, packet, datagram, content, entry);
    if (before.is_copy)
        return;
    s = sightings_add(&sides->sightings, packet, datagram, content);
    if (s == NULL || f == NULL)
        return;
    f->has_sides = true;
    if (entry != NULL)
        take_passage(flow, packet, datagram, f, entry, &before, s, match);
    else
        sides_wait_for(flow, packet, datagram, f, content);
}
