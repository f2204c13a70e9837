/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What few datagrams in tunnels have, and show of their tunnel. */
#include "flow/tunnel_packet.h"
#include "flow/automatic.h"
#include "flow/first_pieces.h"
#include "flow/large.h"
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

bool tunnel_packet_guess_vantage(const struct flow *flow, const struct tunnel *t, struct flow_view *e)
{
    const struct tunnel *back = flow_back_of(flow, t);
    unsigned routers;

    if (ttl_place(&t->stats.ttl, INITIAL_TTL_TUNNEL, 0, &routers) == TTL_PLACE_UNKNOWN)
        return false;
    e->back_place = back != NULL ? ttl_place(&back->stats.ttl, INITIAL_TTL_USUAL, 0, &routers) : TTL_PLACE_UNKNOWN;
    return true;
}

uint64_t tunnel_packet_check_mtu(const struct flow *flow, const struct flow_context *context, const struct tunnel *t,
                                 uint64_t key, const struct ipip_layer *outer, const struct ipip_layer *innermost,
                                 struct rule_set *triggered, struct flow_view *e)
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
    rule_set_add(triggered, RULE_312);
    return FACT_PATH_MTU;
}

void flow_take_fragment(struct flow *flow, const struct parsed_packet *parsed, unsigned layer)
{
    const struct ipip_ip *outer = &parsed->stack.layers[layer].ip;
    struct history_entry *entry = history_add(&flow->history, 0, parsed->packet.frame, parsed->packet.time, false);

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

void tunnel_packet_take_sides(struct flow *flow, const struct flow_context *context, struct parsed_packet *parsed,
                              unsigned layer, const struct tunnel *t, const struct history_entry *twin,
                              struct flow_view *e)
{
    const struct ipip_layer *outer = &parsed_layers(parsed)[layer];
    uint64_t content = parsed->of[layer + 1].content;

    if (!e->sides.is_there) {
        e->sides = sides_take_inside(flow, context->packet, t, parsed->of[layer].addresses, outer, content, twin,
                                     (parsed->of[layer + 1].facts.triggers & TRIGGER_CHECKSUM_WRONG) != 0);
        e->sides.layer = (uint8_t)layer;
    }
    if (flow->sides.is_inside_kept)
        sides_remember_inside(flow, context->packet, layer, outer, content);
}

struct rule_set tunnel_packet_take_kind(struct flow *flow, struct tunnel *t, uint64_t direction,
                                        const struct ipip_layer *outer, struct facts *facts)
{
    struct rule_set triggered = {{0}};

    if (outer->kind == IPIP_KIND_6IN4 && automatic_take(flow, t, outer, &facts->context))
        rule_set_add(&triggered, RULE_726);
    if (outer->kind == IPIP_KIND_4IN6 && first_pieces_take(flow, direction, outer))
        rule_set_add(&triggered, RULE_783);
    return triggered;
}
