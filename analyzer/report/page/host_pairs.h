/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which tunnel direction the packets between two inner hosts went last: an ICMP error that quotes one of them is about that tunnel. A table of fixed size; of two pairs
 * in one place the later one stays.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_HOST_PAIRS_H
#define IPIP_ANALYZER_REPORT_PAGE_HOST_PAIRS_H

#include <stdint.h>

#include "ipip/address.h"

enum { HOST_PAIRS_MAX = 4096 };

struct host_pairs;

struct host_pairs *host_pairs_new(void);
void host_pairs_free(struct host_pairs *pairs);

void host_pairs_set(struct host_pairs *pairs, struct ipip_addr src, struct ipip_addr dst, uint32_t direction);

/* The index of the direction; -1 where none is known. */
int64_t host_pairs_find(const struct host_pairs *pairs, struct ipip_addr src, struct ipip_addr dst);

#endif
