/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/sent_flows.h"

#include <string.h>

#include "ipip/age.h"
#include "packet/tcp.h"
#include "wire/octets.h"

enum {
    LOST_TIMES = 3,
    LOST_SECONDS = 3,
    AGAIN_MILLISECONDS = 200, /* what comes sooner is a copy, or recovers from plain loss */
    ECHO_HEADER = 8,
    ECHO_REPLY = 0,
    ECHO_REQUEST = 8,
    ECHO_REQUEST_IPV6 = 128, /* RFC 4443 section 4 */
    ECHO_REPLY_IPV6 = 129,
};

/* What the usual packet of a flow asks for comes first. */
struct sent_flow {
    uint32_t acked;
    uint16_t slot;
    uint16_t counted; /* size that the direction counts as lost for this flow; 0: none */
    uint8_t open;     /* of `sent`, how many are not free, and one more where the window is closed */
    bool has_acked;
    bool is_closed; /* a window of 0 was announced */
    struct sent sent[SENT_SIZES];
    struct ipip_addr tunnel_src, tunnel_dst; /* that its segments are in */
    uint64_t tunnel_sort;
};

bool sent_flows_init(struct sent_flows *flows, uint32_t rows, uint64_t seed, sent_sizes_of *sizes_of, void *owner)
{
    flows->numbers = 0;
    flows->open = 0;
    memset(flows->open_in, 0, sizeof flows->open_in);
    flows->sizes_of = sizes_of;
    flows->owner = owner;
    return lru_init(&flows->rows, sizeof(struct sent_flow), rows < SENT_FLOWS_MAX ? rows : (uint32_t)SENT_FLOWS_MAX,
                    ~seed);
}

void sent_flows_free(struct sent_flows *flows)
{
    lru_free(&flows->rows);
}

/* `ports`: of an echo request its identifier and its size. */
static uint64_t key_of(const struct sent_flows *flows, struct ipip_addr src, struct ipip_addr dst, uint32_t ports,
                       uint8_t protocol)
{
    uint64_t words[] = {src.high, src.low, dst.high, dst.low, (uint64_t)ports << 8 | protocol, 0};

    return hash_of(&flows->rows.keys, words, 3);
}

static struct sent_flow *row_at(const struct sent_flows *flows, uint32_t row)
{
    return row != 0 ? lru_row(&flows->rows, row) : NULL;
}

static struct sent_flow *find(struct sent_flows *flows, struct ipip_addr src, struct ipip_addr dst, uint32_t ports,
                              uint8_t protocol)
{
    return row_at(flows, lru_find(&flows->rows, key_of(flows, src, dst, ports, protocol)));
}

static void open_more(struct sent_flows *flows, struct sent_flow *f, int count)
{
    f->open = (uint8_t)(f->open + count);
    flows->open += (uint32_t)count;
    flows->open_in[f->slot] += (uint32_t)count;
}

static void forget(struct sent_flows *flows, struct sent_flow *f, struct sent *s)
{
    if (s->times > 0)
        open_more(flows, f, -1);
    *s = (struct sent){0};
}

static void set_closed(struct sent_flows *flows, struct sent_flow *f, bool is_closed)
{
    if (is_closed != f->is_closed)
        open_more(flows, f, is_closed ? 1 : -1);
    f->is_closed = is_closed;
}

/* The flow used least recently, which nothing waits for any more. */
static void forget_oldest(struct sent_flows *flows)
{
    struct sent_flow *f = row_at(flows, flows->rows.oldest);

    set_closed(flows, f, false);
    for (unsigned i = 0; i < SENT_SIZES; i++)
        forget(flows, f, &f->sent[i]);
    lru_remove(&flows->rows, flows->rows.oldest);
}

/* Valid until the next one is asked for. */
static struct sent_flow *get(struct sent_flows *flows, struct ipip_addr src, struct ipip_addr dst, uint32_t ports,
                             uint8_t protocol)
{
    uint64_t key = key_of(flows, src, dst, ports, protocol);
    struct sent_flow *f = row_at(flows, lru_find(&flows->rows, key));

    if (f != NULL)
        return f;
    if (lru_is_full(&flows->rows))
        forget_oldest(flows);
    f = row_at(flows, lru_add(&flows->rows, key));
    f->slot = (uint16_t)sent_slot(src, dst, ports);
    return f;
}

static struct ipip_sizes *sizes_of(const struct sent_flows *flows, const struct sent_flow *f)
{
    return flows->sizes_of(flows->owner, f->tunnel_src, f->tunnel_dst, f->tunnel_sort);
}

/* A flow counts once, with the smallest that it lost. */
static void count_lost(struct sent_flow *f, struct ipip_sizes *sizes)
{
    uint16_t least = 0;

    for (unsigned i = 0; i < SENT_SIZES; i++) {
        if (f->sent[i].is_lost && (least == 0 || f->sent[i].size < least))
            least = f->sent[i].size;
    }
    if (sizes != NULL && least != f->counted) {
        if (f->counted != 0)
            ipip_sizes_remove_lost(sizes, f->counted);
        if (least != 0)
            ipip_sizes_add_lost(sizes, least, 1);
    }
    f->counted = least;
}

static void send_again(struct sent_flow *f, struct sent *s, const struct sent_packet *packet,
                       struct sent_change *change)
{
    int64_t time = packet->time;

    if (ipip_age_exceeds(time, s->last, AGAIN_MILLISECONDS * IPIP_AGE_MILLISECOND - 1)) {
        s->last = time;
        s->times = (uint8_t)(s->times + (s->times < UINT8_MAX));
    }
    if (!s->is_lost && s->times >= LOST_TIMES && packet->is_answered &&
        ipip_age_exceeds(time, s->first, LOST_SECONDS * IPIP_AGE_SECOND - 1)) {
        s->is_lost = change->is_lost = true;
        count_lost(f, packet->sizes);
    }
    if (!change->is_again || change->is_lost)
        change->sent = *s;
    change->is_again = true;
}

/* It arrived, as it was sent or in pieces. */
static void take_answer(struct sent_flows *flows, struct sent_flow *f, struct sent *s, struct sent_change *change)
{
    struct ipip_sizes *sizes = change->answered != NULL ? change->answered : sizes_of(flows, f);
    int64_t first = s->first;

    change->is_answer = true;
    change->src = f->tunnel_src;
    change->dst = f->tunnel_dst;
    change->sort = f->tunnel_sort;
    if (s->is_split) {
        change->is_worked_around |= s->is_lost;
    } else {
        change->answered = sizes;
        change->sent_times[change->answers++] = first;
        if (s->is_lost) {
            change->withdrawn = s->number;
            s->is_lost = false;
            count_lost(f, sizes);
        }
        if (sizes != NULL && s->size > sizes->acknowledged)
            sizes->acknowledged = s->size;
        for (unsigned i = 0; i < SENT_SIZES; i++) {
            struct sent *other = &f->sent[i];

            if (other->times == 0 || !other->is_alone || other->first >= first)
                continue;
            other->is_alone = false;
            change->is_overtaken |= other->is_lost;
        }
    }
    forget(flows, f, s);
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

static void begin(struct sent_flows *flows, struct sent_flow *f, const struct sent_packet *packet, uint32_t seq,
                  uint32_t end)
{
    struct sent *s = place_for(f);

    forget(flows, f, s);
    *s = (struct sent){.first = packet->time,
                       .last = packet->time,
                       .frame = packet->frame,
                       .number = ++flows->numbers,
                       .seq = seq,
                       .end = end,
                       .size = (uint16_t)packet->inner->ip.total_bytes,
                       .times = 1,
                       .is_alone = true};
    f->tunnel_src = packet->src;
    f->tunnel_dst = packet->dst;
    f->tunnel_sort = packet->sort;
    open_more(flows, f, 1);
}

static void take_segment(struct sent_flows *flows, struct sent_flow *f, const struct tcp_header *tcp,
                         const struct sent_packet *packet, bool is_wanted, struct sent_change *change)
{
    uint16_t size = (uint16_t)packet->inner->ip.total_bytes;
    uint32_t end = tcp->seq + tcp->payload_bytes;
    bool is_known = false;

    change->is_closed = f->is_closed;
    if (f->is_closed || (f->has_acked && (int32_t)(end - f->acked) <= 0))
        return;
    for (unsigned i = 0; f->open > 0 && i < SENT_SIZES; i++) {
        struct sent *s = &f->sent[i];

        if (s->times == 0 || s->seq != tcp->seq)
            continue;
        is_known |= s->size == size;
        if (size >= s->size)
            send_again(f, s, packet, change);
        else
            s->is_split = true;
    }
    if (!is_known && is_wanted)
        begin(flows, f, packet, tcp->seq, end);
}

/* What is no larger than was answered meanwhile, in another flow, tells nothing new any more. */
static void prune(struct sent_flows *flows, struct sent_flow *f, uint16_t answered)
{
    for (unsigned i = 0; f->open > 0 && i < SENT_SIZES; i++) {
        if (f->sent[i].times > 0 && !f->sent[i].is_lost && f->sent[i].size <= answered)
            forget(flows, f, &f->sent[i]);
    }
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

/* The connection is gone: what was sent just before is not due any more. */
static void reset(struct sent_flows *flows, struct sent_flow *f, int64_t time)
{
    for (unsigned i = 0; i < SENT_SIZES; i++) {
        if (f->sent[i].times > 0 && !f->sent[i].is_lost &&
            !ipip_age_exceeds(time, f->sent[i].first, LOST_SECONDS * IPIP_AGE_SECOND))
            forget(flows, f, &f->sent[i]);
    }
}

static void take_acknowledgement(struct sent_flows *flows, struct sent_flow *f, const struct tcp_header *tcp,
                                 struct sent_change *change)
{
    for (unsigned i = 0; f->open > 0 && i < SENT_SIZES; i++) {
        if (f->sent[i].times > 0 && is_received(&f->sent[i], tcp))
            take_answer(flows, f, &f->sent[i], change);
    }
    if (!f->has_acked || (int32_t)(tcp->ack - f->acked) > 0)
        f->acked = tcp->ack;
    f->has_acked = true;
    set_closed(flows, f, tcp->window == 0);
}

static void add_back(struct sent_flows *flows, const struct ipip_ip *ip, const struct tcp_header *tcp, int64_t time,
                     struct sent_change *change)
{
    uint32_t ports = (uint32_t)tcp->dport << 16 | tcp->sport;
    bool is_reset = (tcp->flags & TCP_RST) != 0;
    struct sent_flow *back = NULL;

    if (flows->open > 0)
        back = find(flows, ip->dst, ip->src, ports, ip->protocol);
    if (back == NULL && tcp->window == 0 && !is_reset)
        back = get(flows, ip->dst, ip->src, ports, ip->protocol);
    if (back != NULL && is_reset)
        reset(flows, back, time);
    else if (back != NULL)
        take_acknowledgement(flows, back, tcp, change);
}

static void add_tcp(struct sent_flows *flows, const struct sent_packet *packet, const struct tcp_header *tcp,
                    struct sent_change *change)
{
    const struct ipip_ip *ip = &packet->inner->ip;
    uint32_t ports = (uint32_t)tcp->sport << 16 | tcp->dport;
    struct sent_flow *f = NULL;
    bool is_wanted;

    if ((tcp->flags & (TCP_ACK | TCP_RST)) != 0)
        add_back(flows, ip, tcp, packet->time, change);
    if (flows->open > 0)
        f = find(flows, ip->src, ip->dst, ports, ip->protocol);
    if (f != NULL && (tcp->flags & TCP_RST) != 0)
        reset(flows, f, packet->time);
    else if (f != NULL && (tcp->flags & TCP_SYN) != 0)
        f->has_acked = false; /* another connection of these ports */
    if (packet->sizes == NULL)
        return;
    if ((tcp->flags & TCP_SYN) != 0) {
        if (tcp->mss != 0)
            ipip_sizes_add_mss(packet->sizes, tcp->mss);
        return;
    }
    if (tcp->payload_bytes == 0)
        return;
    is_wanted = packet->is_watched || ip->total_bytes > packet->sizes->acknowledged;
    if (f == NULL && is_wanted)
        f = get(flows, ip->src, ip->dst, ports, ip->protocol);
    if (f == NULL)
        return;
    if (!packet->is_watched)
        prune(flows, f, packet->sizes->acknowledged);
    take_segment(flows, f, tcp, packet, is_wanted, change);
}

static void add_echo(struct sent_flows *flows, const struct sent_packet *packet, struct sent_change *change)
{
    const struct ipip_ip *ip = &packet->inner->ip;
    struct ipip_bytes message = ipip_layer_payload(packet->inner);
    uint8_t request = ip->version == 6 ? ECHO_REQUEST_IPV6 : ECHO_REQUEST;
    uint8_t reply = ip->version == 6 ? ECHO_REPLY_IPV6 : ECHO_REPLY;
    struct sent_flow *f;
    uint32_t key;

    if (message.captured < ECHO_HEADER || ipip_ip_is_fragment(ip))
        return;
    key = (uint32_t)wire_get16(message.data + 4) << 16 | (ip->total_bytes & UINT16_MAX);
    if (message.data[0] == reply && flows->open > 0) {
        f = find(flows, ip->dst, ip->src, key, ip->protocol);
        if (f != NULL && f->sent[0].times > 0)
            take_answer(flows, f, &f->sent[0], change);
    }
    if (message.data[0] != request || packet->sizes == NULL ||
        (!packet->is_watched && ip->total_bytes <= packet->sizes->acknowledged))
        return;
    f = get(flows, ip->src, ip->dst, key, ip->protocol);
    if (f->sent[0].times > 0)
        send_again(f, &f->sent[0], packet, change);
    else
        begin(flows, f, packet, 0, 0);
}

void sent_flows_add(struct sent_flows *flows, const struct sent_packet *packet, struct sent_change *change)
{
    struct tcp_header tcp;

    *change = (struct sent_change){.is_again = false};
    if (tcp_read(&tcp, packet->inner))
        add_tcp(flows, packet, &tcp, change);
    else if (packet->inner->ip.protocol == (packet->inner->ip.version == 6 ? IPIP_PROTOCOL_ICMPV6 : IPIP_PROTOCOL_ICMP))
        add_echo(flows, packet, change);
}
