/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of GRE between two addresses (RFC 2890 section 2.1): those of one direction, against those of the other. */
#ifndef IPIP_CORE_FLOW_GRE_KEYS_H
#define IPIP_CORE_FLOW_GRE_KEYS_H

#include "flow/view.h"

struct flow;

enum {
    GRE_KEYS = 8,         /* of a direction that are remembered: with more, nothing is said of what the other one has */
    GRE_KEYS_PACKETS = 3, /* of each direction, before no key in common is no chance */
    GRE_KEYS_PAIRS = 1 << 9 /* that are remembered */
};

struct gre_keys_side {
    uint64_t keys[GRE_KEYS]; /* as gre_key_of() */
    uint8_t count;
    uint8_t packets; /* no more than GRE_KEYS_PACKETS are counted */
    bool has_more;   /* keys than there is room for */
    uint8_t told;    /* enum gre_keys_difference, as bits; those of refused ones above */
};

struct gre_keys {
    struct gre_keys_side sides[2];
    bool is_refused; /* an end has answered that it has no such tunnel (IPIP311) */
};

/* A key, or that there is none, which is 0. */
static inline uint64_t gre_key_of(bool has_key, uint32_t key)
{
    return has_key ? UINT64_C(1) << 32 | key : 0;
}

/* A packet of this direction, whose discriminator does not count, with this key. */
struct gre_keys_step gre_keys_take(struct flow *flow, const struct ipip_tunnel_direction *direction, uint64_t key);

/* One of this direction was refused. */
void gre_keys_refuse(struct flow *flow, const struct ipip_tunnel_direction *direction);

#endif
