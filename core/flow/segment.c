/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/segment.h"

#include "flow/large.h"
#include "flow/transport.h"
#include "packet/facts.h"
#include "packet/fingerprint.h"
#include "wire/octets.h"

enum {
    /* Where nothing else was acknowledged meanwhile, so often and over so long. */
    WATCH_SECONDS = 120,
    ALONE_TIMES = 6,
    ALONE_SECONDS = 10,
};

static struct transport_direction *known_direction(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    uint32_t row = lru_peek(&flow->directions, fingerprint_of_addresses(&flow->directions.keys, src, dst));

    return row != 0 ? lru_row(&flow->directions, row) : NULL;
}

struct ipip_sizes *segment_sizes_of(void *flow, struct ipip_addr src, struct ipip_addr dst, uint64_t sort)
{
    (void)sort;
    struct transport_direction *d = known_direction(flow, src, dst);

    return d != NULL ? &d->segments.sizes : NULL;
}

static bool is_on_wire(const struct flow *flow, const struct flow_context *context, const struct tunnel *tunnel,
                       const struct ipip_ip *outer)
{
    return outer->total_bytes <= LARGE_USUAL ||
           (outer->total_bytes <= LARGE_MAX && large_is_size_known(flow, context, tunnel));
}

static void take_answers(struct flow *flow, const struct sent_change *change)
{
    struct transport_direction *d = known_direction(flow, change->src, change->dst);
    struct tunnel *tunnel = flow_ipip_between(flow, change->src, change->dst);
    struct segment_sizes *s;

    if (d == NULL)
        return;
    s = &d->segments;
    for (unsigned i = 0; i < change->answers; i++) {
        int64_t time = change->sent_times[i];

        if (s->answers++ == 0 || time > s->sent_times[0]) {
            s->sent_times[1] = s->answers == 1 ? time : s->sent_times[0];
            s->sent_times[0] = time;
        } else if (s->answers == 2 || time > s->sent_times[1]) {
            s->sent_times[1] = time;
        }
    }
    s->is_overtaken |= change->is_overtaken;
    s->is_worked_around |= change->is_worked_around;
    if (s->has_kept && change->withdrawn == s->number)
        s->has_kept = false;
    if (tunnel != NULL) {
        tunnel->answered = s->sizes.acknowledged;
        tunnel->is_watched &= s->sent_max > s->sizes.acknowledged;
    }
}

static void follow(struct flow *flow, const struct sent_packet *packet, struct sent_change *change)
{
    if (packet->inner->ip.version != 4) {
        *change = (struct sent_change){.is_again = false};
        return;
    }
    sent_flows_add(&flow->sent, packet, change);
    if (change->is_answer)
        take_answers(flow, change);
}

static void keep(struct segment_sizes *s, const struct flow_context *context, const struct ipip_stack *stack,
                 unsigned layer, const struct sent *sent)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    const struct ipip_layer *outer = inner - 1;
    struct ipip_bytes payload = ipip_layer_payload(inner);

    kept_packet_take(&s->kept, context->packet);
    s->first = (struct moment){.frame = sent->frame & INT64_MAX, .is_known = true, .time = sent->first};
    s->number = sent->number;
    s->src = inner->ip.src;
    s->dst = inner->ip.dst;
    s->sport = wire_get16(payload.data);
    s->dport = wire_get16(payload.data + 2);
    s->size = sent->size;
    s->overhead = (uint16_t)(outer->ip.header_bytes + outer->shim_bytes);
    s->layer = (uint16_t)layer;
    s->has_kept = true;
    s->is_overtaken |= !sent->is_alone;
}

/* A repetition of what was not answered. */
static uint64_t take_again(struct segment_sizes *s, const struct flow_context *context, const struct ipip_stack *stack,
                           unsigned layer, const struct sent_change *change)
{
    const struct sent *sent = &change->sent;
    bool is_large = sent->size > s->sizes.acknowledged;

    if (change->is_lost && !s->has_kept)
        keep(s, context, stack, layer, sent);
    if (s->has_kept && s->number == sent->number) {
        s->times = sent->times;
        s->last = sent->last;
    }
    if (sent->is_lost && !change->is_lost)
        return 0;
    return FACT_SEGMENT | (is_large ? FACT_SEGMENT_OPEN : 0);
}

/* What the flow sends back is in the capture, in the tunnel or beside it. */
static bool is_heard(const struct flow *flow, const struct ipip_ip *inner, const struct tunnel *tunnel)
{
    const struct inner_flow *f = tunnel->is_answered ? NULL : flow_known_inner(flow, inner->src, inner->dst);

    return tunnel->is_answered || (f != NULL && f->is_heard);
}

static struct sent_packet packet_of(const struct flow_context *context, const struct ipip_layer *inner)
{
    return (struct sent_packet){.inner = inner,
                                .src = inner[-1].ip.src,
                                .dst = inner[-1].ip.dst,
                                .time = context->packet->time,
                                .frame = context->packet->frame};
}

/* Smaller segments are compared with larger ones, as long as these are sent. */
static void watch(struct segment_sizes *s, struct tunnel *tunnel, uint16_t size, int64_t now)
{
    if (size > s->sent_max)
        s->sent_max = size;
    if (size > s->sizes.acknowledged)
        s->large_time = now;
    tunnel->is_watched =
        s->sent_max > s->sizes.acknowledged && !ipip_age_exceeds(now, s->large_time, WATCH_SECONDS * IPIP_AGE_SECOND);
}

uint64_t segment_take(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                      unsigned layer, struct tunnel *tunnel, bool has_data)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    const struct ipip_ip *outer = &inner[-1].ip;
    bool is_due = has_data && (ipip_ip_df(&inner->ip) || ipip_ip_df(outer));
    bool has_answers = is_due && is_heard(flow, &inner->ip, tunnel);
    bool is_followed = has_answers && is_on_wire(flow, context, tunnel, outer);
    struct sent_packet packet = packet_of(context, inner);
    struct sent_change change;

    if (is_followed) {
        struct segment_sizes *s = &transport_direction(flow, outer->src, outer->dst)->segments;

        watch(s, tunnel, (uint16_t)inner->ip.total_bytes, context->packet->time);
        packet.sizes = &s->sizes;
        packet.is_watched = tunnel->is_watched;
        packet.is_answered = true;
    } else if (flow->sent.open == 0 && is_due) {
        return has_answers ? 0 : FACT_SEGMENT | FACT_SEGMENT_OPEN;
    }
    follow(flow, &packet, &change);
    if (is_due && !has_answers)
        return FACT_SEGMENT | FACT_SEGMENT_OPEN;
    if (!is_followed || change.is_closed)
        return 0;
    return change.is_again ? take_again(&transport_direction(flow, outer->src, outer->dst)->segments, context, stack,
                                        layer, &change)
                           : FACT_SEGMENT;
}

void segment_take_echo(struct flow *flow, const struct flow_context *context, const struct ipip_stack *stack,
                       unsigned layer, struct tunnel *tunnel)
{
    const struct ipip_layer *inner = &stack->layers[layer];
    const struct ipip_ip *outer = &inner[-1].ip;
    struct sent_packet packet = packet_of(context, inner);
    struct sent_change change;

    if (is_heard(flow, &inner->ip, tunnel) && is_on_wire(flow, context, tunnel, outer)) {
        struct segment_sizes *s = &transport_direction(flow, outer->src, outer->dst)->segments;

        packet.sizes = &s->sizes;
        packet.is_watched = tunnel->is_watched;
    }
    follow(flow, &packet, &change);
}

void segment_take_outside(struct flow *flow, const struct ipip_layer *inner, int64_t now)
{
    struct sent_packet packet = {.inner = inner, .time = now};
    struct sent_change change;

    if (flow->sent.open > 0)
        follow(flow, &packet, &change);
}

struct segment_story segment_story_of(const struct segment_sizes *s)
{
    struct segment_story story = {0};

    for (unsigned i = 0; i < IPIP_SIZES_LOST; i++) {
        if (s->sizes.lost_flows[i] == 0 || s->sizes.lost[i] <= s->sizes.acknowledged)
            continue;
        story.flows += s->sizes.lost_flows[i];
        if (story.lost == 0 || s->sizes.lost[i] < story.lost)
            story.lost = s->sizes.lost[i];
    }
    story.is_compared = s->is_overtaken || (s->answers >= 2 && s->sent_times[1] > s->first.time);
    story.is_failure = s->has_kept && s->size > s->sizes.acknowledged && story.lost != 0 &&
                       (story.is_compared || (s->sizes.acknowledged > 0 && s->times >= ALONE_TIMES &&
                                              ipip_age(s->last, s->first.time) >= ALONE_SECONDS * IPIP_AGE_SECOND));
    return story;
}

bool segment_loses_large(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    const struct transport_direction *d = known_direction(flow, src, dst);

    return d != NULL && segment_story_of(&d->segments).is_failure;
}
