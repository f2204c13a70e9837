/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ICMP errors have told the senders of datagrams. */
#ifndef IPIP_CORE_PAIR_TOLD_H
#define IPIP_CORE_PAIR_TOLD_H

#include "ipip/ip.h"
#include "table/lru.h"
#include "wire/icmp_type.h"

enum { TOLD_MAX = 4096 };

struct told {
    uint64_t frame;
    uint32_t bytes; /* of the datagram */
    uint32_t mtu;   /* 0: none */
    enum icmp_meaning meaning;
};

/* An error about a datagram of this group. */
void told_take(struct lru *rows, uint64_t group, const struct told *told);

/* About such a datagram; or NULL. */
const struct told *told_of(const struct lru *rows, uint64_t group, uint32_t bytes);

#endif
