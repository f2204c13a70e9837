/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which datagrams of the two sides are one. */
#include "ipip/age.h"
#include "pair/latency.h"
#include "pair/pairing.h"

static bool is_near(const struct ipip_pair *pair, const struct pair_item *a, const struct pair_item *b)
{
    return ipip_age_distance(a->time, b->time) <= pair->window_time;
}

/* One has tunnel headers more, or both have the same. */
static bool are_as_deep(const struct ipip_pair *pair, const struct pair_item *first, const struct pair_item *second)
{
    return pair->layout.relation == IPIP_PAIR_INNER_OUTER ? first->depth < second->depth
                                                          : first->depth == second->depth;
}

static void mark_twins(struct ipip_pair *pair, enum ipip_pair_side side, struct pair_item *item)
{
    struct pair_item *twin = pair_window_before(&pair->windows[side], item);

    if (twin != NULL && is_near(pair, twin, item))
        twin->has_twin = item->has_twin = true;
}

/* The oldest one that has no other side yet. */
static struct pair_item *find_same(struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item)
{
    struct pair_window *window = &pair->windows[1 - side];
    struct pair_item *other = pair_window_find(window, item->datagram.key);
    struct pair_item *oldest = NULL;

    for (int i = 0; i < PAIR_CHAIN_MAX && other != NULL; i++, other = pair_window_before(window, other)) {
        const struct pair_item *first = side == IPIP_PAIR_FIRST ? item : other;

        if (other->partner == 0 && other->covered == 0 && is_near(pair, other, item) &&
            are_as_deep(pair, first, first == item ? other : item))
            oldest = other;
    }
    return oldest;
}

/*
 * By the times of both; at the same time by the TTL, which a router decrements, and by their order in one file. False:
 * nothing shows it of these two.
 */
static bool way_of(const struct ipip_pair *pair, const struct pair_item *first, const struct pair_item *second,
                   enum ipip_pair_way *way)
{
    const struct ipip_pair_selection *sides = pair->layout.sides;

    if (first->time != second->time)
        *way = first->time < second->time ? IPIP_PAIR_THERE : IPIP_PAIR_BACK;
    else if (first->ttl != second->ttl)
        *way = first->ttl > second->ttl ? IPIP_PAIR_THERE : IPIP_PAIR_BACK;
    else if (sides[IPIP_PAIR_FIRST].file == sides[IPIP_PAIR_SECOND].file)
        *way = first->frame < second->frame ? IPIP_PAIR_THERE : IPIP_PAIR_BACK;
    else
        return false;
    return true;
}

static void count_changes(struct ipip_pair_direction *row, const struct pair_item *before,
                          const struct pair_item *after)
{
    int step = before->ttl - after->ttl;
    bool is_first = !directions_has_matches(row);

    if (is_first || step < row->ttl_step_least)
        row->ttl_step_least = step;
    if (is_first || step > row->ttl_step_most)
        row->ttl_step_most = step;
    row->dscp_changed += (before->tclass ^ after->tclass) >> 2 != 0;
    row->ecn_changed += ((before->tclass ^ after->tclass) & 3) != 0;
    row->df_changed += before->is_df != after->is_df;
}

static void pair_up(struct ipip_pair *pair, struct pair_item *first, struct pair_item *second)
{
    uint32_t index = second->direction;
    struct ipip_pair_direction *row = pair->directions.rows[index];
    enum ipip_pair_way way = IPIP_PAIR_THERE;
    bool is_shown = way_of(pair, first, second, &way);
    struct pair_item *before, *after;
    uint64_t *highest;

    if (!is_shown)
        directions_way(&pair->directions, index, &way);
    before = way == IPIP_PAIR_THERE ? first : second;
    after = way == IPIP_PAIR_THERE ? second : first;
    highest = &pair->highest[index][way];
    first->partner = second->number;
    second->partner = first->number;
    first->partner_frame = second->frame;
    first->partner_time = second->time;
    second->partner_frame = first->frame;
    second->partner_time = first->time;
    first->way = second->way = (uint8_t)way;
    before->is_behind = after->is_behind = before->number < *highest;
    if (before->number > *highest)
        *highest = before->number;
    count_changes(row, before, after);
    if (!is_shown) {
        row->at_once++;
    } else {
        row->matched[way]++;
        pair_latency_add(&row->latency[way], ipip_age_distance(first->time, second->time), 1);
    }
    row->reordered += before->is_behind;
    if (first->bytes > row->bytes_most[0])
        row->bytes_most[0] = first->bytes;
    if (second->outer_bytes > row->bytes_most[1])
        row->bytes_most[1] = second->outer_bytes;
    row->overhead = second->outer_bytes - second->bytes;
    pair->totals.matched++;
    pair->totals.reordered += before->is_behind;
    directions_take_flow(&pair->directions, first->datagram.flow, first->src, first->dst, index, way);
}

/* The fragment is a part of a datagram that is whole on the other side; with the last part that is matched. */
static void cover(struct ipip_pair *pair, enum ipip_pair_side side_of_whole, struct pair_item *whole,
                  struct pair_item *fragment)
{
    bool is_first = side_of_whole == IPIP_PAIR_FIRST;

    fragment->partner = whole->number;
    fragment->is_told = true;
    whole->covered += fragment->payload_bytes;
    whole->pieces++;
    if (whole->covered < whole->payload_bytes)
        return;
    pair_up(pair, is_first ? whole : fragment, is_first ? fragment : whole);
    pair->directions.rows[(is_first ? fragment : whole)->direction]->divided++;
    pair->totals.divided++;
}

static bool is_whole_of(const struct ipip_pair *pair, const struct pair_item *whole, const struct pair_item *fragment)
{
    return whole->partner == 0 && !whole->is_fragment && !whole->is_df && is_near(pair, whole, fragment) &&
           fragment->fragment_offset + fragment->payload_bytes <= whole->payload_bytes;
}

static void join_whole(struct ipip_pair *pair, enum ipip_pair_side side, struct pair_item *fragment)
{
    struct pair_window *window = &pair->windows[1 - side];
    struct pair_item *whole = pair_window_find_group(window, fragment->datagram.group);

    for (int i = 1; whole != NULL && !is_whole_of(pair, whole, fragment); i++)
        whole = i < PAIR_CHAIN_MAX ? pair_window_before_group(window, whole) : NULL;
    if (whole != NULL && !fragment->has_twin)
        cover(pair, 1 - side, whole, fragment);
}

static void join_fragments(struct ipip_pair *pair, enum ipip_pair_side side, struct pair_item *whole)
{
    struct pair_window *window = &pair->windows[1 - side];
    struct pair_item *fragment = pair_window_find_group(window, whole->datagram.group);

    for (int i = 0; i < PAIR_CHAIN_MAX && fragment != NULL;
         i++, fragment = pair_window_before_group(window, fragment)) {
        if (fragment->is_fragment && fragment->partner == 0 && !fragment->has_twin &&
            is_whole_of(pair, whole, fragment))
            cover(pair, side, whole, fragment);
    }
}

void pair_match(struct ipip_pair *pair, enum ipip_pair_side side, struct pair_item *item)
{
    struct pair_item *other = find_same(pair, side, item);

    mark_twins(pair, side, item);
    pair->has_fragments[side] |= item->is_fragment;
    if (other != NULL)
        pair_up(pair, side == IPIP_PAIR_FIRST ? item : other, side == IPIP_PAIR_FIRST ? other : item);
    else if (item->is_fragment)
        join_whole(pair, side, item);
    else if (pair->has_fragments[1 - side] && !item->is_df)
        join_fragments(pair, side, item);
}
