/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/bindings.h"

#include "flow/state.h"
#include "ipip/age.h"
#include "ipip/udp.h"
#include "packet/fingerprint.h"

enum {
    PORT = BINDINGS_PORT,
    REQUEST = 1,
    REPLY = 3,
    REQUEST_OCTETS = 24,
    REPLY_OCTETS = 20,
    ACCEPTED_MAX = 1,
    FOR_EVER = 65535
};

/* Flags of the request: the bindings before stay; minimal encapsulation, and GRE. */
enum { SEVERAL = 0x80, WITH_MINIMAL = 0x10, WITH_GRE = 0x08 };

/* For so long a packet may be on its way that was sent before its registration changed. */
static const uint64_t on_its_way = 2 * IPIP_AGE_SECOND;

static struct ipip_addr address_at(const uint8_t *octets)
{
    return ipip_address_ipv4(wire_get32(octets));
}

static struct binding *binding_of(struct flow *flow, struct ipip_addr home, struct ipip_addr agent)
{
    bool is_new;

    return lru_row(&flow->bindings,
                   lru_get(&flow->bindings, fingerprint_of_addresses(&flow->bindings.keys, home, agent), &is_new));
}

/* RFC 5944 section 3.3: flags, lifetime, home address, home agent, care-of address, Identification. */
static void take_request(struct flow *flow, const uint8_t *message)
{
    struct binding *b = binding_of(flow, address_at(message + 4), address_at(message + 8));

    b->has_asked = true;
    b->asked = message[1];
    b->asked_care_of = address_at(message + 12);
    b->asked_id = wire_get32(message + 20);
}

static void meet_agent(struct flow *flow, struct ipip_addr address, uint16_t lifetime, int64_t now)
{
    bool is_new;
    uint64_t key = fingerprint_of_addresses(&flow->home_agents.keys, address, address);
    struct home_agent *agent = lru_row(&flow->home_agents, lru_get(&flow->home_agents, key, &is_new));

    if (is_new)
        agent->first_time = now;
    if (lifetime > agent->lifetime)
        agent->lifetime = lifetime;
}

/* Section 3.4: code, lifetime, home address, home agent, Identification, whose lower half is the request's (section 5.7). */
static void take_reply(struct flow *flow, const uint8_t *message, int64_t now)
{
    struct binding *b = binding_of(flow, address_at(message + 4), address_at(message + 8));

    if (!b->has_asked || message[1] > ACCEPTED_MAX || wire_get32(message + 16) != b->asked_id)
        return;
    b->time = now;
    b->lifetime = wire_get16(message + 2);
    b->is_granted = b->lifetime > 0;
    b->is_one_of_several |= (b->asked & SEVERAL) != 0;
    b->granted = b->asked;
    b->care_of = b->asked_care_of;
    if (b->is_granted)
        meet_agent(flow, address_at(message + 8), b->lifetime, now);
}

void bindings_take(struct flow *flow, const struct ipip_layer *layer, int64_t now)
{
    struct ipip_bytes at = ipip_layer_payload(layer);
    struct ipip_udp udp;

    if (layer->ip.version != 4 || ipip_ip_is_fragment(&layer->ip) || ipip_udp_read(&udp, at) != IPIP_OK ||
        (udp.destination != PORT && udp.source != PORT))
        return;
    at = ipip_bytes_after(at, IPIP_UDP_HEADER);
    if (udp.destination == PORT && at.captured >= REQUEST_OCTETS && at.data[0] == REQUEST)
        take_request(flow, at.data);
    else if (udp.source == PORT && at.captured >= REPLY_OCTETS && at.data[0] == REPLY)
        take_reply(flow, at.data, now);
}

static const struct binding *find(const struct flow *flow, struct ipip_addr home, struct ipip_addr agent)
{
    uint32_t row = flow->bindings.count > 0
                       ? lru_peek(&flow->bindings, fingerprint_of_addresses(&flow->bindings.keys, home, agent))
                       : 0;

    return row != 0 ? lru_row(&flow->bindings, row) : NULL;
}

static bool is_over(int64_t since, uint16_t lifetime, int64_t now)
{
    return lifetime != FOR_EVER && ipip_age_exceeds(now, since, lifetime * (uint64_t)IPIP_AGE_SECOND);
}

/* NULL where the address is none of a home agent that has granted anything. */
static const struct home_agent *agent_of(const struct flow *flow, struct ipip_addr address)
{
    uint32_t row =
        flow->home_agents.count > 0
            ? lru_peek(&flow->home_agents, fingerprint_of_addresses(&flow->home_agents.keys, address, address))
            : 0;

    return row != 0 ? lru_row(&flow->home_agents, row) : NULL;
}

enum binding_says bindings_find(const struct flow *flow, const struct ipip_layer *outer, int64_t now)
{
    bool is_minimal = outer->kind == IPIP_KIND_MINIMAL;
    uint8_t wanted = is_minimal ? WITH_MINIMAL : WITH_GRE;
    const struct binding *b;

    if (!is_minimal && agent_of(flow, outer->ip.src) == NULL)
        return BINDING_NO_AGENT;
    b = find(flow, outer[1].ip.dst, outer->ip.src);
    if (b == NULL || !b->is_granted || !ipip_address_equal(b->care_of, outer->ip.dst) ||
        is_over(b->time, b->lifetime, now))
        return BINDING_OPEN;
    return (b->granted & wanted) != 0 ? BINDING_ASKED : BINDING_NEVER;
}

static bool is_granted(const struct binding *b, const struct ipip_ip *outer, enum ipip_kind kind, int64_t now)
{
    uint8_t wanted = kind == IPIP_KIND_MINIMAL ? WITH_MINIMAL : kind == IPIP_KIND_GRE ? WITH_GRE : 0;

    return b->is_granted && ipip_address_equal(b->care_of, outer->src) && (b->granted & wanted) == wanted &&
           !is_over(b->time, b->lifetime, now);
}

enum reverse_says bindings_reverse(const struct flow *flow, const struct ipip_ip *outer, const struct ipip_ip *inner,
                                   enum ipip_kind kind, int64_t now)
{
    const struct home_agent *agent = agent_of(flow, outer->dst);
    const struct binding *b = agent != NULL ? find(flow, inner->src, outer->dst) : NULL;

    if (agent == NULL)
        return REVERSE_NONE;
    if (b == NULL || b->time == 0)
        return is_over(agent->first_time, agent->lifetime, now) ? REVERSE_NEVER : REVERSE_OPEN;
    if (is_granted(b, outer, kind, now))
        return REVERSE_GRANTED;
    return b->is_one_of_several || !ipip_age_exceeds(now, b->time, on_its_way) ? REVERSE_OPEN : REVERSE_NEVER;
}
