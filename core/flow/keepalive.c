/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/keepalive.h"

#include "flow/state.h"
#include "ipip/gre.h"
#include "packet/fingerprint.h"

static bool has_way_back(const struct ipip_layer *outer)
{
    const struct ipip_layer *inner = outer + 1;

    return inner->ip.protocol == IPIP_PROTOCOL_GRE && ipip_address_equal(inner->ip.src, outer->ip.dst) &&
           ipip_address_equal(inner->ip.dst, outer->ip.src);
}

bool keepalive_is(const struct ipip_layer *outer)
{
    struct ipip_gre gre;

    return has_way_back(outer) && ipip_gre_read(&gre, ipip_layer_payload(outer + 1)) == IPIP_OK && gre.type == 0;
}

bool keepalive_may_be(const struct ipip_layer *outer)
{
    struct ipip_bytes payload = ipip_layer_payload(outer + 1);
    struct ipip_gre gre;

    return has_way_back(outer) && payload.captured < payload.wire && ipip_gre_read(&gre, payload) == IPIP_TRUNCATED;
}

/* Another one goes out, unless it is a copy. True where those before should have come back, and enough have not. */
static bool send(struct keepalive_side *side, int64_t now)
{
    bool is_due =
        side->open >= KEEPALIVES_UNANSWERED && ipip_age_exceeds(now, side->due, KEEPALIVE_SECONDS * IPIP_AGE_SECOND);

    if (side->open > 0 && ipip_age_distance(now, side->time) <= IPIP_AGE_MILLISECOND)
        return false;
    side->time = now;
    if (side->open < KEEPALIVES_UNANSWERED && ++side->open == KEEPALIVES_UNANSWERED)
        side->due = now;
    return is_due;
}

struct keepalive_step keepalive_take(struct flow *flow, const struct ipip_ip *ip, enum keepalive_role role, int64_t now)
{
    uint64_t hash = fingerprint_of_addresses(&flow->keepalives.keys, ip->src, ip->dst);
    bool is_new;
    struct keepalive_pair *pair = lru_row(&flow->keepalives, lru_get(&flow->keepalives, hash & ~UINT64_C(1), &is_new));
    struct keepalive_side *side = &pair->sides[hash & 1];
    struct keepalive_side *back = &pair->sides[~hash & 1];
    struct keepalive_step step = {false, false};

    side->is_seen = true;
    if (role == KEEPALIVE_BACK)
        back->open = 0;
    if (role != KEEPALIVE_SENT)
        return step;
    step.is_open = !back->is_seen;
    step.is_unanswered = send(side, now) && back->is_seen && !side->is_told;
    side->is_told |= step.is_unanswered;
    return step;
}
