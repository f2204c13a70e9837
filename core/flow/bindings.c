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

/* Flags of the request: minimal encapsulation, and GRE. */
enum { WITH_MINIMAL = 0x10, WITH_GRE = 0x08 };

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

/* Section 3.4: code, lifetime, home address, home agent, Identification, whose lower half is the request's (section 5.7). */
static void take_reply(struct flow *flow, const uint8_t *message, int64_t now)
{
    struct binding *b = binding_of(flow, address_at(message + 4), address_at(message + 8));

    if (!b->has_asked || message[1] > ACCEPTED_MAX || wire_get32(message + 16) != b->asked_id)
        return;
    b->time = now;
    b->lifetime = wire_get16(message + 2);
    b->is_granted = b->lifetime > 0;
    b->granted = b->asked;
    b->care_of = b->asked_care_of;
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

enum binding_says bindings_find(const struct flow *flow, const struct ipip_layer *outer, int64_t now)
{
    uint32_t row =
        flow->bindings.count > 0
            ? lru_peek(&flow->bindings, fingerprint_of_addresses(&flow->bindings.keys, outer[1].ip.dst, outer->ip.src))
            : 0;
    const struct binding *b = row != 0 ? lru_row(&flow->bindings, row) : NULL;
    uint8_t wanted = outer->kind == IPIP_KIND_MINIMAL ? WITH_MINIMAL : WITH_GRE;

    if (b == NULL || !b->is_granted || !ipip_address_equal(b->care_of, outer->ip.dst) ||
        (b->lifetime != FOR_EVER && ipip_age_exceeds(now, b->time, b->lifetime * (uint64_t)IPIP_AGE_SECOND)))
        return BINDING_OPEN;
    return (b->granted & wanted) != 0 ? BINDING_ASKED : BINDING_NEVER;
}
