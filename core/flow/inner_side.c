/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets without tunnel header that belong to a tunnel: about to enter it, or just out of it. */
#include "flow/df_clear_loss.h"
#include "flow/entered.h"
#include "ipip/age.h"
#include "packet/fingerprint.h"

#define MISSED_AFTER (100 * IPIP_AGE_MILLISECOND)

enum {
    LOSSES_MIN = 11, /* large datagrams gone, or */
    LOSS_FLOWS_MIN = 3,
    ENTERED_PER_MISSED = 4, /* of those that should go in, most do */
    ENTERED_MIN = 3,        /* datagrams that went in, so that one sees that others don't */
    IPV6_LINK_MIN = 1280,   /* RFC 8200 section 5 */
};

uint16_t flow_mtu_inside(uint16_t mtu, uint16_t overhead, const struct ipip_ip *inner)
{
    uint16_t inside = mtu > overhead ? (uint16_t)(mtu - overhead) : 0;

    return inner->version == 6 && inside < IPV6_LINK_MIN ? (uint16_t)IPV6_LINK_MIN : inside;
}

/* Another tunnel than before, or the first. */
static __attribute__((noinline)) void change_tunnel(struct inner_flow *f, const struct ipip_layer *outer,
                                                    uint64_t addresses)
{
    f->is_shared |= f->overhead != 0;
    f->tunnel_src = outer->ip.src;
    f->tunnel_dst = outer->ip.dst;
    f->tunnel_kind = outer->kind;
    f->tunnel_addresses = addresses;
}

struct ipip_tunnel_direction inner_flow_direction(const struct flow *flow, const struct inner_flow *f)
{
    const struct tunnel *t = f->tunnel_kind > IPIP_KIND_6IN6 ? flow_tunnel_of(flow, f->tunnel_addresses) : NULL;

    if (t != NULL)
        return tunnel_direction(t);
    /* Without a discriminator, or forgotten. */
    return (struct ipip_tunnel_direction){f->tunnel_src, f->tunnel_dst, (enum ipip_kind)f->tunnel_kind, 0};
}

/* As flow_is_at_device(); of other kinds than IPv4 in IPv4 by the packets seen last. */
static bool is_at_device(const struct flow *flow, const struct inner_flow *f)
{
    return f->tunnel_kind == IPIP_KIND_IPIP ? flow_is_at_device(flow, f->tunnel_addresses) : f->is_at_device;
}

/* Of a flow of which a datagram was seen going in, last: whether it is this one. */
static __attribute__((noinline)) bool take_arrived(struct inner_flow *f, const struct ipip_layer *outer,
                                                   const struct ipip_ip *inner, int64_t now)
{
    bool has_arrived = f->arrival_id == inner->id && f->arrival_bytes == inner->total_bytes &&
                       !ipip_age_exceeds(now, f->arrival.time, IPIP_AGE_SECOND);
    bool is_part = ipip_ip_is_fragment(inner) && f->arrival_id == inner->id;

    if (is_part)
        f->is_arrival_open = false;
    if (is_part || ((!ipip_ip_df(&outer->ip) || outer->is_reassembled) && has_arrived)) {
        /* Too large or not, it goes: fragmented already, or routers may do so. */
        f->is_relayed = true;
        f->relayed_time = now;
    }
    return has_arrived;
}

/* Large ones do get through: what is missing was lost, or merged with others. */
static __attribute__((noinline)) void forgive_losses(struct flow *flow, struct inner_flow *f)
{
    struct path *path = flow_path(flow, f->tunnel_addresses);

    path->losses -= path->losses < f->lost ? path->losses : f->lost;
    path->loss_flows -= path->loss_flows > 0;
    f->lost = 0;
}

bool inner_flow_enter(struct flow *flow, const struct flow_context *context, struct inner_flow *f,
                      const struct ipip_layer *outer, uint64_t addresses)
{
    const struct ipip_layer *inner = outer + 1;
    bool has_arrived = f->is_arrival_open && take_arrived(f, outer, &inner->ip, context->packet->time);

    if (f->tunnel_addresses != addresses)
        change_tunnel(f, outer, addresses);
    f->overhead = flow_overhead_of(outer);
    if (has_arrived) {
        f->is_arrival_open = false;
        f->is_at_device = f->arrival_ttl == inner->ip.ttl;
        f->entered++;
    }
    if (flow->df_clear.count > 0 && outer->kind == IPIP_KIND_IPIP)
        df_clear_loss_pass(flow, &outer->ip, &inner->ip, has_arrived, context->packet->time);
    if (inner->ip.total_bytes > f->entered_max)
        f->entered_max = (uint16_t)inner->ip.total_bytes;
    if (f->lost > 0 && inner->ip.total_bytes >= f->lost_min)
        forgive_losses(flow, f);
    return has_arrived && f->arrival_ttl == inner->ip.ttl + 1;
}

bool flow_take_entered_folded(struct flow *flow, const struct flow_context *context, struct parsed_packet *parsed,
                              unsigned layer)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    bool has_arrived = flow_take_entered(flow, context, parsed, layer, outer, outer + 1);

    flow_inner(flow, parsed->of[layer + 1].addresses)->overhead = outer->shim_bytes;
    return has_arrived;
}

/* The last arrival may be one of those that never make it. */
static bool is_suspect(const struct inner_flow *f)
{
    return f->is_arrival_open && f->is_arrival_df && f->entered >= ENTERED_MIN && f->arrival_bytes > f->entered_max;
}

/* Small ones missing from the tunnel, too: the capture, or the route, is to blame. */
static void count_missed(struct inner_flow *f, int64_t now)
{
    if (f->is_arrival_open && !f->is_arrival_over && !is_suspect(f) &&
        ipip_age_exceeds(now, f->arrival.time, MISSED_AFTER))
        f->missed++;
}

/* The last arrival has not been seen in the tunnel, and something else comes already. */
static void count_loss(struct flow *flow, struct inner_flow *f, int64_t now)
{
    struct path *path;

    if (!is_suspect(f) || !ipip_age_exceeds(now, f->arrival.time, IPIP_AGE_SECOND))
        return;
    f->is_arrival_open = false;
    path = flow_path(flow, f->tunnel_addresses);
    if (f->lost == 0) {
        f->lost_first = f->arrival;
        f->lost_min = f->arrival_bytes;
        path->loss_flows++;
    }
    if (f->arrival_bytes < f->lost_min)
        f->lost_min = f->arrival_bytes;
    f->lost++;
    path->losses++;
}

static void check_black_hole(struct path *path, const struct inner_flow *f, const struct ipip_layer *layer, int64_t now,
                             struct facts *facts, struct rule_set *triggered, struct flow_view *e)
{
    if (!ipip_ip_df(&layer->ip) || f->entered == 0)
        return;
    facts->context |= INNER_SIDE_FACT_WATCHED;
    if (f->lost == 0 || path == NULL)
        return;
    if (path->has_toobig || f->is_told || f->is_shared || f->missed * ENTERED_PER_MISSED > f->entered)
        return;
    if (path->losses < LOSSES_MIN && path->loss_flows < LOSS_FLOWS_MIN) {
        facts->context |= INNER_SIDE_FACT_LOSS_WAITING;
        return;
    }
    e->lost = path->losses;
    e->lost_first = other_at(&f->lost_first, now);
    e->lost_min = f->lost_min;
    e->entered_max = f->entered_max;
    path->has_shown_loss = true;
    rule_set_add(triggered, RULE_309);
}

/* A packet to an unreachable exit, as ICMP reported. */
static void check_unreachable(const struct flow *flow, struct path *path, const struct inner_flow *f, int64_t now,
                              struct facts *facts, struct rule_set *triggered, struct flow_view *e)
{
    if (path == NULL || !path->unreachable.is_known)
        return;
    facts->context |= INNER_SIDE_FACT_UNREACHABLE;
    if (!path->is_unreachable_open)
        return;
    if (!ipip_age_exceeds(now, path->unreachable.time, RELAY_SECONDS * IPIP_AGE_SECOND)) {
        facts->context |= INNER_SIDE_FACT_REPORT_WAITING;
        return;
    }
    path->is_unreachable_open = false;
    e->cause = other_at(&path->unreachable, now);
    e->is_at_device = is_at_device(flow, f);
    rule_set_add(triggered, RULE_303);
}

/* A packet with DF that the path does not take: the second one for which the sender gets no ICMP error. */
static void check_oversized(const struct flow *flow, struct path *path, struct inner_flow *f,
                            const struct flow_context *context, const struct ipip_layer *layer, struct facts *facts,
                            struct rule_set *triggered, struct flow_view *e)
{
    int64_t now = context->packet->time;
    uint16_t mtu = path_mtu(path, now);
    /* Some senders leave the Identification 0 where DF is set. */
    bool is_same = f->over_id == layer->ip.id && f->over_bytes == layer->ip.total_bytes &&
                   (layer->ip.id != 0 || ipip_age(now, f->over_time) <= IPIP_AGE_SECOND);

    if (path == NULL || mtu == 0 || f->is_shared || !ipip_ip_df(&layer->ip) ||
        layer->ip.total_bytes <= flow_mtu_inside(mtu, f->overhead, &layer->ip) || flow_may_be_segments(layer))
        return;
    facts->context |= INNER_SIDE_FACT_OVERSIZED;
    if (f->is_relayed && f->relayed_time >= path->toobig.time) {
        f->over_first.is_known = false;
        return;
    }
    if (!f->over_first.is_known || f->over_first.time < path->toobig.time) {
        f->over_first = moment_of(context->packet);
        f->is_over_repeated = false;
    } else if (!is_same) {
        f->is_over_repeated = true;
    }
    f->over_time = now;
    f->over_id = (uint16_t)layer->ip.id;
    f->over_bytes = (uint16_t)layer->ip.total_bytes;
    /* An error that can't be matched, as behind a translation of addresses, may be the one. */
    if (flow->has_toobig && flow->toobig_time >= path->toobig.time) {
        facts->context |= INNER_SIDE_FACT_RELAY_WAITING;
        return;
    }
    if (!f->is_over_repeated || is_same || ipip_age(now, f->over_first.time) < RELAY_SECONDS * IPIP_AGE_SECOND) {
        facts->context |= INNER_SIDE_FACT_RELAY_WAITING;
        return;
    }
    e->toobig = other_at(&path->toobig, now);
    e->mtu = mtu;
    e->overhead = f->overhead;
    e->expected_mtu = flow_mtu_inside(mtu, f->overhead, &layer->ip);
    e->cause = other_at(&f->over_first, now);
    e->is_capture_cut |= !f->is_heard;
    e->is_at_device = is_at_device(flow, f);
    path->has_shown_loss = true;
    rule_set_add(triggered, RULE_306);
}

/* A packet without DF: larger than the path takes, it is to be fragmented before or behind the encapsulation. */
static void check_divisible(struct flow *flow, const struct path *path, struct inner_flow *f,
                            const struct flow_context *context, const struct ipip_layer *layer, struct facts *facts)
{
    uint16_t mtu = path_mtu(path, context->packet->time);

    if (mtu == 0)
        return;
    f->is_arrival_over = layer->ip.total_bytes + f->overhead > mtu;
    if (f->tunnel_kind != IPIP_KIND_IPIP || ipip_ip_df(&layer->ip) || f->missed * ENTERED_PER_MISSED > f->entered)
        return;
    facts->context |= INNER_SIDE_FACT_DIVISIBLE;
    if (df_clear_loss_arrive(flow, context, path, f, layer))
        facts->context |= INNER_SIDE_FACT_DIVISION_WAITING;
}

static void take_arrival(struct inner_flow *f, const struct flow_context *context, const struct ipip_layer *layer)
{
    bool is_seen_again =
        f->is_arrival_open && f->arrival_id == layer->ip.id && f->arrival_bytes == layer->ip.total_bytes;

    if (is_seen_again && f->arrival_ttl >= layer->ip.ttl)
        return; /* between two interfaces: the first one shows where it came from */
    if (is_suspect(f) && !ipip_age_exceeds(context->packet->time, f->arrival.time, IPIP_AGE_SECOND))
        return; /* what becomes of that one is more interesting */
    f->arrival = moment_of(context->packet);
    f->arrival_id = (uint16_t)layer->ip.id;
    f->arrival_bytes = (uint16_t)layer->ip.total_bytes;
    f->arrival_ttl = layer->ip.ttl;
    /* What is no larger than what got through is never missed: its checksum need not be looked at. */
    f->is_arrival_df = ipip_ip_df(&layer->ip) && layer->ip.total_bytes > f->entered_max && !flow_may_be_segments(layer);
    f->is_arrival_open = true;
    f->is_arrival_over = false;
}

/* Seen in the tunnel before: it has come out. With less TTL than inside it has been forwarded. */
static bool take_exit(const struct flow *flow, const struct history_entry *entry, const struct flow_context *context,
                      const struct ipip_layer *layer, struct facts *facts, struct flow_view *e)
{
    int64_t now = context->packet->time;
    const struct tunnel *t;

    if (entry == NULL || ipip_age_distance(now, entry->time) > PASSAGE_SECONDS * IPIP_AGE_SECOND)
        return false;
    if (layer->ip.ttl >= entry->inner_ttl)
        return true;
    facts->context |= INNER_SIDE_FACT_LEFT;
    e->cause = (struct other){history_frame(&flow->history, entry), ipip_age_distance(now, entry->time),
                              entry->inner_ttl, true};
    t = flow_tunnel_of(flow, entry->addresses);
    if (t != NULL)
        e->direction = tunnel_direction(t);
    return true;
}

static struct inner_flow *inner_at(const struct flow *flow, uint64_t addresses)
{
    uint32_t row = lru_peek(&flow->inners, addresses);

    return row != 0 ? lru_row(&flow->inners, row) : NULL;
}

struct inner_flow *flow_hear(struct flow *flow, const struct ipip_ip *ip, uint64_t addresses)
{
    struct inner_flow *back = inner_at(flow, fingerprint_of_way_back(addresses, ip->src, ip->dst));

    if (back != NULL)
        back->is_heard = flow->has_heard = true;
    return inner_at(flow, addresses);
}

void flow_take_early(struct flow *flow, const struct parsed_packet *parsed)
{
    struct sides_match none;

    flow->sides.credit--;
    sides_take_outside(flow, &parsed->packet, &parsed->stack.layers[0], NULL, parsed->of[0].content, NULL, &none);
}

void flow_take_inner_side(struct flow *flow, const struct flow_context *context, struct inner_flow *inner,
                          const struct parsed_packet *parsed, struct facts *facts, struct rule_set *triggered,
                          struct flow_view *e)
{
    const struct ipip_layer *layer = &parsed->stack.layers[0];
    struct inner_flow *f = inner;
    int64_t now = context->packet->time;
    uint64_t content = parsed->of[0].content;
    const struct history_entry *entry = history_find_content(&flow->history, content);
    struct path *path;

    e->direction = inner_flow_direction(flow, f);
    facts->context |= FACTS_OF_KIND(e->direction.kind);
    e->is_capture_cut = flow->has_cut_packets;
    e->sides.is_there = false;
    if ((KINDS_ENTERED >> f->tunnel_kind & 1) != 0)
        sides_take_outside(flow, context->packet, layer, f, content, entry, &e->sides);
    if (take_exit(flow, entry, context, layer, facts, e))
        return;
    count_missed(f, now);
    count_loss(flow, f, now);
    take_arrival(f, context, layer);
    path = flow_known_path(flow, f->tunnel_addresses);
    if (path != NULL) {
        path->has_inner = true;
        path->is_at_device = f->is_at_device;
    }
    check_divisible(flow, path, f, context, layer, facts);
    check_unreachable(flow, path, f, now, facts, triggered, e);
    check_oversized(flow, path, f, context, layer, facts, triggered, e);
    check_black_hole(path, f, layer, now, facts, triggered, e);
}
