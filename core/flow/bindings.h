/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registrations of Mobile IP (RFC 5944 section 3): which encapsulation a home agent was asked for, and granted, for a home address. */
#ifndef IPIP_CORE_FLOW_BINDINGS_H
#define IPIP_CORE_FLOW_BINDINGS_H

#include "ipip/stack.h"
#include "wire/octets.h"

struct flow;

enum {
    BINDINGS_MAX = 1U << 10,       /* that are remembered */
    BINDINGS_AGENTS_MAX = 1U << 7, /* home agents, likewise */
    BINDINGS_PORT = 434,
};

/* Of a home address at a home agent. */
struct binding {
    int64_t time; /* of the reply */
    struct ipip_addr asked_care_of, care_of;
    uint32_t asked_id;      /* the lower half of the request's Identification */
    uint16_t lifetime;      /* seconds; 65535: for ever */
    uint8_t asked, granted; /* the flags of the request, before and after the reply */
    bool has_asked, is_granted, is_one_of_several;
};

/* A home agent that has granted a registration. */
struct home_agent {
    int64_t first_time;
    uint16_t lifetime; /* the longest that it granted */
};

/* Whether UDP, in a packet whose lengths are possible, may be a registration. */
static inline bool bindings_may_be(const struct ipip_layer *layer)
{
    const uint8_t *ports = layer->bytes.data + layer->ip.header_bytes;

    return layer->bytes.captured >= layer->ip.header_bytes + 4U &&
           (wire_get16(ports + 2) == BINDINGS_PORT || wire_get16(ports) == BINDINGS_PORT);
}

/* Such a packet beside all tunnels: what it registers, if it does. */
void bindings_take(struct flow *flow, const struct ipip_layer *layer, int64_t now);

/* What the registrations say of a tunnel packet of GRE or minimal encapsulation. */
enum binding_says {
    BINDING_NO_AGENT, /* GRE, of which there is more than Mobile IP, of no home agent that has granted anything */
    BINDING_OPEN,     /* none was seen for it, or its lifetime is over */
    BINDING_ASKED,    /* the encapsulation was asked for */
    BINDING_NEVER,    /* it was not */
};

enum binding_says bindings_find(const struct flow *flow, const struct ipip_layer *outer, int64_t now);

/* The other way, to a home agent (RFC 3024 section 4.3.2). */
enum reverse_says {
    REVERSE_NONE,    /* no home agent that has granted anything */
    REVERSE_OPEN,    /* its registration may be older than the capture, or is changing */
    REVERSE_GRANTED, /* from the care-of address of the home address inside, in the encapsulation that was asked for */
    REVERSE_NEVER,   /* no registration grants it */
};

enum reverse_says bindings_reverse(const struct flow *flow, const struct ipip_ip *outer, const struct ipip_ip *inner,
                                   enum ipip_kind kind, int64_t now);

#endif
