/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ICMP errors have reported of datagrams. */
#ifndef IPIP_CORE_PAIR_ICMP_REPORTS_H
#define IPIP_CORE_PAIR_ICMP_REPORTS_H

#include "ipip/ip.h"
#include "table/lru.h"
#include "wire/icmp_type.h"

enum { ICMP_REPORTS_MAX = 4096 };

struct icmp_report {
    uint64_t frame;
    uint32_t bytes; /* of the datagram */
    uint32_t mtu;   /* 0: none */
    enum icmp_meaning meaning;
    uint8_t type, code;
    bool is_by_exit; /* to the encapsulator, about the tunnel packet around the datagram */
};

/* An error about a datagram of this group. */
void icmp_reports_add(struct lru *rows, uint64_t group, const struct icmp_report *report);

/* About such a datagram, by the exit or to its sender; or NULL. */
const struct icmp_report *icmp_reports_find(const struct lru *rows, uint64_t group, uint32_t bytes, bool is_by_exit);

#endif
