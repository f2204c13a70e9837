/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/sent_flows.h"

#include <stdlib.h>

#include "ipip/age.h"
#include "packet/tcp.h"
#include "wire/octets.h"

enum {
    SENT_FLOWS = 1 << 13, /* rows, in pairs */
    SENT_SIZES = 4,       /* segments of a flow that are remembered */
    LOST_TIMES = 3,
    LOST_SECONDS = 3,
    AGAIN_MILLISECONDS = 200, /* what comes sooner is a copy, or recovers from plain loss */
    WIRE_MAX = 1500,          /* larger ones may be several packets on the wire */
    ECHO_HEADER = 8,
    ECHO_REPLY = 0,
    ECHO_REQUEST = 8,
};

/* A segment, or requests of one size. */
struct sent {
    int64_t first, last;
    uint32_t seq, end;
    uint16_t size;
    uint8_t times; /* 0: free */
    bool is_lost;
    bool is_split; /* smaller ones with the same start followed: what is acknowledged may be these */
};

struct sent_flow {
    struct ipip_addr src, dst;
    uint32_t ports; /* of an echo request its identifier and its size */
    uint32_t acked;
    int64_t last;
    struct ipip_sizes *sizes; /* NULL: the row is free */
    uint8_t protocol;
    bool has_acked;
    bool is_closed; /* a window of 0 was announced */
    struct sent sent[SENT_SIZES];
};

bool sent_flows_init(struct sent_flows *flows, uint64_t seed)
{
    hash_init(&flows->keys, ~seed);
    flows->rows = calloc(SENT_FLOWS, sizeof *flows->rows);
    return flows->rows != NULL;
}

void sent_flows_free(struct sent_flows *flows)
{
    free(flows->rows);
}

static bool is_flow(const struct sent_flow *f, struct ipip_addr src, struct ipip_addr dst, uint32_t ports,
                    uint8_t protocol)
{
    return f->sizes != NULL && ipip_address_equal(f->src, src) && ipip_address_equal(f->dst, dst) &&
           f->ports == ports && f->protocol == protocol;
}

/* The two rows where it may be. */
static struct sent_flow *bucket_of(const struct sent_flows *flows, struct ipip_addr src, struct ipip_addr dst,
                                   uint32_t ports, uint8_t protocol)
{
    uint64_t words[] = {src.high, src.low, dst.high, dst.low, (uint64_t)ports << 8 | protocol, 0};

    return &flows->rows[hash_of(&flows->keys, words, 3) % SENT_FLOWS & ~(uint64_t)1];
}

static struct sent_flow *find(const struct sent_flows *flows, struct ipip_addr src, struct ipip_addr dst,
                              uint32_t ports, uint8_t protocol)
{
    struct sent_flow *f = bucket_of(flows, src, dst, ports, protocol);

    for (unsigned i = 0; i < 2; i++) {
        if (is_flow(&f[i], src, dst, ports, protocol))
            return &f[i];
    }
    return NULL;
}

static struct sent_flow *get(const struct sent_flows *flows, const struct ipip_ip *ip, uint32_t ports,
                             struct ipip_sizes *sizes, int64_t time)
{
    struct sent_flow *f = find(flows, ip->src, ip->dst, ports, ip->protocol);

    if (f == NULL) {
        f = bucket_of(flows, ip->src, ip->dst, ports, ip->protocol);
        if (f[0].sizes != NULL && (f[1].sizes == NULL || f[1].last < f[0].last))
            f++;
        *f = (struct sent_flow){.src = ip->src, .dst = ip->dst, .ports = ports, .protocol = ip->protocol};
    }
    f->sizes = sizes;
    f->last = time;
    return f;
}

static void remove_lost(struct ipip_sizes *sizes, uint16_t size)
{
    for (unsigned i = 0; i < IPIP_SIZES_LOST; i++) {
        if (sizes->lost[i] == size && sizes->lost_flows[i] > 0)
            sizes->lost_flows[i]--;
    }
}

static void send_again(struct sent_flow *f, struct sent *s, bool is_answered, int64_t time)
{
    if (!ipip_age_exceeds(time, s->last, AGAIN_MILLISECONDS * IPIP_AGE_MILLISECOND - 1))
        return;
    s->last = time;
    s->times = (uint8_t)(s->times + (s->times < UINT8_MAX));
    if (!s->is_lost && s->times >= LOST_TIMES && is_answered &&
        ipip_age_exceeds(time, s->first, LOST_SECONDS * IPIP_AGE_SECOND - 1)) {
        s->is_lost = true;
        ipip_sizes_add_lost(f->sizes, s->size, 1);
    }
}

/* It arrived, as it was sent. */
static void take_answer(struct sent_flow *f, struct sent *s)
{
    if (!s->is_split) {
        if (s->is_lost)
            remove_lost(f->sizes, s->size);
        if (s->size > f->sizes->acknowledged)
            f->sizes->acknowledged = s->size;
    }
    *s = (struct sent){0};
}

/* A free place, or that of what has been sent least often. */
static struct sent *place_for(struct sent_flow *f)
{
    struct sent *best = &f->sent[0];

    for (unsigned i = 1; i < SENT_SIZES; i++) {
        struct sent *s = &f->sent[i];

        if (s->times < best->times || (s->times == best->times && s->last < best->last))
            best = s;
    }
    return best;
}

static void take_segment(struct sent_flow *f, const struct tcp_header *tcp, uint16_t size, bool is_answered,
                         int64_t time)
{
    uint32_t end = tcp->seq + tcp->payload_bytes;
    bool is_known = false;

    if (f->is_closed || (f->has_acked && (int32_t)(end - f->acked) <= 0))
        return;
    for (unsigned i = 0; i < SENT_SIZES; i++) {
        struct sent *s = &f->sent[i];

        if (s->times == 0 || s->seq != tcp->seq)
            continue;
        is_known |= s->size == size;
        if (size >= s->size)
            send_again(f, s, is_answered, time);
        else
            s->is_split = true;
    }
    if (!is_known)
        *place_for(f) =
            (struct sent){.first = time, .last = time, .seq = tcp->seq, .end = end, .size = size, .times = 1};
}

static bool is_received(const struct sent *s, const struct tcp_header *tcp)
{
    if ((int32_t)(tcp->ack - s->end) >= 0)
        return true;
    for (unsigned i = 0; i < tcp->sack_count; i++) {
        if ((int32_t)(s->seq - tcp->sack_left[i]) >= 0 && (int32_t)(tcp->sack_right[i] - s->end) >= 0)
            return true;
    }
    return false;
}

static void take_acknowledgement(struct sent_flow *f, const struct tcp_header *tcp)
{
    for (unsigned i = 0; i < SENT_SIZES; i++) {
        if (f->sent[i].times == 0)
            continue;
        if ((tcp->flags & TCP_RST) != 0)
            f->sent[i] = (struct sent){0};
        else if (is_received(&f->sent[i], tcp))
            take_answer(f, &f->sent[i]);
    }
    if (!f->has_acked || (int32_t)(tcp->ack - f->acked) > 0)
        f->acked = tcp->ack;
    f->has_acked = true;
    f->is_closed = tcp->window == 0;
}

static void take_mss(struct ipip_sizes *sizes, uint16_t mss)
{
    if (sizes->handshakes++ == 0)
        sizes->mss_min = sizes->mss_max = mss;
    if (mss < sizes->mss_min)
        sizes->mss_min = mss;
    if (mss > sizes->mss_max)
        sizes->mss_max = mss;
}

static struct ipip_sizes *add_tcp(struct sent_flows *flows, const struct ipip_layer *layer,
                                  const struct tcp_header *tcp, struct ipip_sizes *sizes, bool is_on_wire,
                                  bool is_answered, int64_t time)
{
    struct ipip_sizes *answered = NULL;
    struct sent_flow *back =
        find(flows, layer->ip.dst, layer->ip.src, (uint32_t)tcp->dport << 16 | tcp->sport, layer->ip.protocol);

    if (back != NULL && (tcp->flags & (TCP_ACK | TCP_RST)) != 0) {
        take_acknowledgement(back, tcp);
        answered = back->sizes;
    }
    if (sizes != NULL && (tcp->flags & TCP_SYN) != 0 && tcp->mss != 0)
        take_mss(sizes, tcp->mss);
    else if (sizes != NULL && tcp->payload_bytes > 0 && is_on_wire)
        take_segment(get(flows, &layer->ip, (uint32_t)tcp->sport << 16 | tcp->dport, sizes, time), tcp,
                     (uint16_t)layer->ip.total_bytes, is_answered, time);
    return answered;
}

static struct ipip_sizes *add_echo(struct sent_flows *flows, const struct ipip_layer *layer, struct ipip_sizes *sizes,
                                   bool is_on_wire, bool is_answered, int64_t time)
{
    struct ipip_bytes message = ipip_layer_payload(layer);
    struct sent_flow *f;
    uint32_t key;

    if (message.captured < ECHO_HEADER || ipip_ip_is_fragment(&layer->ip))
        return NULL;
    key = (uint32_t)wire_get16(message.data + 4) << 16 | (layer->ip.total_bytes & UINT16_MAX);
    if (message.data[0] == ECHO_REPLY) {
        f = find(flows, layer->ip.dst, layer->ip.src, key, layer->ip.protocol);
        if (f != NULL && f->sent[0].times > 0)
            take_answer(f, &f->sent[0]);
        return f != NULL ? f->sizes : NULL;
    }
    if (message.data[0] == ECHO_REQUEST && sizes != NULL && is_on_wire) {
        f = get(flows, &layer->ip, key, sizes, time);
        if (f->sent[0].times > 0)
            send_again(f, &f->sent[0], is_answered, time);
        else
            f->sent[0] =
                (struct sent){.first = time, .last = time, .size = (uint16_t)layer->ip.total_bytes, .times = 1};
    }
    return NULL;
}

struct ipip_sizes *sent_flows_add(struct sent_flows *flows, const struct ipip_stack *stack, struct ipip_sizes *sizes,
                                  bool is_answered, int64_t time)
{
    const struct ipip_layer *layer = &stack->layers[stack->count - 1];
    bool is_on_wire = stack->layers[0].ip.total_bytes <= WIRE_MAX;
    struct tcp_header tcp;

    if (tcp_read(&tcp, layer))
        return add_tcp(flows, layer, &tcp, sizes, is_on_wire, is_answered, time);
    if (layer->ip.version == 4 && layer->ip.protocol == IPIP_PROTOCOL_ICMP)
        return add_echo(flows, layer, sizes, is_on_wire, is_answered, time);
    return NULL;
}
