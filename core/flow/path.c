/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors about tunnel packets, and the path that they show. */
#include "flow/path.h"
#include "ipip/address.h"
#include "ipip/age.h"
#include "ipip/ipv6.h"

enum {
    MTU_MIN = 68,        /* RFC 791 section 3.2 */
    MTU_USUAL_MIN = 576, /* below, no link that is still in use */
    MTU_MIN_IPV6 = 1280, /* RFC 8200 section 5; below, an error is to be discarded (RFC 8201 section 4) */
    /* Kinds whose encapsulator should tell a sender that the TTL expired, and is missed where it does not. */
    KINDS_REPORTING = 1 << IPIP_KIND_IPIP | 1 << IPIP_KIND_MINIMAL | 1 << IPIP_KIND_GRE | IPIP_KINDS_OVER_UDP,
    WITHOUT_ID_MAX = 64,     /* datagrams of a direction that are looked at where no Identification is theirs alone */
    WITHOUT_ID_STEPS = 1024, /* of all directions, likewise: what an error may cost */
    EXCEEDED_REPEATED = 3,   /* errors within STATE_SECONDS that the encapsulator must have seen */
    INHERITED_TTL_MAX = 16,  /* such a one, equal to the inner one, came from there */
};

static bool is_alike(const struct history_entry *entry, const struct icmp_error *error)
{
    return entry->total_bytes == error->quoted.total_bytes &&
           (!error->has_inner || entry->inner_id == (uint16_t)error->inner.id);
}

/*
 * One of the latest of the direction that looks like what is quoted; `*is_given_up`: there are more than are looked at. The chain of an
 * Identification has only the last of those that all have none.
 */
static const struct history_entry *find_alike(const struct flow *flow, uint64_t direction,
                                              const struct icmp_error *error, bool *is_given_up)
{
    const struct history *r = &flow->history;
    unsigned left = WITHOUT_ID_MAX, steps = 0;

    for (uint32_t number = r->added; history_has(r, number) && left > 0 && steps < WITHOUT_ID_STEPS; number--) {
        const struct history_entry *entry = &r->entries[number & r->mask];

        steps++;
        if (entry->addresses != direction || entry->id != 0 || entry->protocol != error->quoted.protocol)
            continue;
        if (is_alike(entry, error))
            return entry;
        left--;
    }
    *is_given_up = left == 0 || steps == WITHOUT_ID_STEPS;
    return NULL;
}

/* The tunnel packet that is quoted, if it is still remembered; `*is_short` where that can't be expected. */
static const struct history_entry *find_quoted(struct flow *flow, const struct tunnel *t, uint64_t direction,
                                               const struct icmp_error *error, int64_t now, bool *is_short)
{
    bool has_id = error->quoted.version == 4 || error->quoted.id != 0;
    const struct history_entry *entry;
    bool is_given_up = false;
    int64_t oldest;

    entry = has_id ? flow_find_id(flow, direction, &error->quoted) : find_alike(flow, direction, error, &is_given_up);
    /* What holds no IP packet is not remembered. */
    *is_short =
        is_given_up || t == NULL || t->has_segments || (!error->has_inner && t->kind != IPIP_KIND_IPIP) ||
        !ipip_age_exceeds(now, t->first_time, RELAY_SECONDS * IPIP_AGE_SECOND) ||
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

    if (error->mtu < (icmp_is_ipv6(error) ? MTU_MIN_IPV6 : MTU_MIN) || error->mtu >= error->quoted.total_bytes ||
        error->mtu > UINT16_MAX)
        return;
    if (path_mtu(path, now) != 0 && path->mtu < error->mtu)
        return;
    if (path_mtu(path, now) != error->mtu) {
        path->mtu = (uint16_t)error->mtu;
        path->over = 0;
        path->toobig = path->period = moment_of(context->packet);
    } else if (ipip_age_exceeds(now, path->toobig_time, RETRY_SECONDS * IPIP_AGE_SECOND)) {
        path->over = 0;
        path->period = moment_of(context->packet);
    }
    path->toobig_time = now;
}

int path_forbidden(const struct icmp_error *error)
{
    static const enum icmp_meaning kinds[FORBIDDEN_KINDS] = {
        [FORBIDDEN_PROTOCOL] = ICMP_MEANS_PROTOCOL,
        [FORBIDDEN_PORT] = ICMP_MEANS_PORT,
        [FORBIDDEN_SOURCE_ROUTE] = ICMP_MEANS_SOURCE_ROUTE,
        [FORBIDDEN_REDIRECT] = ICMP_MEANS_REDIRECT,
    };

    for (int kind = 0; kind < FORBIDDEN_KINDS; kind++) {
        if (kinds[kind] == error->meaning)
            return kind;
    }
    return -1;
}

/* A TTL that came from a datagram with few hops left, as traceroute sends it. */
static bool is_inherited(const struct tunnel *t, const struct icmp_error *error, const struct history_entry *quoted)
{
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
    if (path->exceeded_count == 0 || path->exceeded_quoted != error->quoted.id ||
        (icmp_is_ipv6(error) && ipip_age_distance(now, path->exceeded.time) > IPIP_AGE_MILLISECOND))
        path->exceeded_count = (uint16_t)(path->exceeded_count + (path->exceeded_count < UINT16_MAX));
    path->exceeded_quoted = (uint16_t)error->quoted.id;
    path->exceeded = moment_of(context->packet);
    path->exceeded_addresses = error->has_inner ? path_addresses(flow, &error->inner) : 0;
    path->exceeded_id = error->has_inner ? (uint16_t)error->inner.id : quoted != NULL ? quoted->inner_id : 0;
    rule_set_add(triggered, RULE_108);
    if ((KINDS_REPORTING >> error->direction.kind & 1) == 0)
        return ICMP_FACT_TIME_EXCEEDED;
    if (path->exceeded_count < EXCEEDED_REPEATED || !path->has_inner)
        return ICMP_FACT_TIME_EXCEEDED | ICMP_FACT_WAITING;
    e->cause = other_at(&path->exceeded_first, now);
    e->times = path->exceeded_count;
    e->is_at_device = error->direction.kind == IPIP_KIND_IPIP
                          ? flow_is_at_device(flow, flow_key(flow, &error->direction))
                          : path->is_at_device;
    rule_set_add(triggered, RULE_308);
    return ICMP_FACT_TIME_EXCEEDED;
}

static uint64_t take_too_big(struct path *path, const struct flow_context *context, const struct icmp_error *error,
                             bool is_mismatch, struct rule_set *triggered)
{
    uint32_t usual = icmp_is_ipv6(error) ? 0 : MTU_USUAL_MIN;

    path->has_toobig = true;
    if (error->mtu != 0 && (error->mtu < usual || error->mtu >= error->quoted.total_bytes))
        rule_set_add(triggered, RULE_315);
    if (!is_mismatch)
        take_mtu(path, context, error);
    return ICMP_FACT_TOO_BIG;
}

static uint64_t take_unreachable(struct flow *flow, struct path *path, const struct flow_context *context,
                                 const struct icmp_error *error, bool is_mismatch, struct rule_set *triggered)
{
    if (error->meaning == ICMP_MEANS_NETWORK || error->meaning == ICMP_MEANS_HOST) {
        /* The first that was not relayed; each packet that can't get there draws one more. */
        if (!path->is_unreachable_open) {
            path->unreachable = moment_of(context->packet);
            path->is_unreachable_open = true;
        }
        flow->unreachable_inner = error->has_inner ? path_addresses(flow, &error->inner) : 0;
        flow->unreachable = flow_key(flow, &error->direction);
        if (error->meaning == ICMP_MEANS_NETWORK)
            path->network_unreachable = moment_of(context->packet);
    }
    if ((error->meaning == ICMP_MEANS_PROTOCOL || error->meaning == ICMP_MEANS_PORT) &&
        ipip_address_equal(error->ip.src, error->quoted.dst))
        rule_set_add(triggered, RULE_311);
    return error->meaning == ICMP_MEANS_TOO_BIG ? take_too_big(path, context, error, is_mismatch, triggered) : 0;
}

/* Errors of IPv6 that may be about what goes to many: too big, and an option that asks for it (RFC 4443 section 2.4e). */
static bool may_answer_group(const struct icmp_error *error)
{
    enum { UNKNOWN_OPTION = 2 };

    return icmp_is_ipv6(error) && (error->meaning == ICMP_MEANS_TOO_BIG ||
                                   (error->meaning == ICMP_MEANS_PARAMETER && error->code == UNKNOWN_OPTION));
}

bool path_is_about_untouchable(const struct icmp_error *error)
{
    return (error->quoted.fragment_offset != 0 && !icmp_is_ipv6(error)) || error->carries_error ||
           (ipip_address_is_group(error->quoted.dst) && !may_answer_group(error));
}

uint64_t path_context_of_doubted(const struct icmp_error *error)
{
    static const uint64_t facts[] = {
        [ICMP_MEANS_TOO_BIG] = ICMP_FACT_TOO_BIG,
        [ICMP_MEANS_HOST] = ICMP_FACT_HOST_UNREACHABLE,
        [ICMP_MEANS_EXPIRED] = ICMP_FACT_TIME_EXCEEDED,
        [ICMP_MEANS_PARAMETER] = ICMP_FACT_PARAMETER,
        [ICMP_MEANS_NOTHING] = 0,
    };

    return ICMP_FACT_DOUBTED | facts[error->meaning] | (path_forbidden(error) >= 0 ? ICMP_FACT_FORBIDDEN : 0);
}

uint64_t path_context_of_family(const struct icmp_error *error)
{
    return icmp_is_ipv6(error) ? ICMP_FACT_IPV6 : 0;
}

void path_check_family(const struct icmp_error *error, struct rule_set *triggered)
{
    if (!icmp_is_ipv6(error))
        return;
    if (error->meaning == ICMP_MEANS_TOO_BIG && error->mtu < MTU_MIN_IPV6)
        rule_set_add(triggered, RULE_772);
    if (error->meaning != ICMP_MEANS_TOO_BIG && error->meaning != ICMP_MEANS_PARAMETER &&
        ipip_address_is_ipv4(error->ip.src))
        rule_set_add(triggered, RULE_771);
}

/* Of a parameter problem of a packet that must not be encapsulated any more: where its limit is in the quote; else 0. */
static uint32_t limit_of(const struct icmp_error *error)
{
    uint32_t at;

    if (!icmp_is_ipv6(error) || error->meaning != ICMP_MEANS_PARAMETER || error->code != 0)
        return 0;
    at = ipip_ipv6_limit_offset(error->quote);
    return at != 0 && at < error->quoted.header_bytes && error->quote.data[at] == 0 ? at : 0;
}

static uint64_t take_parameter(struct path *path, const struct flow_context *context, const struct icmp_error *error,
                               struct rule_set *triggered, struct flow_view *e)
{
    uint32_t limit = limit_of(error);

    path->parameter = moment_of(context->packet);
    path->is_beyond_header = error->pointer >= error->quoted.header_bytes;
    path->is_limit_problem = limit != 0;
    e->limit_offset = (uint16_t)limit;
    if (limit != 0 && error->pointer != limit)
        rule_set_add(triggered, RULE_746);
    return ICMP_FACT_PARAMETER | (limit != 0 ? ICMP_FACT_LIMIT : 0);
}

struct facts flow_take_error(struct flow *flow, const struct flow_context *context, struct rule_set *triggered,
                             struct flow_view *e)
{
    const struct icmp_error *error = &e->icmp;
    int64_t now = context->packet->time;
    int forbidden = path_forbidden(error);
    uint64_t direction = flow_key(flow, &error->direction);
    const struct tunnel *t = flow_tunnel_of(flow, direction);
    const struct history_entry *quoted;
    struct path *path;
    bool is_short, is_mismatch;
    struct facts facts = {ICMP_FACT_TUNNEL | path_context_of_family(error) | FACTS_OF_KIND(error->direction.kind), 0};

    e->direction = error->direction;
    e->overhead = error->overhead;
    if (error->doubt != ICMP_BELIEVED) {
        rule_set_add(triggered, RULE_302);
        facts.context |= path_context_of_doubted(error) | (limit_of(error) != 0 ? ICMP_FACT_LIMIT : 0);
        return facts;
    }
    path = flow_path(flow, direction);
    path->is_network_latest = error->meaning == ICMP_MEANS_NETWORK;
    quoted = find_quoted(flow, t, direction, error, now, &is_short);
    /* An encapsulator's error to itself may be about a packet that it never sent. */
    is_mismatch = quoted == NULL && !is_short && !ipip_address_equal(error->ip.src, error->quoted.src);
    facts.context |= quoted == NULL && is_short ? ICMP_FACT_HISTORY_SHORT : 0;
    e->is_inherited = is_inherited(t, error, quoted);
    if (quoted != NULL)
        measure(path, error, quoted);
    if (error->quote.wire < icmp_quote_min(error))
        rule_set_add(triggered, RULE_301);
    if (is_mismatch)
        rule_set_add(triggered, RULE_302);
    if (forbidden >= 0) {
        path->forbidden[forbidden] = moment_of(context->packet);
        path->forbidden_addresses[forbidden] = error->has_inner ? path_addresses(flow, &error->inner) : 0;
    }
    if (icmp_is_unreachable(error))
        facts.context |= take_unreachable(flow, path, context, error, is_mismatch, triggered);
    else if (error->meaning == ICMP_MEANS_QUENCH)
        rule_set_add(triggered, RULE_307);
    else if (error->meaning == ICMP_MEANS_EXPIRED)
        facts.context |= take_exceeded(flow, path, context, error, quoted, triggered, e);
    else if (error->meaning == ICMP_MEANS_PARAMETER)
        facts.context |= take_parameter(path, context, error, triggered, e);
    path_check_family(error, triggered);
    if (path_is_about_untouchable(error))
        rule_set_add(triggered, RULE_316);
    if (ipip_address_equal(error->ip.src, error->quoted.dst) && !rule_set_has(triggered, RULE_311))
        rule_set_add(triggered, RULE_317);
    return facts;
}
