/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of the tunnel's end itself, as a capture beside it on a network shows them: what they send is in the tunnel, and never on that
 * network.
 */
#ifndef IPIP_CORE_PAIR_LOCALS_H
#define IPIP_CORE_PAIR_LOCALS_H

#include "ipip/address.h"
#include "table/lru.h"

enum { LOCALS_MAX = 1 << 12 };

struct locals {
    struct lru rows; /* of uint8_t, by address */
};

bool locals_init(struct locals *locals, uint64_t seed);
void locals_free(struct locals *locals);

/* It has sent a datagram: on the network, or in the tunnel alone. */
void locals_take(struct locals *locals, struct ipip_addr address, bool is_on_network);

bool locals_have(const struct locals *locals, struct ipip_addr address);

#endif
