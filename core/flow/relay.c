/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors of an encapsulator to the senders of what is inside, against those that it got from inside the tunnel. */
#include "flow/path.h"
#include "ipip/age.h"
#include "ipip/ipv6.h"

enum {
    /* Kinds over IPv6, with IPIP773; with a mapping that is required (RFC 2003); and with IPIP747 for senders of IPv6. */
    KINDS_OUTSIDE_IPV6 = 1 << IPIP_KIND_4IN6 | 1 << IPIP_KIND_6IN6 | 1 << IPIP_KIND_GRE6 | 1 << IPIP_KIND_GRETAP6,
    KINDS_MAPPED = 1 << IPIP_KIND_IPIP | 1 << IPIP_KIND_MINIMAL,
    KINDS_MTU_IPV6 = 1 << IPIP_KIND_6IN6 | 1 << IPIP_KIND_GRE | 1 << IPIP_KIND_GRE6,
    IPV6_LINK_MIN = 1280, /* RFC 8200 section 5 */
};

/* Such an error was seen, about a packet with the same inner addresses as far as its quote showed them. */
static bool is_same_flow(const struct flow *flow, const struct path *path, int forbidden,
                         const struct icmp_error *error)
{
    uint64_t addresses = path->forbidden_addresses[forbidden];

    return path->forbidden[forbidden].is_known && (addresses == 0 || addresses == path_addresses(flow, &error->quoted));
}

/* As an encapsulator's message to a sender (R in rules.md); its path may be unknown. */
static uint64_t relay_facts(const struct flow *flow, const struct path *path, const struct icmp_error *error,
                            int64_t now, struct rule_set *triggered, struct flow_view *e)
{
    int forbidden = path_forbidden(error);
    const struct moment *cause = NULL;
    uint64_t facts = 0;

    if (error->meaning == ICMP_MEANS_HOST) {
        facts |= ICMP_FACT_HOST_UNREACHABLE;
        if (path == NULL || !path->unreachable.is_known)
            facts |= ICMP_FACT_CAUSE_UNSEEN;
        else if (path->is_network_latest && moment_is_within(&path->network_unreachable, now, STATE_SECONDS)) {
            cause = &path->network_unreachable;
            rule_set_add(triggered, RULE_304);
        }
    }
    if (forbidden >= 0) {
        facts |= ICMP_FACT_FORBIDDEN;
        if (path == NULL || !is_same_flow(flow, path, forbidden, error) ||
            ipip_age_exceeds(now, path->forbidden[forbidden].time, RELAY_SECONDS * IPIP_AGE_SECOND)) {
            facts |= ICMP_FACT_CAUSE_UNSEEN;
        } else {
            cause = &path->forbidden[forbidden];
            rule_set_add(triggered, RULE_305);
        }
    }
    if (error->meaning == ICMP_MEANS_PARAMETER) {
        facts |= ICMP_FACT_PARAMETER;
        if (path == NULL || !moment_is_within(&path->parameter, now, RELAY_SECONDS)) {
            facts |= ICMP_FACT_CAUSE_UNSEEN;
        } else if (path->is_limit_problem) {
            facts |= ICMP_FACT_LIMIT;
            cause = &path->parameter;
            if (!icmp_is_ipv6(error) || ipip_ipv6_limit_offset(error->quote) == 0)
                rule_set_add(triggered, RULE_746);
        } else if (!path->is_beyond_header) {
            cause = &path->parameter;
            rule_set_add(triggered, RULE_310);
        }
    }
    if (cause != NULL)
        e->cause = other_at(cause, now);
    return facts;
}

/* After time exceeded inside, the sender should get "host unreachable" (RFC 2003 section 4.4). */
static uint64_t relay_after_exceeded(const struct flow *flow, const struct path *path, const struct icmp_error *error,
                                     int64_t now, struct rule_set *triggered, struct flow_view *e)
{
    bool is_same;

    if (path == NULL || !path->exceeded.is_known)
        return 0;
    is_same = (path->exceeded_addresses == 0 || path->exceeded_addresses == path_addresses(flow, &error->quoted)) &&
              path->exceeded_id == error->quoted.id;
    e->cause = other_at(&path->exceeded, now);
    /* A datagram that had no hops left died before the tunnel, as it should. */
    if (error->meaning == ICMP_MEANS_EXPIRED && is_same && error->quoted.ttl > 1 &&
        moment_is_within(&path->exceeded, now, RELAY_SECONDS)) {
        rule_set_add(triggered, (KINDS_OUTSIDE_IPV6 >> e->direction.kind & 1) != 0 ? RULE_773 : RULE_308);
        return ICMP_FACT_EXCEEDED_BEFORE;
    }
    if ((error->meaning != ICMP_MEANS_NETWORK && error->meaning != ICMP_MEANS_HOST) ||
        !moment_is_within(&path->exceeded, now, STATE_SECONDS))
        return 0;
    if (error->meaning == ICMP_MEANS_NETWORK && (KINDS_MAPPED >> e->direction.kind & 1) != 0 &&
        !moment_is_within(&path->network_unreachable, now, STATE_SECONDS))
        rule_set_add(triggered, RULE_308);
    return ICMP_FACT_EXCEEDED_BEFORE;
}

static uint64_t context_of_mtu(const struct icmp_error *error, const struct flow_view *e)
{
    bool is_own = icmp_is_ipv6(error) && (KINDS_MTU_IPV6 >> e->direction.kind & 1) != 0;

    return ICMP_FACT_TOO_BIG | (is_own ? ICMP_FACT_MTU_IPV6 : 0);
}

/* Too big, to a sender: the MTU should be the tunnel's less the encapsulation (RFC 2003 section 5.1). */
static uint64_t relay_mtu(struct path *path, const struct icmp_error *error, int64_t now, uint16_t known_mtu,
                          struct rule_set *triggered, struct flow_view *e)
{
    uint64_t facts = context_of_mtu(error, e);
    enum rule_place rule = (facts & ICMP_FACT_MTU_IPV6) != 0 ? RULE_747 : RULE_314;
    uint16_t mtu = path_mtu(path, now);

    path->has_toobig = true;
    if (mtu == 0 && known_mtu == 0 && !path->toobig.is_known)
        path->own_mtu = (uint16_t)(error->mtu < UINT16_MAX ? error->mtu : UINT16_MAX);
    if (mtu != 0)
        e->toobig = other_at(&path->toobig, now);
    if (known_mtu != 0 && (mtu == 0 || known_mtu < mtu))
        mtu = known_mtu;
    /* Such a one is fragmented, whatever the path takes. */
    if (rule == RULE_747 && error->quoted.total_bytes != 0 && error->quoted.total_bytes <= IPV6_LINK_MIN) {
        rule_set_add(triggered, rule);
        return facts;
    }
    if (mtu <= e->overhead)
        return facts | ICMP_FACT_MTU_UNKNOWN;
    e->mtu = mtu;
    e->expected_mtu = flow_mtu_inside(mtu, e->overhead, &error->quoted);
    if (error->mtu != e->expected_mtu && (error->mtu == 0 || error->mtu != path->own_mtu))
        rule_set_add(triggered, rule);
    return facts;
}

/* What came before matters for a message that can't be true, as for one that can. */
static uint64_t context_of_past(const struct path *path, int64_t now)
{
    uint64_t facts = 0;

    if (path != NULL && moment_is_within(&path->exceeded, now, STATE_SECONDS))
        facts |= ICMP_FACT_EXCEEDED_BEFORE;
    if (path != NULL && path->is_limit_problem && moment_is_within(&path->parameter, now, RELAY_SECONDS))
        facts |= ICMP_FACT_LIMIT;
    return facts;
}

/* Whether the message came out of a tunnel: then it is from beyond, not from the encapsulator. */
static bool has_come_through(const struct flow *flow, const struct ipip_layer *layer, int64_t now)
{
    const struct history_entry *entry = flow_find_content(flow, layer);

    return entry != NULL && ipip_age_distance(now, entry->time) <= PASSAGE_SECONDS * IPIP_AGE_SECOND;
}

/* The error from inside was about a datagram of which nothing else was seen in the tunnel: so is the answer to it. */
static void take_relay_of_unseen(const struct flow *flow, const struct icmp_error *error)
{
    struct path *path = NULL;

    if (error->doubt == ICMP_BELIEVED && icmp_is_unreachable(error) && flow->unreachable_inner != 0 &&
        flow->unreachable_inner == path_addresses(flow, &error->quoted))
        path = flow_known_path(flow, flow->unreachable);
    if (path != NULL)
        path->is_unreachable_open = false;
}

struct facts flow_take_relay(struct flow *flow, const struct flow_context *context, const struct ipip_layer *layer,
                             struct rule_set *triggered, struct flow_view *e)
{
    const struct icmp_error *error = &e->icmp;
    int64_t now = context->packet->time;
    struct inner_flow *inner = flow_known_inner(flow, error->quoted.src, error->quoted.dst);
    struct facts facts = {0, 0};
    const struct tunnel *t;
    struct path *path;

    if (error->meaning == ICMP_MEANS_TOO_BIG && !error->is_of_tunnel) {
        flow->has_toobig = true;
        flow->toobig_time = now;
    }
    if (inner == NULL) {
        take_relay_of_unseen(flow, error);
        return facts;
    }
    if (error->doubt == ICMP_BELIEVED)
        inner->is_told = inner->is_heard = true;
    if (ipip_address_equal(error->ip.src, error->quoted.dst) || has_come_through(flow, layer, now))
        return facts;
    e->direction = inner_flow_direction(flow, inner);
    e->overhead = inner->overhead;
    path = flow_known_path(flow, inner->tunnel_addresses);
    facts.context = ICMP_FACT_RELAY | path_context_of_family(error) | FACTS_OF_KIND(e->direction.kind);
    if (error->doubt != ICMP_BELIEVED) {
        facts.context |= path_context_of_doubted(error) | context_of_past(path, now);
        if (error->meaning == ICMP_MEANS_TOO_BIG)
            facts.context |= context_of_mtu(error, e);
        return facts;
    }
    if (inner->has_sides)
        sides_take_report(flow, context->packet, inner, error);
    t = flow_tunnel_of(flow, inner->tunnel_addresses);
    e->is_inherited = t != NULL && ipip_tunnel_inherits_ttl(&t->stats);
    facts.context |=
        relay_after_exceeded(flow, path, error, now, triggered, e) | relay_facts(flow, path, error, now, triggered, e);
    if (error->meaning == ICMP_MEANS_QUENCH)
        rule_set_add(triggered, RULE_307);
    if (error->meaning == ICMP_MEANS_TOO_BIG) {
        uint16_t expected = context->mtu_expected(context->operator, inner->tunnel_src, inner->tunnel_dst);

        path = flow_path(flow, inner->tunnel_addresses);
        if (inner->is_shared)
            facts.context |= context_of_mtu(error, e) | ICMP_FACT_MTU_UNKNOWN;
        else
            facts.context |= relay_mtu(path, error, now, expected, triggered, e);
        path->has_toobig = true;
        if (e->direction.kind == IPIP_KIND_4IN6 && !icmp_is_ipv6(error) && !ipip_ip_df(&error->quoted))
            rule_set_add(triggered, RULE_748);
        inner->is_relayed = true;
        inner->relayed_time = now;
    }
    if (icmp_is_unreachable(error) && path != NULL) {
        path->is_unreachable_open = false;
        path->exceeded_count = 0;
    }
    path_check_family(error, triggered);
    if (error->is_carried_unknown)
        facts.context |= ICMP_FACT_QUOTE_CUT;
    if (path_is_about_untouchable(error))
        rule_set_add(triggered, RULE_316);
    return facts;
}
