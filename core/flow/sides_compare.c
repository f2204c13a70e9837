/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two sights of one datagram: what in the headers is not the same. */
#include <string.h>

#include "flow/sides.h"
#include "flow/state.h"
#include "ipip/ipv4.h"
#include "wire/checksum.h"

enum {
    FLAGS = 6,
    FLAG_RESERVED = 0x80,
    FLAG_DF = 0x40,
    ECN = 3,
    CHECKSUM = 10,
    NO_OPTIONS = 0x45, /* version and IHL */
    OPTION_SECURITY = 130,
    OPTION_ROUTER_ALERT = 148,
};

/* Type and length are the sender's; of the values, routers fill in those that record. */
static bool is_same_option(const struct ipip_option *a, const struct ipip_option *b)
{
    if (a->type != b->type || a->claimed != b->claimed || a->bytes != b->bytes)
        return false;
    return (a->type != OPTION_SECURITY && a->type != OPTION_ROUTER_ALERT) || memcmp(a->data, b->data, a->bytes) == 0;
}

static bool are_same_options(const uint8_t *before, const uint8_t *after)
{
    struct ipip_option_walk walk_before = ipip_options(before, (size_t)4 * (before[0] & 15));
    struct ipip_option_walk walk_after = ipip_options(after, (size_t)4 * (after[0] & 15));
    struct ipip_option a;
    struct ipip_option b;

    while (ipip_option_next(&walk_before, &a)) {
        if (!ipip_option_next(&walk_after, &b) || !is_same_option(&a, &b))
            return false;
    }
    return !ipip_option_next(&walk_after, &b);
}

/* What of the two headers is different that must not be, and is no rule's own; the gravest. */
static enum sides_difference compare(const uint8_t *before, const uint8_t *after)
{
    uint8_t flags = before[FLAGS] ^ after[FLAGS];

    /* Routers may change options of IPv6 that say so, and no other field that is compared. */
    if (before[0] >> 4 == 6)
        return sighting_tclass(before) >> 2 != sighting_tclass(after) >> 2 ? SIDES_DSCP : SIDES_SAME;
    if ((flags & FLAG_RESERVED) != 0)
        return SIDES_RESERVED;
    if ((flags & FLAG_DF) != 0 && (after[FLAGS] & FLAG_DF) != 0)
        return SIDES_DF_SET;
    if ((before[0] != NO_OPTIONS || after[0] != NO_OPTIONS) && !are_same_options(before, after))
        return SIDES_OPTIONS;
    return before[1] >> 2 != after[1] >> 2 ? SIDES_DSCP : SIDES_SAME;
}

void sides_compare_entry(struct sides_match *match, const uint8_t *before, const struct ipip_layer *after)
{
    match->tos_before = sighting_tclass(before);
    match->tos_after = after->ip.tclass;
    match->difference = compare(before, after->bytes.data);
    if (match->difference != SIDES_SAME)
        rule_set_add(&match->triggered, RULE_402);
    if (!match->is_ipv6 && (before[FLAGS] & FLAG_DF) != 0) {
        match->facts |= SIDES_FACT_DF;
        if (!ipip_ip_df(&after->ip))
            rule_set_add(&match->triggered, RULE_405);
    }
    if (((match->tos_before ^ match->tos_after) & ECN) != 0)
        rule_set_add(&match->triggered, RULE_512);
}

void sides_compare_checksum(struct sides_match *match, const struct sighting *before)
{
    if (sum_is_right(sum_of(before->header, before->header_bytes)))
        rule_set_add(&match->triggered, RULE_403);
}

void sides_compare_exit(struct sides_match *match, const uint8_t *before, uint8_t outer_tclass, const uint8_t *after)
{
    enum sides_difference difference = compare(before, after);

    match->tos_before = sighting_tclass(before);
    match->tos_after = sighting_tclass(after);
    match->outer_tos = outer_tclass;
    if (!match->is_ipv6 && (before[FLAGS] & ~after[FLAGS] & FLAG_DF) != 0)
        difference = SIDES_DF_CLEARED;
    if (difference != SIDES_SAME && difference != SIDES_DSCP) {
        match->difference = difference;
        rule_set_add(&match->triggered, RULE_408);
    }
    if (difference == SIDES_DSCP)
        rule_set_add(&match->triggered, RULE_511);
    /* Whatever the decapsulator does, it makes the same of the same. */
    if (((match->tos_before ^ match->tos_after) & ECN) == 0 &&
        ((outer_tclass & ECN) == IPIP_NOT_ECT || ((outer_tclass ^ match->tos_before) & ECN) == 0))
        return;
    rule_set_add(&match->triggered, RULE_508);
    rule_set_add(&match->triggered, RULE_509);
    rule_set_add(&match->triggered, RULE_510);
}

/* Octets of the payload as captured, in one word. */
static uint64_t payload_hash(const struct hash_keys *keys, struct ipip_bytes payload)
{
    uint64_t hash = payload.captured;

    for (uint32_t i = 0; i < payload.captured; i += 16) {
        uint64_t words[2] = {0, 0};
        uint32_t left = payload.captured - i;

        memcpy(words, payload.data + i, left < sizeof words ? left : sizeof words);
        words[0] ^= hash;
        hash = hash_of(keys, words, 1);
    }
    return hash;
}

const struct sighting *sides_sighting_of(const struct flow *flow, const struct history_entry *entry)
{
    const struct sightings *sightings = &flow->sides.sightings;
    const struct sighting *s = sightings_find(sightings, history_content(&flow->history, entry));

    while (s != NULL && !(s->is_inside && s->frame == history_frame(&flow->history, entry)))
        s = sightings_before(sightings, s);
    return s;
}

/* DF of what is no tunnel packet again is remembered of every datagram: without it, the Identification must be unique. */
static enum sides_difference difference_of_df(const struct history_entry *old, const struct ipip_layer *inner)
{
    bool had_df = !history_is(old, HISTORY_INNER_ID);

    if (inner->kind != IPIP_KIND_NONE || ipip_ip_is_fragment(&inner->ip) || had_df == ipip_ip_df(&inner->ip))
        return SIDES_SAME;
    return had_df ? SIDES_DF_CLEARED : SIDES_DF_SET;
}

/* The header has not been touched, or the first thing that was. A TTL that is remembered elsewhere has been compared. */
static enum sides_difference difference(const struct sides *sides, const struct sighting *s,
                                        const struct ipip_layer *inner)
{
    struct ipip_bytes payload = ipip_layer_payload(inner);

    if (s->header_bytes != sighting_header_bytes(&inner->ip) ||
        memcmp(s->header, inner->bytes.data, s->header_bytes) != 0)
        return SIDES_HEADER;
    return s->payload_bytes == payload.captured && s->payload != payload_hash(&sides->rows.keys, payload)
               ? SIDES_PAYLOAD
               : SIDES_SAME;
}

/* Where the outer TTL and Identification are made of the inner ones, another round through the tunnel makes the same packet. */
static bool may_be_round(const struct history_entry *fresh, const struct history_entry *old)
{
    return fresh->inner_ttl < old->inner_ttl && old->inner_ttl - fresh->inner_ttl == old->ttl - fresh->ttl &&
           old->ttl <= old->inner_ttl && (fresh->id == 0 || fresh->id == fresh->inner_id);
}

static bool is_of_checksum(const struct sides_match *match, unsigned octet)
{
    return !match->is_ipv6 && (octet == CHECKSUM || octet == CHECKSUM + 1);
}

/* Headers of different lengths differ in the first octet. The checksum follows what else has changed. */
static void show_first_change(struct sides_match *match, const uint8_t *before, const uint8_t *after, size_t bytes)
{
    while (match->changed_at < bytes &&
           (before[match->changed_at] == after[match->changed_at] || is_of_checksum(match, match->changed_at)))
        match->changed_at++;
    if (match->changed_at == bytes)
        match->changed_at = before[CHECKSUM] != after[CHECKSUM] ? CHECKSUM : CHECKSUM + 1;
    match->changed_before = before[match->changed_at];
    match->changed_after = after[match->changed_at];
}

struct sides_match sides_take_again(struct flow *flow, const struct ipip_packet *packet, const struct ipip_layer *outer,
                                    const struct history_entry *fresh, const struct history_entry *old)
{
    struct sides_match match = {.is_there = false};
    const struct ipip_layer *inner = outer + 1;
    int step = old->inner_ttl - fresh->inner_ttl;
    const struct tunnel *t = outer->kind == IPIP_KIND_IPIP ? NULL : flow_tunnel_of(flow, fresh->addresses);
    enum sides_difference changed;
    const struct sighting *s;

    if (fresh->ttl >= old->ttl || ipip_age_distance(fresh->time, old->time) > IPIP_AGE_SECOND ||
        !sightings_can_hold(inner))
        return match;
    if (may_be_round(fresh, old))
        return match;
    flow->sides.is_inside_kept = true;
    s = sides_sighting_of(flow, old);
    changed = step != 0 ? SIDES_TTL : s != NULL ? difference(&flow->sides, s, inner) : difference_of_df(old, inner);
    match = (struct sides_match){
        .is_there = true,
        .facts = SIDES_FACT_AGAIN | (s == NULL && changed == SIDES_SAME ? SIDES_FACT_HEADER_UNSEEN : 0U),
        .direction = t != NULL
                         ? tunnel_direction(t)
                         : (struct ipip_tunnel_direction){outer->ip.src, outer->ip.dst, (enum ipip_kind)outer->kind, 0},
        .is_ipv6 = inner->ip.version == 6,
        .other_frame = history_frame(&flow->history, old),
        .other_age = ipip_age_distance(fresh->time, old->time),
        .other_place = s != NULL ? s->place : packet->place,
        .ttl_before = old->inner_ttl,
        .ttl_after = fresh->inner_ttl,
        .outer_ttl_before = old->ttl,
        .difference = changed,
    };
    if (changed == SIDES_HEADER)
        show_first_change(&match, s->header, inner->bytes.data, s->header_bytes);
    if (changed != SIDES_SAME)
        rule_set_add(&match.triggered, RULE_404);
    return match;
}

void sides_remember_inside(struct flow *flow, const struct ipip_packet *packet, unsigned layer,
                           const struct ipip_layer *outer, uint64_t content)
{
    const struct ipip_layer *inner = outer + 1;
    struct ipip_bytes payload = ipip_layer_payload(inner);
    struct sighting *s = NULL;

    if (sightings_can_hold(inner))
        s = sightings_add(&flow->sides.sightings, packet, inner, content);
    if (s == NULL)
        return;
    s->is_inside = true;
    s->is_nested = layer > 0;
    s->outer_tclass = (uint8_t)((outer->ip.tclass & ~ECN) | outer->ecn);
    s->payload_bytes = payload.captured;
    s->payload = payload_hash(&flow->sides.rows.keys, payload);
}
