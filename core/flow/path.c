/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors about tunnel packets, and the path that they show. */
#include "flow/state.h"
#include "ipip/address.h"
#include "ipip/age.h"
#include "packet/fingerprint.h"

enum {
    MTU_MIN = 68,           /* RFC 791 section 3.2 */
    MTU_USUAL_MIN = 576,    /* below, no link that is still in use */
    QUOTE_MIN = 28,         /* octets behind the outer header: the inner one, and 8 more */
    EXCEEDED_REPEATED = 3,  /* errors within STATE_SECONDS that the encapsulator must have seen */
    INHERITED_TTL_MAX = 16, /* such a one, equal to the inner one, came from there */
};

static uint64_t addresses_of(const struct flow *flow, const struct ipip_ip *ip)
{
    return fingerprint_of_addresses(&flow->paths.keys, ip->src, ip->dst);
}

/* The tunnel packet that is quoted, if it is still remembered; `*is_short` where that can't be expected. */
static const struct history_entry *find_quoted(struct flow *flow, const struct icmp_error *error, int64_t now,
                                               bool *is_short)
{
    const struct tunnel *t = flow_ipip_between(flow, error->quoted.src, error->quoted.dst);
    const struct history_entry *entry = flow_find_id(flow, &error->quoted);
    int64_t oldest;

    *is_short =
        t == NULL || t->has_segments || !ipip_age_exceeds(now, t->first_time, RELAY_SECONDS * IPIP_AGE_SECOND) ||
        (history_oldest(&flow->history, &oldest) && !ipip_age_exceeds(now, oldest, RELAY_SECONDS * IPIP_AGE_SECOND));
    if (error->quoted.fragment_offset != 0) {
        *is_short |= entry == NULL;
        return entry;
    }
    if (entry != NULL && !history_is(entry, HISTORY_FRAGMENT) && entry->total_bytes != error->quoted.total_bytes) {
        /* Another one with this Identification, or fragmented or merged on the path. */
        *is_short = true;
        return NULL;
    }
    return entry;
}

/* How far it is: the quote shows with which TTL the packet arrived where the error comes from. */
static void measure(struct path *path, const struct icmp_error *error, const struct history_entry *quoted)
{
    uint8_t arrived = error->quoted.ttl == 0 ? 1 : error->quoted.ttl;
    unsigned routers = (unsigned)quoted->ttl - arrived;

    if (arrived > quoted->ttl || routers > TUNNEL_HOPS_MAX || ipip_address_equal(error->ip.src, error->quoted.src))
        return;
    if (ipip_address_equal(error->ip.src, error->quoted.dst)) {
        path->hops = (uint8_t)routers;
        path->has_hops = true;
    } else if (routers + 1 > path->hops_min) {
        path->hops_min = (uint8_t)(routers + 1);
    }
}

static void take_mtu(struct path *path, const struct flow_context *context, const struct icmp_error *error)
{
    int64_t now = context->packet->time;

    if (error->mtu < MTU_MIN || error->mtu >= error->quoted.total_bytes)
        return;
    if (path_mtu(path, now) != 0 && path->mtu < error->mtu)
        return;
    if (path_mtu(path, now) != error->mtu) {
        path->mtu = error->mtu;
        path->over = 0;
        path->toobig = path->period = moment_of(context->packet);
    } else if (ipip_age_exceeds(now, path->toobig_time, RETRY_SECONDS * IPIP_AGE_SECOND)) {
        path->over = 0;
        path->period = moment_of(context->packet);
    }
    path->toobig_time = now;
}

static int forbidden_kind(const struct icmp_error *error)
{
    if (error->type == ICMP_REDIRECT)
        return FORBIDDEN_REDIRECT;
    if (icmp_is(error, ICMP_UNREACHABLE, ICMP_PROTOCOL))
        return FORBIDDEN_PROTOCOL;
    if (icmp_is(error, ICMP_UNREACHABLE, ICMP_PORT))
        return FORBIDDEN_PORT;
    return icmp_is(error, ICMP_UNREACHABLE, ICMP_SOURCE_ROUTE) ? FORBIDDEN_SOURCE_ROUTE : -1;
}

/* A TTL that came from a datagram with few hops left, as traceroute sends it. */
static bool is_inherited(const struct flow *flow, const struct icmp_error *error, const struct history_entry *quoted)
{
    const struct tunnel *t = flow_ipip_between(flow, error->quoted.src, error->quoted.dst);
    int hops;

    if (t != NULL && ipip_tunnel_inherits_ttl(&t->stats))
        return true;
    if (quoted != NULL && history_is(quoted, HISTORY_CONTENT)) {
        hops = quoted->inner_ttl - quoted->ttl;
        return quoted->inner_ttl <= INHERITED_TTL_MAX &&
               ((hops >= -1 && hops <= 1) || (t != NULL && t->stats.ttl.packets > 1 && hops == t->stats.ttl.hops[0]));
    }
    return error->has_inner && error->inner.ttl <= INHERITED_TTL_MAX &&
           (t == NULL || error->inner.ttl <= error->quoted.ttl + 1);
}

/* Time exceeded in transit, repeatedly, while a sender goes on and gets no ICMP error. */
static uint64_t take_exceeded(const struct flow *flow, struct path *path, const struct flow_context *context,
                              const struct icmp_error *error, const struct history_entry *quoted,
                              struct rule_set *triggered, struct flow_view *e)
{
    int64_t now = context->packet->time;

    if (path->exceeded_count == 0 || !moment_is_within(&path->exceeded_first, now, STATE_SECONDS)) {
        path->exceeded_first = moment_of(context->packet);
        path->exceeded_count = 0;
        path->has_inner = false;
    }
    /* On several interfaces it is one error. */
    if (path->exceeded_count == 0 || path->exceeded_quoted != error->quoted.id)
        path->exceeded_count = (uint16_t)(path->exceeded_count + (path->exceeded_count < UINT16_MAX));
    path->exceeded_quoted = (uint16_t)error->quoted.id;
    path->exceeded = moment_of(context->packet);
    path->exceeded_addresses = error->has_inner ? addresses_of(flow, &error->inner) : 0;
    path->exceeded_id = error->has_inner ? (uint16_t)error->inner.id : quoted != NULL ? quoted->inner_id : 0;
    rule_set_add(triggered, RULE_108);
    if (path->exceeded_count < EXCEEDED_REPEATED || !path->has_inner)
        return ICMP_FACT_TIME_EXCEEDED | ICMP_FACT_WAITING;
    e->cause = other_at(&path->exceeded_first, now);
    e->times = path->exceeded_count;
    e->is_at_device = flow_is_at_device(flow, error->quoted.src, error->quoted.dst);
    rule_set_add(triggered, RULE_308);
    return ICMP_FACT_TIME_EXCEEDED;
}

static uint64_t take_unreachable(struct path *path, const struct flow_context *context, const struct icmp_error *error,
                                 bool is_mismatch, struct rule_set *triggered)
{
    if (error->code == ICMP_NETWORK || error->code == ICMP_HOST) {
        /* The first that was not relayed; each packet that can't get there draws one more. */
        if (!path->is_unreachable_open) {
            path->unreachable = moment_of(context->packet);
            path->is_unreachable_open = true;
        }
        if (error->code == ICMP_NETWORK)
            path->network_unreachable = moment_of(context->packet);
    }
    if ((error->code == ICMP_PROTOCOL || error->code == ICMP_PORT) &&
        ipip_address_equal(error->ip.src, error->quoted.dst))
        rule_set_add(triggered, RULE_311);
    if (error->code != ICMP_TOO_BIG)
        return 0;
    path->has_toobig = true;
    if (error->mtu != 0 && (error->mtu < MTU_USUAL_MIN || error->mtu >= error->quoted.total_bytes))
        rule_set_add(triggered, RULE_315);
    if (!is_mismatch)
        take_mtu(path, context, error);
    return ICMP_FACT_TOO_BIG;
}

/* What of it an error must not be about (RFC 1812 section 4.3.2.7). A router inside can't know what a tunnel packet carries. */
static bool is_about_untouchable(const struct icmp_error *error)
{
    return error->quoted.fragment_offset != 0 || ipip_address_is_group(error->quoted.dst) ||
           (error->carried_type >= 0 && icmp_is_error((unsigned)error->carried_type));
}

/* What kind of message it would be, if it were true. */
static uint64_t context_of_doubted(const struct icmp_error *error)
{
    uint64_t facts = ICMP_FACT_DOUBTED;

    if (icmp_is(error, ICMP_UNREACHABLE, ICMP_TOO_BIG))
        facts |= ICMP_FACT_TOO_BIG;
    if (icmp_is(error, ICMP_UNREACHABLE, ICMP_HOST))
        facts |= ICMP_FACT_HOST_UNREACHABLE;
    if (icmp_is(error, ICMP_TIME_EXCEEDED, 0))
        facts |= ICMP_FACT_TIME_EXCEEDED;
    if (error->type == ICMP_PARAMETER_PROBLEM)
        facts |= ICMP_FACT_PARAMETER;
    return forbidden_kind(error) >= 0 ? facts | ICMP_FACT_FORBIDDEN : facts;
}

struct facts flow_take_error(struct flow *flow, const struct flow_context *context, struct rule_set *triggered,
                             struct flow_view *e)
{
    const struct icmp_error *error = &e->icmp;
    int64_t now = context->packet->time;
    int forbidden = forbidden_kind(error);
    const struct history_entry *quoted;
    struct path *path;
    bool is_short, is_mismatch;
    struct facts facts = {0, 0};

    e->tunnel_src = error->quoted.src;
    e->tunnel_dst = error->quoted.dst;
    e->overhead = error->overhead;
    if (error->doubt != ICMP_BELIEVED) {
        rule_set_add(triggered, RULE_302);
        return (struct facts){ICMP_FACT_TUNNEL | context_of_doubted(error), 0};
    }
    path = flow_path(flow, error->quoted.src, error->quoted.dst);
    quoted = find_quoted(flow, error, now, &is_short);
    /* An encapsulator's error to itself may be about a packet that it never sent. */
    is_mismatch = quoted == NULL && !is_short && !ipip_address_equal(error->ip.src, error->quoted.src);
    facts.context = ICMP_FACT_TUNNEL | (quoted == NULL && is_short ? ICMP_FACT_HISTORY_SHORT : 0);
    e->is_inherited = is_inherited(flow, error, quoted);
    if (quoted != NULL)
        measure(path, error, quoted);
    if (error->quote.wire < error->overhead + (uint32_t)QUOTE_MIN)
        rule_set_add(triggered, RULE_301);
    if (is_mismatch)
        rule_set_add(triggered, RULE_302);
    if (forbidden >= 0) {
        path->forbidden[forbidden] = moment_of(context->packet);
        path->forbidden_addresses[forbidden] = error->has_inner ? addresses_of(flow, &error->inner) : 0;
    }
    if (error->type == ICMP_UNREACHABLE)
        facts.context |= take_unreachable(path, context, error, is_mismatch, triggered);
    else if (error->type == ICMP_SOURCE_QUENCH)
        rule_set_add(triggered, RULE_307);
    else if (icmp_is(error, ICMP_TIME_EXCEEDED, 0))
        facts.context |= take_exceeded(flow, path, context, error, quoted, triggered, e);
    else if (error->type == ICMP_PARAMETER_PROBLEM) {
        path->parameter = moment_of(context->packet);
        path->parameter_pointer = error->pointer;
        path->parameter_header = (uint8_t)error->quoted.header_bytes;
    }
    if (is_about_untouchable(error))
        rule_set_add(triggered, RULE_316);
    if (ipip_address_equal(error->ip.src, error->quoted.dst) && !rule_set_has(triggered, RULE_311))
        rule_set_add(triggered, RULE_317);
    return facts;
}

/* Such an error was seen, about a packet with the same inner addresses as far as its quote showed them. */
static bool is_same_flow(const struct flow *flow, const struct path *path, int forbidden,
                         const struct icmp_error *error)
{
    uint64_t addresses = path->forbidden_addresses[forbidden];

    return path->forbidden[forbidden].is_known && (addresses == 0 || addresses == addresses_of(flow, &error->quoted));
}

/* As an encapsulator's message to a sender (R in rules.md); its path may be unknown. */
static uint64_t relay_facts(const struct flow *flow, const struct path *path, const struct icmp_error *error,
                            int64_t now, struct rule_set *triggered, struct flow_view *e)
{
    int forbidden = forbidden_kind(error);
    const struct moment *cause = NULL;
    uint64_t facts = 0;

    if (icmp_is(error, ICMP_UNREACHABLE, ICMP_HOST)) {
        facts |= ICMP_FACT_HOST_UNREACHABLE;
        if (path == NULL || !path->unreachable.is_known)
            facts |= ICMP_FACT_CAUSE_UNSEEN;
        else if (moment_is_within(&path->network_unreachable, now, STATE_SECONDS)) {
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
    if (error->type == ICMP_PARAMETER_PROBLEM) {
        facts |= ICMP_FACT_PARAMETER;
        if (path == NULL || !moment_is_within(&path->parameter, now, RELAY_SECONDS)) {
            facts |= ICMP_FACT_CAUSE_UNSEEN;
        } else if (path->parameter_pointer < path->parameter_header) {
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
    is_same = (path->exceeded_addresses == 0 || path->exceeded_addresses == addresses_of(flow, &error->quoted)) &&
              path->exceeded_id == error->quoted.id;
    e->cause = other_at(&path->exceeded, now);
    /* A datagram that had no hops left died before the tunnel, as it should. */
    if (error->type == ICMP_TIME_EXCEEDED && is_same && error->quoted.ttl > 1 &&
        moment_is_within(&path->exceeded, now, RELAY_SECONDS)) {
        rule_set_add(triggered, RULE_308);
        return ICMP_FACT_EXCEEDED_BEFORE;
    }
    if (error->type != ICMP_UNREACHABLE || error->code > ICMP_HOST ||
        !moment_is_within(&path->exceeded, now, STATE_SECONDS))
        return 0;
    if (error->code == ICMP_NETWORK && !moment_is_within(&path->network_unreachable, now, STATE_SECONDS))
        rule_set_add(triggered, RULE_308);
    return ICMP_FACT_EXCEEDED_BEFORE;
}

/* "Fragmentation needed" to a sender: the MTU should be the tunnel's less the encapsulation (RFC 2003 section 5.1). */
static uint64_t relay_mtu(struct path *path, const struct icmp_error *error, int64_t now, uint16_t known_mtu,
                          struct rule_set *triggered, struct flow_view *e)
{
    uint16_t mtu = path_mtu(path, now);

    path->has_toobig = true;
    if (mtu == 0 && known_mtu == 0 && !path->toobig.is_known)
        path->own_mtu = error->mtu;
    if (mtu != 0)
        e->toobig = other_at(&path->toobig, now);
    if (known_mtu != 0 && (mtu == 0 || known_mtu < mtu))
        mtu = known_mtu;
    if (mtu <= e->overhead)
        return ICMP_FACT_TOO_BIG | ICMP_FACT_MTU_UNKNOWN;
    e->mtu = mtu;
    e->expected_mtu = (uint16_t)(mtu - e->overhead);
    if (error->mtu != e->expected_mtu && (error->mtu == 0 || error->mtu != path->own_mtu))
        rule_set_add(triggered, RULE_314);
    return ICMP_FACT_TOO_BIG;
}

/* Whether the message came out of a tunnel: then it is from beyond, not from the encapsulator. */
static bool has_come_through(const struct flow *flow, const struct ipip_layer *layer, int64_t now)
{
    const struct history_entry *entry = flow_find_content(flow, layer);

    return entry != NULL && ipip_age_distance(now, entry->time) <= PASSAGE_SECONDS * IPIP_AGE_SECOND;
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

    if (icmp_is(error, ICMP_UNREACHABLE, ICMP_TOO_BIG) && !error->is_of_tunnel) {
        flow->has_toobig = true;
        flow->toobig_time = now;
    }
    if (inner == NULL)
        return facts;
    if (error->doubt == ICMP_BELIEVED)
        inner->is_told = inner->is_heard = true;
    if (ipip_address_equal(error->ip.src, error->quoted.dst) || has_come_through(flow, layer, now))
        return facts;
    e->tunnel_src = inner->tunnel_src;
    e->tunnel_dst = inner->tunnel_dst;
    e->overhead = inner->overhead;
    if (error->doubt != ICMP_BELIEVED)
        return (struct facts){ICMP_FACT_RELAY | context_of_doubted(error), 0};
    if (inner->has_sides)
        sides_take_report(flow, context->packet, inner, error);
    t = flow_ipip_between(flow, inner->tunnel_src, inner->tunnel_dst);
    e->is_inherited = t != NULL && ipip_tunnel_inherits_ttl(&t->stats);
    path = flow_known_path(flow, inner->tunnel_src, inner->tunnel_dst);
    facts.context = ICMP_FACT_RELAY;
    facts.context |=
        relay_after_exceeded(flow, path, error, now, triggered, e) | relay_facts(flow, path, error, now, triggered, e);
    if (error->type == ICMP_SOURCE_QUENCH)
        rule_set_add(triggered, RULE_307);
    if (icmp_is(error, ICMP_UNREACHABLE, ICMP_TOO_BIG)) {
        uint16_t expected = context->mtu_expected(context->operator, inner->tunnel_src, inner->tunnel_dst);

        path = flow_path(flow, inner->tunnel_src, inner->tunnel_dst);
        if (inner->is_shared)
            facts.context |= ICMP_FACT_TOO_BIG | ICMP_FACT_MTU_UNKNOWN;
        else
            facts.context |= relay_mtu(path, error, now, expected, triggered, e);
        path->has_toobig = true;
        inner->is_relayed = true;
        inner->relayed_time = now;
    }
    if (error->type == ICMP_UNREACHABLE && path != NULL) {
        path->is_unreachable_open = false;
        path->exceeded_count = 0;
    }
    if (error->is_carried_unknown)
        facts.context |= ICMP_FACT_QUOTE_CUT;
    if (is_about_untouchable(error))
        rule_set_add(triggered, RULE_316);
    return facts;
}
