/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ICMP errors about a tunnel direction, alike ones counted together: those that routers and the exit send to the encapsulator, and those that
 * reach the senders of what is inside.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_ICMP_LIST_H
#define IPIP_ANALYZER_REPORT_PAGE_ICMP_LIST_H

#include <glib.h>

#include "ipip/stack.h"

/* An error, as it is in a packet without a tunnel. */
struct icmp_sight {
    gboolean is_ipv6;
    uint8_t type;
    uint8_t code;
    uint32_t mtu; /* of a packet that is too big; 0: none is given */
    struct ipip_addr from;
    struct ipip_addr to;
    struct ipip_stack quote; /* what is quoted of the packet */
};

/* FALSE where the packet is no ICMP error, or quotes no header. */
gboolean icmp_sight_read(struct icmp_sight *sight, const struct ipip_kinds *kinds, const struct ipip_stack *stack);

/* "fragmentation needed", "host unreachable", "time exceeded"; the numbers where there is no name. To be freed. */
char *icmp_words(gboolean is_ipv6, uint8_t type, uint8_t code);

enum { ICMP_ROWS_MAX = 16 };

struct icmp_row {
    gboolean is_relayed; /* to an inner sender; else told to the encapsulator */
    gboolean is_ipv6;
    uint8_t type;
    uint8_t code;
    uint32_t mtu;
    struct ipip_addr from;
    struct ipip_addr to;
    uint64_t count;
    const char *file; /* of the first one */
    uint64_t frame;
    int64_t first;
    int64_t last;
};

/* All zero before the first. */
struct icmp_list {
    unsigned count;
    struct icmp_row rows[ICMP_ROWS_MAX];
    uint64_t others; /* that had no room */
};

void icmp_list_add(struct icmp_list *list, const struct icmp_sight *sight, gboolean is_relayed, const char *file,
                   uint64_t frame, int64_t time);

#endif
