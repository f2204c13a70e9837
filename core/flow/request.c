/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/request.h"

#include "ipip/address.h"
#include "packet/facts.h"
#include "packet/fingerprint.h"
#include "wire/octets.h"

#define AGAIN (200 * IPIP_AGE_MILLISECOND) /* what comes sooner is a copy */

static void count_echo(struct request_pair *pair, uint32_t echo, int64_t now)
{
    if (pair->echoes > 0 && pair->echo == echo && !ipip_age_exceeds(now, pair->echo_time, AGAIN - 1))
        return;
    pair->echo = echo;
    pair->echo_time = now;
    pair->echoes++;
}

static void count_syn(struct request_pair *pair, uint32_t ports, int64_t now)
{
    for (unsigned i = 0; i < REQUEST_CONNECTIONS; i++) {
        if (pair->connections[i].syns > 0 && pair->connections[i].ports != ports)
            continue;
        if (pair->connections[i].syns == 0 || ipip_age_exceeds(now, pair->connections[i].last, AGAIN - 1)) {
            pair->connections[i].ports = ports;
            pair->connections[i].last = now;
            pair->connections[i].syns++;
        }
        return;
    }
}

static bool is_enough(const struct request_pair *pair)
{
    unsigned tried = 0;

    for (unsigned i = 0; i < REQUEST_CONNECTIONS; i++)
        tried += pair->connections[i].syns >= REQUEST_SYNS;
    return pair->echoes >= REQUEST_ECHOES || tried == REQUEST_CONNECTIONS;
}

static struct request_pair *pair_of(struct flow *flow, const struct ipip_ip *inner, const struct ipip_ip *outer,
                                    int64_t now)
{
    uint64_t hash = fingerprint_of_addresses(&flow->requests.keys, inner->src, inner->dst);
    bool is_new;
    struct request_pair *pair = lru_row(&flow->requests, lru_get(&flow->requests, hash, &is_new));

    if (is_new)
        pair->first = now;
    pair->src = inner->src;
    pair->dst = inner->dst;
    pair->tunnel_src = outer->src;
    pair->tunnel_dst = outer->dst;
    return pair;
}

uint64_t request_take(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                      unsigned layer, const struct tunnel *tunnel)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    struct ipip_bytes payload = ipip_layer_payload(inner);
    int64_t now = context->packet->time;
    struct request_pair *pair;

    if (payload.captured < 8 || ipip_address_is_group(inner->ip.dst))
        return 0;
    pair = pair_of(flow, &inner->ip, &stack->layers[layer - 1].ip, now);
    if (pair->is_answered)
        return FACT_REQUEST;
    if (inner->ip.protocol == IPIP_PROTOCOL_TCP)
        count_syn(pair, wire_get32(payload.data), now);
    else
        count_echo(pair, wire_get32(payload.data + 4), now);
    /* A direction that is not captured at all is IPIP907's. */
    if (!is_enough(pair) || !tunnel->is_answered)
        return 0;
    if (!pair->has_kept) {
        kept_packet_take(&pair->kept, context->packet);
        pair->layer = (uint16_t)layer;
        pair->enough = now;
        pair->has_kept = true;
    }
    return FACT_REQUEST | FACT_REQUEST_OPEN;
}

void request_answer(struct flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    uint32_t row = 0;

    if (flow->requests.count > 0)
        row = lru_peek(&flow->requests, fingerprint_of_addresses(&flow->requests.keys, src, dst));
    if (row != 0)
        ((struct request_pair *)lru_row(&flow->requests, row))->is_answered = true;
}

void request_end(const struct flow *flow, struct request_pair *pair, int64_t now)
{
    const struct tunnel *back = flow_ipip_between(flow, pair->tunnel_dst, pair->tunnel_src);

    pair->has_failed = pair->has_kept && !pair->is_answered && back != NULL && back->last_time >= pair->first &&
                       ipip_age(now, pair->enough) >= REQUEST_SECONDS * IPIP_AGE_SECOND;
}

struct request_others request_others(const struct flow *flow, uint32_t row)
{
    const struct lru *rows = &flow->requests;
    const struct request_pair *pair = lru_row(rows, row);
    struct request_others others = {0, 0};
    bool is_before = true;

    for (uint32_t r = rows->oldest; r != 0; r = lru_newer(rows, r)) {
        const struct request_pair *other = lru_row(rows, r);

        if (r == row)
            is_before = false;
        else if (other->has_failed && ipip_address_equal(other->tunnel_src, pair->tunnel_src) &&
                 ipip_address_equal(other->tunnel_dst, pair->tunnel_dst))
            *(is_before ? &others.before : &others.after) += 1;
    }
    return others;
}
