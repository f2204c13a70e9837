/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "ipip/age.h"
#include "ipip/ecn.h"
#include "packet/fingerprint.h"
#include "packet/icmp_error.h"
#include "pair/pairing.h"

static bool init(struct ipip_pair *pair, const struct ipip_kinds *kinds, uint64_t seed)
{
    hash_init(&pair->keys, seed);
    pair->now = INT64_MIN;
    return pair_reader_init(&pair->readers[0], kinds, seed) && pair_reader_init(&pair->readers[1], kinds, seed) &&
           pair_window_init(&pair->windows[0]) && pair_window_init(&pair->windows[1]) &&
           directions_init(&pair->directions, seed) && locals_init(&pair->locals, seed) &&
           segments_init(&pair->segments, seed) &&
           lru_init(&pair->icmp_reports, sizeof(struct icmp_report), ICMP_REPORTS_MAX, seed);
}

struct ipip_pair *ipip_pair_new(const struct ipip_kinds *kinds, const struct ipip_pair_layout *layout, bool is_device,
                                uint64_t window, ipip_pair_sink *sink, void *context, uint64_t seed)
{
    struct ipip_pair *pair = calloc(1, sizeof *pair);

    if (pair == NULL)
        return NULL;
    pair->layout = *layout;
    pair->is_device = is_device;
    pair->window_time = window;
    pair->sink = sink;
    pair->context = context;
    if (init(pair, kinds, seed))
        return pair;
    ipip_pair_free(pair);
    return NULL;
}

void ipip_pair_free(struct ipip_pair *pair)
{
    if (pair == NULL)
        return;
    for (int side = 0; side < IPIP_PAIR_SIDES; side++) {
        pair_reader_free(&pair->readers[side]);
        pair_window_free(&pair->windows[side]);
    }
    directions_free(&pair->directions);
    lru_free(&pair->icmp_reports);
    locals_free(&pair->locals);
    segments_free(&pair->segments);
    free(pair);
}

const struct ipip_pair_totals *ipip_pair_totals(const struct ipip_pair *pair)
{
    return &pair->totals;
}

const struct ipip_pair_direction *ipip_pair_direction_at(const struct ipip_pair *pair, unsigned index)
{
    return index < pair->directions.count ? pair->directions.rows[index] : NULL;
}

static const struct ipip_tunnel_direction *direction_at(const struct ipip_pair *pair, uint32_t index)
{
    return index != 0 ? &pair->directions.rows[index]->direction : NULL;
}

/* Where other packets to its destination, or from its source, have gone. */
static uint32_t usual_direction(struct ipip_pair *pair, const struct pair_item *item)
{
    const struct pair_flow *flow = directions_flow(&pair->directions, item->datagram.flow, item->src, item->dst);

    return flow != NULL ? flow->direction : 0;
}

static struct ipip_pair_event event_of(const struct ipip_pair *pair, enum ipip_pair_side side,
                                       const struct pair_item *item)
{
    struct ipip_pair_event event = {
        .side = side,
        .direction = direction_at(pair, item->direction),
        .src = item->src,
        .dst = item->dst,
        .has_id = ipip_address_is_ipv4(item->dst) || item->is_fragment,
        .id = item->id,
        .bytes = item->bytes,
        .protocol = item->protocol,
    };

    event.frame[side] = item->frame;
    event.time[side] = item->time;
    return event;
}

static void tell_match(struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item)
{
    struct ipip_pair_event event = event_of(pair, side, item);
    struct pair_item *partner = pair_window_at(&pair->windows[1 - side], item->partner);
    uint32_t direction = item->direction;

    event.is_match = true;
    event.fragments = item->pieces;
    event.way = (enum ipip_pair_way)item->way;
    event.is_reordered = item->is_behind;
    event.is_ambiguous = item->has_twin;
    event.frame[1 - side] = item->partner_frame;
    event.time[1 - side] = item->partner_time;
    if (partner != NULL) {
        partner->is_told = true;
        event.is_ambiguous |= partner->has_twin;
        direction = side == IPIP_PAIR_FIRST ? partner->direction : direction;
    }
    event.direction = direction_at(pair, direction);
    if (item->time == item->partner_time)
        directions_way(&pair->directions, direction, &event.way);
    pair->directions.rows[direction]->ambiguous += event.is_ambiguous;
    pair->totals.ambiguous += event.is_ambiguous;
    pair->sink(pair->context, &event);
}

static void tell_only(struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item)
{
    struct ipip_pair_event event = event_of(pair, side, item);
    struct ipip_pair_direction *row;
    uint32_t direction = item->direction;

    if (direction == 0) {
        direction = usual_direction(pair, item);
        if (direction == 0 && !pair->is_device) {
            pair->totals.other_traffic++;
            return;
        }
        event.direction = direction_at(pair, direction);
    }
    pair_explain(pair, side, item, direction, &event);
    row = pair->directions.rows[direction];
    row->only[side][event.reason]++;
    if (event.reason == IPIP_PAIR_TOO_BIG && event.mtu != 0 &&
        (row->mtu_reported[0] == 0 || event.mtu < row->mtu_reported[0]))
        row->mtu_reported[0] = event.mtu;
    pair->totals.only[side][event.reason]++;
    pair->sink(pair->context, &event);
}

/* Those that stay behind a matched one, and are the same. */
static void leave_twins(struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item)
{
    const struct pair_window *window = &pair->windows[side];

    struct pair_item *twin = pair_window_find(window, item->datagram.key);

    for (int i = 0; i < PAIR_CHAIN_MAX && twin != NULL && twin != item; i++) {
        twin->matched_twin = item->frame;
        twin = pair_window_before(window, twin);
    }
}

/* The oldest one of a side leaves. */
static void leave(struct ipip_pair *pair, enum ipip_pair_side side)
{
    struct pair_item *item = pair_window_at(&pair->windows[side], pair->windows[side].first);

    if (!item->is_told) {
        item->is_told = true;
        if (item->partner != 0)
            tell_match(pair, side, item);
        else
            tell_only(pair, side, item);
    }
    if (item->partner != 0 && item->has_twin)
        leave_twins(pair, side, item);
    pair->windows[side].first++;
}

/* Those that are too old leave, the oldest first; or all. */
static void expire(struct ipip_pair *pair, bool is_all)
{
    const struct pair_window *first = &pair->windows[0], *second = &pair->windows[1];

    for (;;) {
        const struct pair_item *a = pair_window_at(first, first->first), *b = pair_window_at(second, second->first);
        const struct pair_item *oldest = b == NULL || (a != NULL && a->time <= b->time) ? a : b;

        if (oldest == NULL || (!is_all && !ipip_age_exceeds(pair->now, oldest->time, pair->window_time)))
            return;
        leave(pair, oldest == a ? IPIP_PAIR_FIRST : IPIP_PAIR_SECOND);
    }
}

void ipip_pair_end(struct ipip_pair *pair)
{
    expire(pair, true);
    directions_end(&pair->directions);
    for (int side = 0; side < IPIP_PAIR_SIDES; side++) {
        ipip_reassembly_end(pair->readers[side].reassembly);
        pair->totals.incomplete += ipip_reassembly_counts(pair->readers[side].reassembly)->incomplete;
    }
}

static void tell_mtu(struct ipip_pair_direction *row, bool is_of_tunnel, uint32_t mtu)
{
    uint32_t *least = &row->mtu_reported[is_of_tunnel];

    if (mtu != 0 && (*least == 0 || mtu < *least))
        *least = mtu;
}

/* The exit does not take the tunnel packet: no such protocol, port, host ..., or a header that it can't read. */
static bool is_by_exit(const struct icmp_error *error)
{
    return ipip_address_equal(error->ip.src, error->quoted.dst) && error->meaning != ICMP_MEANS_TOO_BIG &&
           (icmp_is_unreachable(error) || error->meaning == ICMP_MEANS_PARAMETER);
}

/* An ICMP error about a datagram, or about the tunnel packet around it. */
static void take_error(struct ipip_pair *pair, const struct ipip_packet *packet, const struct ipip_layer *layer)
{
    struct icmp_error error;
    const struct pair_flow *flow;
    const struct ipip_ip *ip;
    struct icmp_report report;

    if (!icmp_is_protocol(layer->ip.protocol) ||
        !icmp_error_read(&error, pair->readers[0].kinds, layer, packet->is_loopback) || error.doubt != ICMP_BELIEVED)
        return;
    ip = error.is_of_tunnel ? &error.inner : &error.quoted;
    report = (struct icmp_report){.frame = packet->frame,
                                  .bytes = ip->total_bytes,
                                  .mtu = error.mtu,
                                  .meaning = error.meaning,
                                  .type = error.type,
                                  .code = error.code};
    if (error.is_of_tunnel) {
        tell_mtu(pair->directions.rows[directions_get(&pair->directions, &error.direction)], true, error.mtu);
        report.mtu = error.mtu > error.overhead ? error.mtu - error.overhead : 0;
        report.is_by_exit = pair->layout.relation == IPIP_PAIR_INNER_OUTER;
        if (!error.has_inner || (report.is_by_exit && !is_by_exit(&error)))
            return; /* it was on both sides */
    } else {
        flow = directions_flow(&pair->directions, fingerprint_of_addresses(&pair->keys, ip->src, ip->dst), ip->src,
                               ip->dst);
        if (flow != NULL)
            tell_mtu(pair->directions.rows[flow->direction], false, error.mtu);
    }
    icmp_reports_add(&pair->icmp_reports, pair_group_of(&pair->keys, ip), &report);
}

static bool is_of(const struct ipip_pair_selection *selection, unsigned file, const struct ipip_packet *packet)
{
    return selection->file == file && (selection->is_any_place || selection->place == packet->place);
}

/* The side that has such datagrams; IPIP_PAIR_SIDES: none. */
static enum ipip_pair_side side_of(struct ipip_pair *pair, unsigned file, const struct ipip_packet *packet,
                                   unsigned depth)
{
    const struct ipip_pair_layout *layout = &pair->layout;

    for (enum ipip_pair_side side = IPIP_PAIR_FIRST; side < IPIP_PAIR_SIDES; side++) {
        const struct ipip_pair_selection *selection = &layout->sides[side];
        bool is_inner = side == IPIP_PAIR_FIRST && layout->relation == IPIP_PAIR_INNER_OUTER;

        if (!is_of(selection, file, packet) || (!selection->is_any_kind && selection->is_tunnel != (depth > 1)))
            continue;
        if (is_inner ? depth <= layout->depth_max : depth > 1)
            return side;
    }
    return IPIP_PAIR_SIDES;
}

static void keep_time(struct ipip_pair *pair, unsigned file, const struct ipip_packet *packet)
{
    for (int side = 0; side < IPIP_PAIR_SIDES; side++) {
        if (!is_of(&pair->layout.sides[side], file, packet))
            continue;
        if (!pair->is_begun[side])
            pair->begin[side] = packet->time;
        pair->is_begun[side] = true;
        pair->end[side] = packet->time;
    }
    if (packet->time > pair->now)
        pair->now = packet->time;
}

/* What may keep an exit from letting out what is inside. */
static enum ipip_drop_why drop_of(const struct ipip_pair *pair, const struct ipip_packet *packet, uint32_t direction)
{
    const struct ipip_stack *stack = &pair->stack;
    enum ipip_pair_way way;

    if (directions_way(&pair->directions, direction, &way) && way == IPIP_PAIR_THERE)
        return IPIP_DROP_NOTHING;
    return ipip_drop_find(stack, pair->readers[0].kinds, stack->count - 1, packet->is_loopback).why;
}

/* Beside a network: who sends on it, and who sends into the tunnel what was not on it. */
static void take_source(struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item)
{
    enum ipip_pair_way way;

    if (pair->is_device || pair->layout.relation != IPIP_PAIR_INNER_OUTER)
        return;
    if (side == IPIP_PAIR_FIRST || (item->partner == 0 && item->covered == 0 &&
                                    directions_way(&pair->directions, item->direction, &way) && way == IPIP_PAIR_THERE))
        locals_take(&pair->locals, item->src, side == IPIP_PAIR_FIRST);
}

static void take_datagram(struct ipip_pair *pair, enum ipip_pair_side side, const struct ipip_packet *packet)
{
    const struct ipip_stack *stack = &pair->stack;
    const struct ipip_layer *outer = &stack->layers[0], *inner = &stack->layers[stack->count - 1];
    struct pair_item *added, item = {
                                 .datagram = pair_datagram_of(&pair->keys, inner, pair->layout.payload_max),
                                 .time = packet->time,
                                 .frame = packet->frame,
                                 .src = inner->ip.src,
                                 .dst = inner->ip.dst,
                                 .id = inner->ip.id,
                                 .bytes = inner->ip.total_bytes,
                                 .outer_bytes = outer->ip.total_bytes,
                                 .fragment_offset = inner->ip.fragment_offset,
                                 .payload_bytes = ipip_layer_payload(inner).wire,
                                 .protocol = inner->ip.protocol,
                                 .ttl = inner->ip.ttl,
                                 .tclass = inner->ip.tclass,
                                 .outer_ecn = (uint8_t)outer->ecn,
                                 .depth = (uint8_t)stack->count,
                                 .is_df = ipip_ip_df(&inner->ip),
                                 .is_fragment = ipip_ip_is_fragment(&inner->ip),
                             };

    if (stack->count > 1 && (side == IPIP_PAIR_SECOND || pair->layout.relation == IPIP_PAIR_OUTER_OUTER)) {
        struct ipip_tunnel_direction direction = ipip_tunnel_direction_of(pair->readers[0].kinds, outer);

        item.direction = directions_get(&pair->directions, &direction);
        if (side == IPIP_PAIR_SECOND && pair->layout.relation == IPIP_PAIR_INNER_OUTER)
            item.drop = (uint8_t)drop_of(pair, packet, item.direction);
    }
    if (pair_window_is_full(&pair->windows[side])) {
        pair->totals.cut_short += pair_window_at(&pair->windows[side], pair->windows[side].first)->partner == 0;
        leave(pair, side);
    }
    added = pair_window_add(&pair->windows[side], &item);
    pair_match(pair, side, added);
    if (added->partner == 0)
        segments_take(&pair->segments, pair->windows, side, added, inner, pair->window_time);
    take_source(pair, side, added);
}

void ipip_pair_take(struct ipip_pair *pair, unsigned file, const struct ipip_packet *packet)
{
    struct ipip_stack *stack = &pair->stack;
    enum ipip_pair_side side;

    keep_time(pair, file, packet);
    expire(pair, false);
    if (!pair_reader_read(&pair->readers[file], stack, packet))
        return;
    take_error(pair, packet, &stack->layers[stack->count - 1]);
    side = side_of(pair, file, packet, stack->count);
    if (side != IPIP_PAIR_SIDES)
        take_datagram(pair, side, packet);
    else if (stack->count == 1 && stack->layers[0].kind != IPIP_KIND_NONE && stack->end != IPIP_END_FRAGMENT)
        pair->totals.unreadable++;
}
