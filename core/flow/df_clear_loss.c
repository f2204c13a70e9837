/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/df_clear_loss.h"

#include "packet/fingerprint.h"

#define LOST_AFTER IPIP_AGE_SECOND
#define SIGHT_AGAIN (20 * IPIP_AGE_MILLISECOND) /* from one interface of the encapsulator to the next */

enum {
    LOST_MIN = 3,
    MATCHES_MIN = 3,  /* so that it is known to be seen on both sides */
    PASSES_LATER = 2, /* the direction goes on: what went in before has left the tunnel */
};

static struct df_clear_loss *row_of(struct flow *flow, struct ipip_addr src, struct ipip_addr dst)
{
    uint64_t hash = fingerprint_of_addresses(&flow->df_clear.keys, src, dst);
    uint32_t row = lru_find(&flow->df_clear, hash);

    return row != 0 ? lru_row(&flow->df_clear, row) : NULL;
}

static struct df_clear_loss *get_row(struct flow *flow, const struct inner_flow *inner)
{
    uint64_t hash = fingerprint_of_addresses(&flow->df_clear.keys, inner->tunnel_src, inner->tunnel_dst);
    bool is_new;
    struct df_clear_loss *loss = lru_row(&flow->df_clear, lru_get(&flow->df_clear, hash, &is_new));

    loss->tunnel_src = inner->tunnel_src;
    loss->tunnel_dst = inner->tunnel_dst;
    if (is_new)
        loss->matches = inner->entered;
    return loss;
}

static void lose(struct df_clear_loss *loss, struct df_clear_arrival *a)
{
    int64_t time = a->kept.packet.time;

    a->is_waiting = false;
    if (loss->lost++ == 0) {
        loss->lost_time = time;
        loss->has_passed_between = false;
    }
    loss->has_passed_between |= a->passes > 0 && a->pass_time >= loss->lost_time;
    if (loss->lost_min == 0 || a->bytes < loss->lost_min)
        loss->lost_min = a->bytes;
    if (a->bytes > loss->lost_max)
        loss->lost_max = a->bytes;
    if (loss->lost == LOST_MIN && loss->failed == 0)
        loss->third = a->kept;
}

/* Those in a row, if it is one. */
static void close_row(struct df_clear_loss *loss)
{
    if (loss->lost >= LOST_MIN && loss->has_passed_between && loss->matches >= MATCHES_MIN)
        loss->failed += loss->lost;
    loss->lost = 0;
}

/* Those whose time is over, the oldest first. */
static void decide(struct df_clear_loss *loss, int64_t now, bool is_end)
{
    for (unsigned i = 0; i < DF_CLEAR_WAITING; i++) {
        struct df_clear_arrival *a = &loss->waiting[(loss->arrived + i) % DF_CLEAR_WAITING];

        if (a->is_waiting && (ipip_age_exceeds(now, a->kept.packet.time, LOST_AFTER) ||
                              (is_end && loss->passes - a->passes >= PASSES_LATER)))
            lose(loss, a);
    }
}

/* Seen on another interface of the encapsulator before. */
static bool is_seen_again(const struct df_clear_loss *loss, const struct df_clear_arrival *fresh)
{
    for (unsigned i = 0; i < DF_CLEAR_WAITING; i++) {
        const struct df_clear_arrival *a = &loss->waiting[i];

        if (a->is_waiting && ipip_address_equal(a->src, fresh->src) && ipip_address_equal(a->dst, fresh->dst) &&
            a->id == fresh->id && a->protocol == fresh->protocol && a->begin == fresh->begin &&
            a->bytes == fresh->bytes && ipip_age_distance(a->kept.packet.time, fresh->kept.packet.time) <= SIGHT_AGAIN)
            return true;
    }
    return false;
}

static __attribute__((noinline)) void take(struct df_clear_loss *loss, const struct flow_context *context,
                                           const struct ipip_ip *ip)
{
    struct df_clear_arrival *place = &loss->waiting[loss->arrived % DF_CLEAR_WAITING];
    struct df_clear_arrival fresh = {
        .pass_time = loss->pass_time,
        .src = ip->src,
        .dst = ip->dst,
        .begin = ip->fragment_offset,
        .end = ip->fragment_offset + ip->total_bytes - ip->header_bytes,
        .passes = loss->passes,
        .id = (uint16_t)ip->id,
        .bytes = (uint16_t)ip->total_bytes,
        .protocol = ip->protocol,
        .is_waiting = true,
    };

    kept_packet_take(&fresh.kept, context->packet);
    if (is_seen_again(loss, &fresh) || place->is_waiting)
        return;
    *place = fresh;
    loss->arrived++;
}

bool df_clear_loss_arrive(struct flow *flow, const struct flow_context *context, const struct path *path,
                          const struct inner_flow *inner, const struct ipip_layer *datagram)
{
    struct df_clear_loss *loss;
    int64_t now = context->packet->time;

    if (datagram->ip.total_bytes + inner->overhead <= path->mtu)
        return false;
    loss = get_row(flow, inner);
    decide(loss, now, false);
    loss->mtu = path->mtu;
    loss->overhead = inner->overhead;
    loss->toobig = path->toobig;
    if (!inner->is_shared && !flow_may_be_segments(datagram))
        take(loss, context, &datagram->ip);
    return true;
}

static bool is_of(const struct ipip_ip *inner, const struct df_clear_arrival *a)
{
    uint32_t begin = inner->fragment_offset;

    if (!a->is_waiting || !ipip_address_equal(inner->src, a->src) || !ipip_address_equal(inner->dst, a->dst) ||
        inner->id != a->id || inner->protocol != a->protocol)
        return false;
    return ipip_ip_is_fragment(inner) ? begin >= a->begin && begin < a->end : inner->total_bytes == a->bytes;
}

static __attribute__((noinline)) void pass(struct df_clear_loss *loss, const struct ipip_ip *inner, bool has_arrived,
                                           int64_t now)
{
    bool is_known = false;

    for (unsigned i = 0; i < DF_CLEAR_WAITING; i++) {
        struct df_clear_arrival *a = &loss->waiting[i];

        if (!is_of(inner, a))
            continue;
        a->is_waiting = false;
        loss->passed_over++;
        is_known = true;
    }
    decide(loss, now, false);
    if (is_known)
        close_row(loss);
    else if (inner->total_bytes + loss->overhead <= loss->mtu) {
        loss->passes++;
        loss->matches += has_arrived;
        loss->pass_time = now;
        if (inner->total_bytes > loss->passed_max)
            loss->passed_max = (uint16_t)inner->total_bytes;
    }
}

void df_clear_loss_pass(struct flow *flow, const struct ipip_ip *outer, const struct ipip_ip *inner, bool has_arrived,
                        int64_t now)
{
    struct df_clear_loss *loss = row_of(flow, outer->src, outer->dst);

    if (loss != NULL)
        pass(loss, inner, has_arrived, now);
}

void df_clear_loss_end(struct df_clear_loss *loss, int64_t now)
{
    decide(loss, now, true);
    close_row(loss);
}
