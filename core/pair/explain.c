/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a datagram is on one side only. */
#include "ipip/age.h"
#include "pair/pairing.h"

const char *ipip_pair_reason_name(enum ipip_pair_reason reason)
{
    static const char *const names[IPIP_PAIR_REASONS] = {
        [IPIP_PAIR_DUPLICATE] = "duplicate",
        [IPIP_PAIR_MISSED] = "missed",
        [IPIP_PAIR_TOO_BIG] = "too-big",
        [IPIP_PAIR_EXPIRED] = "ttl-expired",
        [IPIP_PAIR_REFUSED] = "refused",
        [IPIP_PAIR_OPAQUE] = "opaque",
        [IPIP_PAIR_BEYOND_MTU] = "beyond-mtu",
        [IPIP_PAIR_MALFORMED] = "malformed",
        [IPIP_PAIR_ECN] = "ecn",
        [IPIP_PAIR_TTL] = "ttl",
        [IPIP_PAIR_UNKNOWN_PEER] = "unknown-peer",
        [IPIP_PAIR_LOCAL] = "local",
        [IPIP_PAIR_REFUSED_BY_EXIT] = "refused-by-exit",
        [IPIP_PAIR_SEGMENTED] = "segmented",
        [IPIP_PAIR_IN_PART] = "in-part",
        [IPIP_PAIR_ALTERED] = "altered",
        [IPIP_PAIR_BEFORE] = "before",
        [IPIP_PAIR_AFTER] = "after",
        [IPIP_PAIR_LOST] = "lost",
    };

    return (unsigned)reason < IPIP_PAIR_REASONS ? names[reason] : "none";
}

/* The frame of another one on the same side that is the same, and was found on the other one; 0: none. */
static uint64_t matched_twin(const struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item)
{
    const struct pair_window *window = &pair->windows[side];
    const struct pair_item *twin;

    if (!item->has_twin || item->matched_twin != 0)
        return item->matched_twin;
    twin = pair_window_find(window, item->datagram.key);
    for (int i = 0; i < PAIR_CHAIN_MAX && twin != NULL; i++, twin = pair_window_before(window, twin)) {
        if (twin->partner != 0)
            return twin->frame;
    }
    return 0;
}

/* With the same header, and nothing of its own on this side. An Identification of 0 tells nothing. */
static const struct pair_item *altered(const struct ipip_pair *pair, enum ipip_pair_side side,
                                       const struct pair_item *item)
{
    const struct pair_window *window = &pair->windows[1 - side];
    const struct pair_item *other = pair_window_find_group(window, item->datagram.group);

    for (int i = 0; i < PAIR_CHAIN_MAX && other != NULL && item->id != 0;
         i++, other = pair_window_before_group(window, other)) {
        if (other->partner == 0 && other->bytes == item->bytes && other->fragment_offset == item->fragment_offset &&
            ipip_age_distance(other->time, item->time) <= pair->window_time)
            return other;
    }
    return NULL;
}

static enum ipip_pair_reason reason_reported(enum icmp_meaning meaning)
{
    return meaning == ICMP_MEANS_TOO_BIG   ? IPIP_PAIR_TOO_BIG
           : meaning == ICMP_MEANS_EXPIRED ? IPIP_PAIR_EXPIRED
                                           : IPIP_PAIR_REFUSED;
}

/* No packet of the tunnel was matched, while some of others were. */
static bool is_of_unknown_peer(const struct ipip_pair *pair, const struct pair_item *item)
{
    const struct ipip_pair_direction *back = directions_back(&pair->directions, item->direction);

    return item->direction != 0 && pair->totals.matched > 0 &&
           !directions_has_matches(pair->directions.rows[item->direction]) &&
           (back == NULL || !directions_has_matches(back));
}

/*
 * On a device whose tunnels hold no IPv6: router solicitations and the like, which a host sends on every device, and which end there. Of those
 * that hold it they are lost.
 */
static bool is_of_device(const struct ipip_pair *pair, const struct pair_item *item)
{
    if (!pair->is_device || ipip_address_is_ipv4(item->dst) || !ipip_address_is_of_link(item->dst))
        return false;
    for (uint32_t i = 1; i < pair->directions.count; i++) {
        const struct ipip_kind_about *kind = ipip_kind_about(pair->directions.rows[i]->direction.kind);

        if (kind == NULL || (kind->payload & ~IPIP_PAYLOAD_IPV4) != 0)
            return false;
    }
    return true;
}

/* What an exit does not let out. LOST: nothing that is known. */
static enum ipip_pair_reason reason_of_exit(const struct ipip_pair *pair, const struct pair_item *item)
{
    if (item->drop == IPIP_DROP_TTL || item->drop == IPIP_DROP_HOP_LIMIT)
        return IPIP_PAIR_TTL;
    if (item->drop != IPIP_DROP_NOTHING)
        return IPIP_PAIR_MALFORMED;
    if (item->outer_ecn == IPIP_CE && (item->tclass & 3) == IPIP_NOT_ECT)
        return IPIP_PAIR_ECN;
    if (!pair->is_device && (ipip_address_equal(item->dst, pair->directions.rows[item->direction]->direction.dst) ||
                             ipip_address_is_of_link(item->dst) || locals_have(&pair->locals, item->dst)))
        return IPIP_PAIR_LOCAL;
    return IPIP_PAIR_LOST;
}

/* Likewise of an entry. */
static enum ipip_pair_reason reason_of_entry(const struct ipip_pair *pair, const struct pair_item *item,
                                             uint32_t direction, struct ipip_pair_event *event)
{
    const struct ipip_pair_direction *row = pair->directions.rows[direction];

    if (!pair->is_device && item->ttl <= 1)
        return IPIP_PAIR_TTL;
    if (is_of_device(pair, item))
        return IPIP_PAIR_LOCAL;
    if (pair->totals.matched == 0 && pair->totals.unreadable > 0)
        return IPIP_PAIR_OPAQUE;
    if (direction == 0 || row->mtu_reported[1] == 0 || item->bytes + row->overhead <= row->mtu_reported[1])
        return IPIP_PAIR_LOST;
    event->mtu = row->mtu_reported[1];
    return IPIP_PAIR_BEYOND_MTU;
}

/* The first reason that holds where no ICMP error gives one; LOST: none. */
static enum ipip_pair_reason reason_at_end(const struct ipip_pair *pair, enum ipip_pair_side side,
                                           const struct pair_item *item, uint32_t direction,
                                           struct ipip_pair_event *event)
{
    if (is_of_unknown_peer(pair, item))
        return IPIP_PAIR_UNKNOWN_PEER;
    if (pair->layout.relation != IPIP_PAIR_INNER_OUTER)
        return IPIP_PAIR_LOST;
    return side == IPIP_PAIR_SECOND ? reason_of_exit(pair, item) : reason_of_entry(pair, item, direction, event);
}

static bool is_before(const struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item)
{
    return pair->is_begun[1 - side] && item->time < pair->begin[1 - side];
}

/* The exit did not take the tunnel packet that the datagram came in, and reported that to the encapsulator; or NULL. */
static const struct icmp_report *refusal_of(const struct ipip_pair *pair, enum ipip_pair_side side,
                                            const struct pair_item *item)
{
    return side == IPIP_PAIR_SECOND ? icmp_reports_find(&pair->icmp_reports, item->datagram.group, item->bytes, true)
                                    : NULL;
}

static void take_report(struct ipip_pair_event *event, const struct icmp_report *report)
{
    event->other_frame = report->frame;
    event->mtu = report->mtu;
    event->icmp_type = report->type;
    event->icmp_code = report->code;
}

void pair_explain(struct ipip_pair *pair, enum ipip_pair_side side, const struct pair_item *item, uint32_t direction,
                  struct ipip_pair_event *event)
{
    enum ipip_pair_way way;
    const struct icmp_report *report = icmp_reports_find(&pair->icmp_reports, item->datagram.group, item->bytes, false);
    const struct icmp_report *refusal = refusal_of(pair, side, item);
    const struct pair_item *other;

    event->other_frame = matched_twin(pair, side, item);
    if (event->other_frame != 0) {
        event->reason = IPIP_PAIR_DUPLICATE;
    } else if (item->in_segments > 0 && item->in_segments >= item->data_bytes) {
        event->reason = IPIP_PAIR_SEGMENTED;
    } else if (direction != 0 && directions_way(&pair->directions, direction, &way) &&
               way != (enum ipip_pair_way)side) {
        event->reason = is_before(pair, side, item) ? IPIP_PAIR_BEFORE : IPIP_PAIR_MISSED;
    } else if (report != NULL) {
        event->reason = reason_reported(report->meaning);
        take_report(event, report);
    } else if ((event->reason = reason_at_end(pair, side, item, direction, event)) != IPIP_PAIR_LOST) {
        event->drop = (enum ipip_drop_why)item->drop;
    } else if (refusal != NULL) {
        event->reason = IPIP_PAIR_REFUSED_BY_EXIT;
        take_report(event, refusal);
    } else if (item->covered + item->in_segments > 0) {
        event->reason = IPIP_PAIR_IN_PART;
    } else if ((other = altered(pair, side, item)) != NULL) {
        event->reason = IPIP_PAIR_ALTERED;
        event->other_frame = other->frame;
    } else if (is_before(pair, side, item)) {
        event->reason = IPIP_PAIR_BEFORE;
    } else if (pair->is_begun[1 - side] && item->time > pair->end[1 - side]) {
        event->reason = IPIP_PAIR_AFTER;
    }
}
