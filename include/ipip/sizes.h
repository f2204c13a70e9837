/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What gets through a tunnel direction, by size: what TCP agreed on, what was acknowledged or answered, what never was.
 * Sizes inside are Total Lengths of the innermost datagrams. Allocates nothing.
 */
#ifndef IPIP_SIZES_H
#define IPIP_SIZES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { IPIP_SIZES_LOST = 3 };

/* Counts over the packets of a direction; all zero before the first one. */
struct ipip_sizes {
    uint32_t handshakes; /* SYNs with an MSS; the least and the greatest of them */
    uint16_t mss_min, mss_max;
    uint16_t acknowledged; /* the largest that TCP acknowledged or an echo reply answered */
    /* The smallest that were sent at least 3 times within at least 3 s and never acknowledged; in so many flows. 0: free. */
    uint16_t lost[IPIP_SIZES_LOST];
    uint32_t lost_flows[IPIP_SIZES_LOST];
};

/* As if the packets of `more` had come, too. */
void ipip_sizes_add(struct ipip_sizes *sizes, const struct ipip_sizes *more);

/* So many more flows in which this size is lost. */
void ipip_sizes_add_lost(struct ipip_sizes *sizes, uint16_t size, uint32_t flows);

/* One flow less, as the size got through. */
void ipip_sizes_remove_lost(struct ipip_sizes *sizes, uint16_t size);

/* A SYN announces this MSS. */
void ipip_sizes_add_mss(struct ipip_sizes *sizes, uint16_t mss);

#ifdef __cplusplus
}
#endif

#endif
